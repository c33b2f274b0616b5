"""A deep link from a cold start, by each way that a supplier's software knows."""

import pytest

from tests.actors.browser import Browser
from tests.interop.federation import Federation
from tests.parts.registration import add_link

TARGET = "boek/7/paragraaf/2?opgave=4&modus=oefenen%20kort"


@pytest.mark.parametrize("school", ["simplesamlphp", "oidc-provider"])
@pytest.mark.parametrize("supplier", ["mellon", "mellon-unsolicited", "openidc"])
def test_link_leads_a_cold_browser_to_its_target(
    federation: Federation, browser: Browser, school: str, supplier: str
):
    """By start address (ReturnTo), by unsolicited response, by third-party-initiated login."""
    program = federation.suppliers[supplier].program
    target = program.protected + TARGET
    link = add_link(federation.gateway, federation.suppliers[supplier].service, target)
    assert link.startswith(f"{federation.gateway.base}/d/")
    page = federation.schools[school].choose_and_login(browser, browser.open(link))
    assert (page.status, page.url) == (200, target)


@pytest.mark.parametrize("supplier", ["mellon", "mellon-unsolicited", "openidc"])
def test_link_opens_at_once_for_one_who_is_logged_in(
    federation: Federation, browser: Browser, supplier: str
):
    program = federation.suppliers[supplier].program
    target = program.protected + TARGET
    link = add_link(federation.gateway, federation.suppliers[supplier].service, target)
    school = federation.schools["simplesamlphp"]
    school.choose_and_login(
        browser, browser.open(federation.suppliers["openidc"].program.protected)
    )
    before = len(browser.hops)
    page = browser.open(link)
    assert (page.status, page.url) == (200, target)
    assert not [hop for hop in browser.hops[before:] if hop.url.startswith(school.program.base)]
