"""The pages where the gateway itself serves them: what was chosen is remembered and forgotten."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.actors.scripted_school import ScriptedSchool
from tests.pages.conftest import Open
from tests.parts.chromium import axe_violations
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import add_saml_school, add_school_to_connection

CHOSEN_BEFORE = "Eerder gekozen op dit apparaat"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """The address of a gateway that knows three schools."""
    with run_directory("gateway") as directory:
        gateway = Gateway(directory)
        with run_gateway(gateway):
            metadata = ScriptedSchool(gateway.sp_metadata()).metadata()
            connection = add_saml_school(gateway, "99XA", "De Regenboog", "Veldzicht", metadata)
            add_school_to_connection(gateway, "99XB", "De Regenboog", "Waterrijk", connection)
            add_school_to_connection(gateway, "99XC00", "Zonstad College", "Zonstad", connection)
            yield gateway.base


def choose(page: Page, typed: str) -> None:
    page.get_by_role("searchbox").fill(typed)
    page.get_by_role("button", name="Zoeken").click()
    page.locator(".schools a").first.click()


@pytest.mark.parametrize("script", [True, False])
def test_a_choice_is_remembered_until_forgotten(
    open_page: Open, base: str, *, script: bool
) -> None:
    page = open_page(f"{base}/school", script=script)
    expect(page.get_by_text(CHOSEN_BEFORE)).to_have_count(0)
    choose(page, "zonstat colege")
    page.goto(f"{base}/school")
    choose(page, "regenboog water")
    page.goto(f"{base}/school")
    expect(page.get_by_role("heading", name=CHOSEN_BEFORE)).to_be_visible()
    towns = page.locator(".schools .place").all_inner_texts()
    assert [town.split()[0] for town in towns] == ["Waterrijk", "Zonstad"]
    page.get_by_role("button", name="Vergeet deze scholen").click()
    expect(page.get_by_text(CHOSEN_BEFORE)).to_have_count(0)
    page.goto(f"{base}/school")
    expect(page.get_by_text(CHOSEN_BEFORE)).to_have_count(0)


def test_schools_appear_while_typing(open_page: Open, base: str) -> None:
    page = open_page(f"{base}/school")
    page.get_by_role("searchbox").press_sequentially("99xc")
    expect(page.get_by_role("status")).to_have_text("1 school gevonden")
    assert page.locator(".schools .name").inner_text() == "Zonstad College"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/", "Van je school naar je lesmateriaal"),
        ("/school", "Kies je school"),
        ("/logout", "Wil je uitloggen?"),
        ("/nowhere", "Hier is geen pagina"),
        ("/d/none", "Deze link kennen we niet"),
        ("/school?flow=none", "Deze inlogpoging is voorbij"),
        ("/school?school=98ZZ", "Deze school kennen we niet"),
    ],
)
def test_the_gateways_own_pages(open_page: Open, base: str, address: str, title: str) -> None:
    page = open_page(base + address)
    assert page.get_by_role("heading", level=1).inner_text() == title
    assert axe_violations(page) == []
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_logging_out_says_so(open_page: Open, base: str) -> None:
    page = open_page(f"{base}/logout")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je bent uitgelogd")
    assert axe_violations(page) == []
