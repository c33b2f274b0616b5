"""SimpleSAMLphp as a supplier in the profile saml2int: signed requests, encrypted assertions, both
rollovers of keys, logout by Redirect and by POST, from either side.

Debian's 1.19 makes CBC only, but opens GCM, which is what we make."""

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
from tests.actors.saml_xml import POST, REDIRECT, STATUS, Element, decode, find, inflate
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import SCHOOL_NAME, Hub, query_of, run_hub
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import Gateway
from tests.parts.registration import add_saml_service, add_supplier, grant
from tests.parts.simplesamlphp_sp import SimplesamlphpSupplier, run_simplesamlphp_sp

GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
GIVEN_NAME, AFFILIATION = "urn:oid:2.5.4.42", "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"
PAIRWISE_ID = "urn:oasis:names:tc:SAML:attribute:pairwise-id"
NAME = "Aarde bij Linde"


@pytest.fixture(scope="module")
def store() -> str:
    """One kind: what is asked here is not of the store."""
    return "sqlite"


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    with run_hub(gateway) as running:
        yield running


@pytest.fixture(scope="module", params=[REDIRECT, POST], ids=["redirect", "post"])
def supplier(hub: Hub, request: pytest.FixtureRequest) -> Iterator[SimplesamlphpSupplier]:
    """By the binding of its logout."""
    idp = f"{hub.gateway.base}/saml/metadata"
    keys = (rsa_key("simplesamlphp-sp"),)
    with run_simplesamlphp_sp(
        hub.gateway.idp_metadata(), idp, keys, logout=request.param
    ) as running:
        register(hub, running)
        yield running


@pytest.fixture
def person(hub: Hub) -> Iterator[Browser]:
    with hub.browser() as new:
        yield new


def register(hub: Hub, supplier: SimplesamlphpSupplier) -> None:
    service = add_saml_service(
        hub.gateway,
        add_supplier(hub.gateway, "Uitgeverij Linde"),
        supplier.metadata(),
        name=NAME,
        profile="saml2int",
        attributes={"givenName": "Aanspreken"},
    )
    grant(hub.gateway, SAML_SCHOOL, service, "givenName")


def arrive(hub: Hub, browser: Browser, supplier: SimplesamlphpSupplier) -> Page:
    """A cold login at its page; the school has read our metadata just now."""
    reader = replace(hub, school=ScriptedSchool(hub.gateway.sp_metadata()))
    chooser = browser.open(supplier.protected)
    page = reader.at_school(browser, choose_school(browser, chooser, SCHOOL_NAME))
    assert (page.status, page.url) == (200, supplier.protected), page.words
    return page


def is_in(browser: Browser, supplier: SimplesamlphpSupplier) -> bool:
    """Whether it has a session of its own, without a word of ours."""
    return bool(json.loads(browser.open(supplier.left).text)["here"])


def test_saml2int_login(hub: Hub, person: Browser, supplier: SimplesamlphpSupplier):
    """IDP04 signed request, IDP11 encrypted by GCM, IDP13 pairwise-id, names as urn:oid."""
    learned = supplier.learned(arrive(hub, person, supplier).text)
    (asked,) = (hop for hop in person.hops if "/saml/sso?" in hop.url)
    assert "&Signature=" in asked.url
    (posted,) = (hop for hop in person.hops if "/saml2-acs.php/" in hop.url)
    response = decode(posted.request.fields["SAMLResponse"])
    methods = find(response, "./saml:EncryptedAssertion//xenc:EncryptionMethod/@Algorithm")
    assert str(methods[0]) == GCM
    assert learned[PAIRWISE_ID].endswith("@127.0.0.1")
    assert learned[GIVEN_NAME] == PUPIL.given_name
    assert learned[AFFILIATION] == PUPIL.affiliation
    assert learned["nlEduPersonHomeOrganizationId"] == PUPIL.brin


def test_its_logout_ends_ours(hub: Hub, person: Browser, supplier: SimplesamlphpSupplier):
    arrive(hub, person, supplier)
    assert is_in(person, supplier)
    page = person.open(supplier.logout_address)
    codes = find(logout_answer(person), ".//samlp:StatusCode/@Value")
    assert [str(code) for code in codes] == [STATUS + "Success"]
    if page.url.startswith(supplier.left):  # by POST only where its cookies are SameSite=None
        assert json.loads(page.text)["status"]["Code"] == STATUS + "Success"
    assert not is_in(person, supplier)
    assert "code=" not in person.open(hub.client.begin(prompt="none").url).redirect.url


def logout_answer(browser: Browser) -> Element:
    """Our LogoutResponse, as it went to its address."""
    hop = next(hop for hop in reversed(browser.hops) if "/saml2-logout.php/" in hop.url)
    posted = hop.request.fields.get("SAMLResponse")
    return decode(posted) if posted else inflate(query_of(hop.url)["SAMLResponse"][0])


def test_our_logout_ends_its_own(hub: Hub, person: Browser, supplier: SimplesamlphpSupplier):
    """What the frame of our page does, and what that page then hears."""
    arrive(hub, person, supplier)
    page = person.submit(person.open(f"{hub.gateway.base}/logout"), button="Uitloggen")
    (frame,) = re.findall(r'<iframe src="([^"]+)"', page.text)
    (status,) = re.findall(r'data-status="([^"]+)"', page.text)
    address = html.unescape(frame)
    is_path = address.startswith("/")
    answer = person.open(f"{hub.gateway.base}{address}" if is_path else address)
    assert answer.status == 204
    assert not is_in(person, supplier)
    heard = json.loads(person.open(f"{hub.gateway.base}{status}").text)
    assert heard == {"told": [NAME], "open": []}


def test_its_rollover(hub: Hub):
    """SAML2Int MD05: its next certificate beside the one that signs, then that alone."""
    idp = f"{hub.gateway.base}/saml/metadata"
    old, new = new_rsa_key("old"), new_rsa_key("new")
    port = None
    for keys in ((old,), (old, new), (new,)):
        with run_simplesamlphp_sp(hub.gateway.idp_metadata(), idp, keys, port=port) as supplier:
            if port is None:
                register(hub, supplier)
            else:
                take_over(hub, supplier)
            port = supplier.port
            with hub.browser() as browser:
                arrive(hub, browser, supplier)


def test_our_rollover(hub: Hub):
    """It reads our metadata once, between the two steps, and knows both keys."""
    hub.gateway.ketenpoort("keys", "rotate")
    wait_for_changes(hub.gateway)
    idp, keys = f"{hub.gateway.base}/saml/metadata", (rsa_key("simplesamlphp-sp"),)
    with run_simplesamlphp_sp(hub.gateway.idp_metadata(), idp, keys) as supplier:
        register(hub, supplier)
        for _ in range(2):
            with hub.browser() as browser:
                arrive(hub, browser, supplier)
            hub.gateway.ketenpoort("keys", "rotate")
            wait_for_changes(hub.gateway)


def take_over(hub: Hub, supplier: SimplesamlphpSupplier) -> None:
    """Its metadata as it is now."""
    file = hub.gateway.directory / "supplier.xml"
    file.write_text(supplier.metadata())
    hub.gateway.ketenpoort("metadata", "import", file, "--unsigned")
    wait_for_changes(hub.gateway)
