"""An administrator at work: invited by the operator, signed in at the school."""

from dataclasses import replace
from urllib.parse import urlsplit

from tests.actors.browser import Browser, Page
from tests.actors.people import SAML_SCHOOL, TEACHER
from tests.flows.hub import Hub

ADMINISTRATOR = replace(TEACHER, uid="ans@esdoorn.test", given_name="Ans")


def invite(hub: Hub, name: str = "Ans") -> str:
    invited = hub.gateway.ketenpoort("invite", "school", "--school", SAML_SCHOOL, "--name", name)
    return invited.strip()


def accept(hub: Hub, browser: Browser) -> Page:
    """Follow an invitation; the console's first page."""
    page = hub.at_school(browser, browser.open(invite(hub)), ADMINISTRATOR)
    page = browser.submit(page, {}, "Ik word beheerder")
    assert urlsplit(page.url).path == "/school-console", page
    return page
