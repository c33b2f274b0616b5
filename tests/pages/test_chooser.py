"""Choosing a school, as somebody types and without script."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.conftest import Open

CHOOSER = "/school?flow=f1"


def shown(page: Page) -> list[str]:
    return page.locator(".schools .name").all_inner_texts()


def test_schools_appear_while_typing_and_are_announced(open_page: Open, site: str) -> None:
    page = open_page(site + CHOOSER)
    status = page.get_by_role("status")
    status.evaluate("one => one.dataset.kept = 'yes'")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    field.press_sequentially("regen")
    expect(page.locator(".schools a")).to_have_count(2)
    expect(status).to_have_text("2 scholen gevonden")
    # Another element in its place would not be read out.
    assert status.get_attribute("data-kept") == "yes"
    expect(field).to_be_focused()
    field.press_sequentially(" veld")
    expect(status).to_have_text("1 school gevonden")
    assert shown(page) == ["De Regenboog"]


def test_what_was_typed_is_in_the_address_and_in_the_language_link(
    open_page: Open, site: str
) -> None:
    page = open_page(site + CHOOSER)
    page.get_by_role("searchbox").fill("regenboog veld")
    expect(page.locator(".schools a")).to_have_count(1)
    expect(page).to_have_url(f"{site}/school?flow=f1&q=regenboog+veld")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("status")).to_have_text("1 school found")
    page.locator(".schools a").click()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("regenboog veld")
    assert shown(page) == ["De Regenboog"]


def test_a_question_that_is_overtaken_is_withdrawn(open_page: Open, site: str) -> None:
    page = open_page(site + CHOOSER)
    page.route("**/school?*q=ster", lambda _: None)  # never answered
    field = page.get_by_role("searchbox")
    with page.expect_request("**/school?*q=ster"):
        field.fill("ster")
    with page.expect_event("requestfailed", lambda failed: failed.url.endswith("q=ster")):
        field.fill("regenboog")
    expect(page.get_by_role("status")).to_have_text("2 scholen gevonden")


@pytest.mark.parametrize("wrong", ["no network", "an error", "a page that is no chooser"])
def test_when_typing_gets_no_answer_the_button_does(open_page: Open, site: str, wrong: str) -> None:
    page = open_page(site + CHOOSER)

    def answer(route: Route) -> None:
        if wrong == "no network":
            route.abort()
        elif wrong == "an error":
            route.fulfill(status=503)
        else:
            route.fulfill(status=200, body="<h1>elsewhere</h1>")

    page.route("**/school?*q=regenboog", answer)
    with page.expect_event("requestfinished" if wrong != "no network" else "requestfailed"):
        page.get_by_role("searchbox").fill("regenboog")
    page.unroute("**/school?*q=regenboog")
    assert page.get_by_role("heading", level=1).inner_text() == "Kies je school"
    page.get_by_role("button", name="Zoeken").click()
    expect(page.locator(".schools a")).to_have_count(2)


@pytest.mark.parametrize("script", [True, False])
def test_by_keyboard_alone(open_page: Open, site: str, *, script: bool) -> None:
    page = open_page(site + CHOOSER, script=script)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("danielschool")
    # The script may show the school, and its address, on the page before.
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    expect(page.locator(".schools a")).to_have_count(1)
    page.locator("#q").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Zoeken")).to_be_focused()
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{site}/arrived?school=99XD"


def test_without_script_the_form_keeps_the_flow(open_page: Open, site: str) -> None:
    page = open_page(site + CHOOSER, script=False)
    page.get_by_role("searchbox").fill("ster")
    page.get_by_role("button", name="Zoeken").click()
    page.wait_for_url(f"{site}/school?flow=f1&q=ster")
    assert len(shown(page)) == 20
    assert page.get_by_role("heading", level=2).inner_text() == "De eerste 20 scholen"
    assert page.get_by_text("Er zijn meer scholen.").is_visible()


def test_what_was_typed_is_text_and_nothing_else(open_page: Open, site: str) -> None:
    page = open_page(site + "/school")
    page.get_by_role("searchbox").fill('"><img>')
    expect(page.get_by_role("status")).to_have_text("Geen school gevonden")
    assert page.locator("main img").count() == 0
    assert page.get_by_text("We vonden geen school bij").is_visible()
