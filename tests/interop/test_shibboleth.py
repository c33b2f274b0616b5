"""mod_shib as a supplier in the profile saml2int: signed requests, encrypted assertions, both
rollovers of keys, logout from either side. Its attribute map and filter are Debian's."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.journey import choose_school
from tests.actors.keys import new_rsa_key, rsa_key
from tests.actors.people import PUPIL, SAML_SCHOOL
from tests.actors.saml_metadata import read_party
from tests.actors.saml_xml import decode, find
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import SCHOOL_NAME, Hub, run_hub
from tests.parts.apache_shib import Setting, ShibSupplier, run_shib
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import Gateway
from tests.parts.registration import add_saml_service, add_supplier, grant

GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"


@pytest.fixture(scope="module")
def store() -> str:
    """One kind: what is asked here is not of the store."""
    return "sqlite"


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    with run_hub(gateway) as running:
        yield running


@pytest.fixture(scope="module")
def shib(hub: Hub) -> Iterator[ShibSupplier]:
    """Registered in the profile saml2int; it reads our metadata again each second."""
    setting = Setting((rsa_key("shib"),), live=f"{hub.gateway.base}/saml/metadata")
    with run_shib(hub.gateway.idp_metadata(), setting.live, setting) as running:
        register(hub, running)
        yield running


@pytest.fixture
def person(hub: Hub) -> Iterator[Browser]:
    with hub.browser() as new:
        yield new


def register(hub: Hub, shib: ShibSupplier) -> None:
    service = add_saml_service(
        hub.gateway,
        add_supplier(hub.gateway, "Uitgeverij Vlier"),
        shib.metadata(),
        name="Natuur bij Vlier",
        profile="saml2int",
        attributes={"givenName": "Aanspreken"},
    )
    grant(hub.gateway, SAML_SCHOOL, service, "givenName")


def arrive(hub: Hub, browser: Browser, shib: ShibSupplier) -> Page:
    """A cold login at its protected page; the school has read our metadata just now."""
    reader = replace(hub, school=ScriptedSchool(hub.gateway.sp_metadata()))
    chooser = browser.open(shib.protected)
    page = reader.at_school(browser, choose_school(browser, chooser, SCHOOL_NAME))
    assert (page.status, page.url) == (200, shib.protected), page
    return page


def is_in(browser: Browser, shib: ShibSupplier) -> bool:
    """Whether it has a session of its own, without a word of ours."""
    return browser.open(f"{shib.base}/Shibboleth.sso/Session").words.find("Session Expiration") >= 0


def test_saml2int_login(hub: Hub, person: Browser, shib: ShibSupplier):
    """IDP04 signed request, IDP11 encrypted, IDP13 the pairwise-id within the scope of our
    metadata, names as urn:oid."""
    learned = shib.learned(arrive(hub, person, shib).text)
    (asked,) = (hop for hop in person.hops if "/saml/sso?" in hop.url)
    assert "&Signature=" in asked.url
    (posted,) = (hop for hop in person.hops if hop.url.endswith("/SAML2/POST"))
    response = decode(posted.request.fields["SAMLResponse"])
    methods = find(response, "./saml:EncryptedAssertion//xenc:EncryptionMethod/@Algorithm")
    assert str(methods[0]) == GCM
    assert re.fullmatch(r"[a-z2-7]{52}@127\.0\.0\.1", learned["pairwise_id"])
    assert learned["givenName"] == PUPIL.given_name
    assert learned["eduPersonAffiliation"] == PUPIL.affiliation
    assert learned["nlEduPersonHomeOrganizationId"] == PUPIL.brin


def test_our_rollover_under_a_running_provider(hub: Hub, shib: ShibSupplier):
    """It reads the next key before that signs (SAML2Int MD05); nobody is cut off."""
    for _ in range(2):
        hub.gateway.ketenpoort("keys", "rotate")
        wait_for_changes(hub.gateway)
        metadata = hub.gateway.idp_metadata()
        published = read_party(metadata, "md:IDPSSODescriptor", "md:SingleSignOnService").signing
        shib.wait_for_key(published[-1])
        with hub.browser() as browser:
            arrive(hub, browser, shib)


def test_its_logout_ends_ours(hub: Hub, person: Browser, shib: ShibSupplier):
    arrive(hub, person, shib)
    assert is_in(person, shib)
    page = person.open(shib.logout_address)
    (answer,) = (hop for hop in person.hops if "/SLO/Redirect?SAMLResponse=" in hop.url)
    assert answer.status == page.status == 200
    assert "completed successfully" in page.words
    assert not is_in(person, shib)
    assert "code=" not in person.open(hub.client.begin(prompt="none").url).redirect.url


def test_our_logout_ends_its_own(hub: Hub, person: Browser, shib: ShibSupplier):
    """What the frame of our page does, and what that page then hears."""
    arrive(hub, person, shib)
    page = person.submit(person.open(f"{hub.gateway.base}/logout"), button="Uitloggen")
    (frame,) = re.findall(r'<iframe src="([^"]+)"', page.text)
    (status,) = re.findall(r'data-status="([^"]+)"', page.text)
    assert person.open(html.unescape(frame)).status == 204
    assert not is_in(person, shib)
    heard = json.loads(person.open(f"{hub.gateway.base}{status}").text)
    assert heard == {"told": ["Natuur bij Vlier"], "open": []}


def test_its_own_rollover(hub: Hub):
    """SAML2Int MD05: first both keys in its metadata, then the new one alone."""
    idp = f"{hub.gateway.base}/saml/metadata"
    old, new = new_rsa_key("old"), new_rsa_key("new")
    port = None
    for keys in ((old,), (old, new), (new, old), (new,)):
        setting = Setting(keys)
        with run_shib(hub.gateway.idp_metadata(), idp, setting, port) as shib:
            if port is None:
                register(hub, shib)
            else:
                take_over(hub, shib)
            port = shib.port
            with hub.browser() as browser:
                arrive(hub, browser, shib)


def take_over(hub: Hub, shib: ShibSupplier) -> None:
    """Its metadata as it is now."""
    file = hub.gateway.directory / "shib.xml"
    file.write_text(shib.metadata())
    hub.gateway.ketenpoort("metadata", "import", file, "--unsigned")
    wait_for_changes(hub.gateway)
