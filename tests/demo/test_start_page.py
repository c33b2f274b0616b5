"""The start page: what to click, and what each supplier learned since the last login."""

import requests

from demo.browser import Browser


def test_the_steps_lead_to_an_exercise_and_the_table_to_what_was_learned(
    start_page, saml_pair, oidc_pair
):
    browser = Browser()
    browser.open(start_page)
    assert "Er heeft nog niemand ingelogd" in browser.text
    browser.follow("Wiskunde: paragraaf 3.2, opgave 5")
    browser.press("Sanne de Wit")
    assert browser.address == f"{saml_pair.supplier}/wiskunde/3.2/5"

    browser.open(start_page)
    assert "De Keten College liet in om" in browser.text
    assert "Uitgeverij Proefblad ontving om" in browser.text
    assert "Leermiddelen Schetsboek nog niet bezocht sinds deze inlog" in browser.text

    browser.follow("Biologie: paragraaf 2.1, opgave 3")
    browser.press("Lotte Visser")
    browser.open(start_page)
    assert "Het Poortlyceum liet in om" in browser.text
    assert "Uitgeverij Proefblad nog niet bezocht sinds deze inlog" in browser.text
    assert "lotte@poortlyceum.example" in browser.text
    assert "Sanne" not in browser.text


def test_both_languages_are_one_click_away_and_remembered(start_page):
    browser = Browser()
    browser.open(start_page)
    browser.follow("English")
    assert "One login takes you to the exercise" in browser.text
    browser.open(start_page)
    assert "One login takes you to the exercise" in browser.text
    browser.follow("Nederlands")
    assert "Eén inlog brengt je tot in de opgave" in browser.text


def test_pages_run_no_foreign_script_and_stand_in_no_frame(start_page, saml_pair, oidc_pair):
    for address in (start_page, saml_pair.supplier, oidc_pair.supplier):
        policy = requests.get(address, timeout=5).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy


def test_a_page_that_does_not_exist_says_so(saml_pair):
    answer = requests.get(f"{saml_pair.supplier}/wiskunde/9.9", timeout=5)
    assert answer.status_code == 404
    assert "Deze pagina bestaat niet" in answer.text or "does not exist" in answer.text
