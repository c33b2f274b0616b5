"""The ways on from a page: with a form or a link, with script and without."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.pages.conftest import LANGUAGES, Open
from tests.parts.chromium import axe_violations

ANSWER = {"SAMLResponse": "PD94", "RelayState": '<&">'}
BUTTON = {"nl": "Doorgaan", "en": "Continue"}


def arrived(page: Page) -> dict[str, str]:
    page.wait_for_url("**/arrived*")
    return page.evaluate("JSON.parse(document.body.innerText)")


def test_the_answer_goes_on_by_itself(open_page: Open, site: str) -> None:
    page = open_page(site + "/autopost")
    assert arrived(page) == ANSWER


def test_back_does_not_send_the_answer_again(open_page: Open, site: str) -> None:
    page = open_page(site + "/logout")
    page.goto(site + "/autopost")
    arrived(page)
    page.go_back()
    assert page.url == site + "/logout"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_the_answer_goes_on_by_its_button(
    open_page: Open, site: str, language: str
) -> None:
    page = open_page(site + "/autopost", language, script=False)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == BUTTON[language]
    with page.expect_navigation() as navigation:
        page.keyboard.press("Enter")
    assert navigation.value.json() == ANSWER


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_in_between(
    open_page: Open, site: str, language: str, colours: str
) -> None:
    page = open_page(site + "/logout", language)
    page.emulate_media(color_scheme=colours)
    page.route("**/autopost.js", lambda route: route.abort())
    page.goto(site + "/autopost")
    assert axe_violations(page) == []


def test_an_error_leads_back_to_the_service(open_page: Open, site: str) -> None:
    page = open_page(site + "/error?kind=ServiceNotForSchool&back")
    page.get_by_role("button", name="Terug naar Rekenrijk").click()
    assert arrived(page) == {"SAMLResponse": "refused"}


def test_an_error_leads_to_a_new_beginning(open_page: Open, site: str) -> None:
    page = open_page(site + "/error?kind=FlowLost&restart")
    page.get_by_role("link", name="Opnieuw beginnen").click()
    assert arrived(page) == {"again": "1"}


def test_an_error_says_what_the_helpdesk_asks(open_page: Open, site: str) -> None:
    page = open_page(site + "/error?" + urlencode({"kind": "BadSignature"}))
    text = page.locator("main").inner_text()
    for told in ("KP-212", "q7Zr2hXk", "2026-11-24 08:31", "De helpdesk van je school"):
        assert told in text
    assert page.locator("main a, main button").count() == 0
