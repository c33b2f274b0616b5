"""Each launch form that a SAML service may declare, against software that knows it.

mod_auth_mellon and mod_auth_openidc are in test_deep_links.py; LTI has tests of its own.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.actors.browser import Browser, Page
from tests.interop.federation import Federation
from tests.parts.apache_shib import ShibSupplier, run_shib
from tests.parts.effect import wait_for_changes
from tests.parts.python3_saml import Python3SamlSupplier, run_python3_saml
from tests.parts.registration import add_link, add_saml_service, add_supplier

PLACE = "boek/7/paragraaf/2?opgave=4&modus=oefenen%20kort&terug=%2Fa%3Fb"
OWN_SESSION = "{target}"
UNSOLICITED = ""


@pytest.fixture(scope="module")
def shib(federation: Federation) -> Iterator[ShibSupplier]:
    gateway = federation.gateway
    with run_shib(gateway.idp_metadata(), f"{gateway.base}/saml/metadata") as running:
        yield running


@pytest.fixture(scope="module")
def python3_saml(federation: Federation) -> Iterator[Python3SamlSupplier]:
    with run_python3_saml(federation.gateway.idp_metadata()) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Declared:
    """A link to a place at a service that declared how it is launched."""

    program: ShibSupplier | Python3SamlSupplier
    link: str
    target: str


@contextlib.contextmanager
def declared(
    federation: Federation, program: ShibSupplier | Python3SamlSupplier, start_address: str
) -> Iterator[Declared]:
    """Register a program under a start address, and take it away afterwards."""
    gateway = federation.gateway
    service = add_saml_service(
        gateway,
        add_supplier(gateway, "Uitgeverij Vlier"),
        program.metadata(),
        name="Natuur bij Vlier",
        targets=[program.protected],
        start_address=start_address,
    )
    target = program.protected + PLACE
    try:
        yield Declared(program, add_link(gateway, service, target), target)
    finally:
        gateway.ketenpoort("service", "remove", service)
        wait_for_changes(gateway)


def assert_arrives_cold_and_warm(federation: Federation, form: Declared) -> None:
    """Cold: one choice and one login. Warm, in the same browser and at another supplier first:
    no page in between."""
    school = federation.schools["simplesamlphp"]
    with Browser() as browser:
        page = school.choose_and_login(browser, browser.open(form.link))
        assert_there(page, form)
    with Browser() as browser:
        school.choose_and_login(
            browser, browser.open(federation.suppliers["openidc"].program.protected)
        )
        before = len(browser.hops)
        page = browser.open(form.link)
        assert_there(page, form)
        on_the_way = browser.hops[before:-1]
        assert all(hop.redirect or hop.message for hop in on_the_way), on_the_way
        assert not [hop for hop in on_the_way if hop.url.startswith(school.program.base)]


def assert_there(page: Page, form: Declared) -> None:
    assert (page.status, page.url) == (200, form.target), page
    assert "/eckid/" in form.program.pseudonym(page.text)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("/Shibboleth.sso/Login?target={target}", id="session initiator"),
        pytest.param("/Shibboleth.sso/Login?target={path}", id="session initiator, path"),
        pytest.param(UNSOLICITED, id="unsolicited response"),
        pytest.param(OWN_SESSION, id="own session"),
    ],
)
def test_mod_shib(federation: Federation, shib: ShibSupplier, start: str):
    """Shibboleth SP: `Login?target=`, with its `redirectLimit` at exact; its RelayState is a
    reference of its own; unsolicited, ours is the target (SAML Profiles §4.1.5)."""
    address = shib.base + start if start.startswith("/") else start
    with declared(federation, shib, address) as form:
        assert_arrives_cold_and_warm(federation, form)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("/login?naar={target}", id="start address"),
        pytest.param(UNSOLICITED, id="unsolicited response"),
        pytest.param(OWN_SESSION, id="own session"),
    ],
)
def test_python3_saml(federation: Federation, python3_saml: Python3SamlSupplier, start: str):
    """python3-saml: `login(return_to=...)` makes the target its RelayState."""
    address = python3_saml.base + start if start.startswith("/") else start
    with declared(federation, python3_saml, address) as form:
        assert_arrives_cold_and_warm(federation, form)


@pytest.mark.parametrize("start", ["/Shibboleth.sso/Login?target={target}", UNSOLICITED])
def test_what_mod_shib_learns(
    federation: Federation, browser: Browser, shib: ShibSupplier, start: str
):
    """The same as by any other way in."""
    with declared(federation, shib, shib.base + start if start else start) as form:
        school = federation.schools["simplesamlphp"]
        page = school.choose_and_login(browser, browser.open(form.link))
        learned = shib.learned(page.text)
        assert learned["nlEduPersonHomeOrganizationId"] == school.pupil.brin
        assert learned["eduPersonAffiliation"] == school.pupil.affiliation
        assert not [secret for secret in school.pupil.secrets if secret in page.text]
