"""The supplier's main path in Chromium, from the invitation to the question for approval, in both
languages, with axe on each page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.parts.apache_openidc import new_openidc, run_openidc
from tests.parts.chromium import axe_violations
from tests.parts.gateway import Gateway
from tests.parts.pictures import picture

Somebody = Callable[[], Page]
WORDS = {
    "nl": {
        "passkey": "Maak een passkey",
        "new": "Nieuwe dienst",
        "name": "Naam",
        "register": "Meld de OpenID-dienst aan",
        "have it": "Ik heb het",
        "asks": "Wat hij vraagt",
        "keep": "Bewaar",
        "sent": "Wat wordt gestuurd",
        "setup": "Configuratie",
        "texts": "Teksten en beeldmerk",
        "dutch": "Wat het is, in het Nederlands",
        "mail": "Mailadres van je helpdesk",
        "privacy": "Adres van je privacyverklaring",
        "check": "Controle",
        "start": "Start de controle",
        "good": "Goed",
        "ask": "Vraag goedkeuring",
        "asked": "Je hebt goedkeuring gevraagd.",
        "teacher": "Een docent",
        "purpose": "Waarvoor? voornaam",
        "targets": "Adressen waaronder deeplinks mogen uitkomen",
    },
    "en": {
        "passkey": "Make a passkey",
        "new": "New service",
        "name": "Name",
        "register": "Register the OpenID service",
        "have it": "I have it",
        "asks": "What it asks",
        "keep": "Keep",
        "sent": "What is sent",
        "setup": "Configuration",
        "texts": "Texts and logo",
        "dutch": "What it is, in Dutch",
        "mail": "Mail address of your helpdesk",
        "privacy": "Address of your privacy declaration",
        "check": "Check",
        "start": "Start the check",
        "good": "Good",
        "ask": "Ask for approval",
        "asked": "You asked for approval.",
        "teacher": "A teacher",
        "purpose": "What for? given name",
        "targets": "Addresses below which deep links may lead",
    },
}


def no_barrier(page: Page) -> None:
    assert axe_violations(page) == [], page.url


@pytest.mark.parametrize("language", WORDS)
def test_from_nothing_to_a_good_report(gateway: Gateway, person: Somebody, language: str) -> None:
    """Mod_auth_openidc, with what the console shows, and a first login at the test school."""
    said = WORDS[language]
    supplier = gateway.ketenpoort("supplier", "add", "--name", f"Uitgeverij {language}").strip()
    address = gateway.ketenpoort("invite", "supplier", "--supplier", supplier, "--name", "Noor")
    page = person()
    page.goto(address.strip())
    if language == "en":
        page.get_by_role("link", name="English").click()
        page.get_by_role("link", name="Nederlands").wait_for()
        page.wait_for_load_state()  # the button works by script
    page.get_by_role("button", name=said["passkey"]).click()
    page.wait_for_url("**/supplier")
    no_barrier(page)

    openidc = new_openidc()
    page.get_by_role("link", name=said["new"]).first.click()
    no_barrier(page)
    page.locator("#client_name").fill("Rekenrijk")
    page.locator("#redirect_uris").fill(openidc.redirect_uri)
    page.get_by_role("button", name=said["register"]).click()
    no_barrier(page)
    client_id = page.locator("#client-id").inner_text()
    secret = page.locator("#secret").inner_text()
    page.get_by_role("link", name=said["have it"]).click()
    no_barrier(page)

    page.get_by_role("link", name=said["asks"]).click()
    page.locator("[name=ask-givenName]").check()
    page.locator("#purpose-givenName").fill("Aanspreken in de les")
    no_barrier(page)
    page.get_by_role("button", name=said["keep"]).click()
    page.get_by_role("link", name=said["sent"]).click()
    expect(page.locator("table")).to_contain_text("Aanspreken in de les")
    picture(page, "supplier-sent", language)
    no_barrier(page)
    page.get_by_role("link", name=said["setup"]).click()
    expect(page.locator("pre")).to_contain_text(client_id)
    no_barrier(page)

    with run_openidc(openidc, issuer=gateway.base, client_id=client_id, client_secret=secret):
        log_in_at_the_test_school(page, openidc.protected, said["teacher"])
        expect(page.locator("body")).to_contain_text("OIDC_CLAIM_given_name=Hans")
        page.goto(f"{gateway.base}/supplier/services/{client_id}/check")
        no_barrier(page)
        page.locator("#target").fill(openidc.protected)
        page.get_by_role("button", name=said["start"]).click()
        page.wait_for_url(re.compile("/reports/"), timeout=90_000)
    expect(page.locator("main")).not_to_contain_text("LET IN")
    expect(page.locator(".state.bad")).to_have_count(0)
    picture(page, "supplier-report", language)
    no_barrier(page)
    ask_for_approval(gateway, page, client_id, said)


def log_in_at_the_test_school(page: Page, address: str, person: str) -> None:
    page.goto(address)
    no_barrier(page)
    page.get_by_role("button", name=person, exact=True).click()
    page.wait_for_url(address)


def ask_for_approval(gateway: Gateway, page: Page, service: str, said: dict[str, str]) -> None:
    page.goto(f"{gateway.base}/supplier/services/{service}/about")
    no_barrier(page)
    page.get_by_label(said["dutch"]).fill("Oefenen met sommen.")
    page.get_by_label(said["mail"]).fill("help@linde.example")
    page.get_by_label(said["privacy"]).fill("https://linde.example/privacy")
    page.get_by_role("button", name=said["keep"]).click()
    page.get_by_role("button", name=said["ask"]).click()
    expect(page.get_by_text(said["asked"])).to_be_visible()
    no_barrier(page)
