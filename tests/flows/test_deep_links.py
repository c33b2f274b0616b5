"""A deep link in detail, by each way to its target (design.md §4, OpenID Connect Core §4)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import OidcClient
from tests.actors.people import SAML_SCHOOL
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.flows.hub import SCHOOL_NAME, Hub, add_client, answer_fields, hinted
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import CommandError
from tests.parts.registration import add_link, add_saml_service, add_supplier

TOOL = "http://tool.test"
TARGET = f"{TOOL}/les/7/opgave%204?modus=oefenen&terug=http%3A%2F%2Ftool.test%2F%3Fa%3Db#vraag-2"
INITIATE = f"{TOOL}/begin?bron=poort"


@dataclass(frozen=True, slots=True)
class Services:
    """A client with an address for third-party-initiated login, one without, and a SAML service
    with a start address of its own."""

    initiated: OidcClient
    plain: OidcClient
    starting: str


@pytest.fixture(scope="module")
def services(hub: Hub) -> Services:
    supplier = ScriptedSupplier(hub.gateway.idp_metadata(), "http://tweede.test")
    starting = add_saml_service(
        hub.gateway,
        add_supplier(hub.gateway, "Uitgeverij Els"),
        supplier.metadata(),
        targets=[f"{supplier.base}/boek/"],
        start_address=f"{supplier.base}/login?naar={{target}}&via=poort",
    )
    initiated = add_client(hub.gateway, "Muziek bij Els", "--initiate-login-uri", INITIATE)
    return Services(initiated, add_client(hub.gateway, "Tekenen bij Els"), starting)


def from_cold(hub: Hub, browser: Browser, link: str) -> Page:
    """Over the chooser and the school to where the link ends."""
    chooser = browser.open(link)
    assert urlsplit(chooser.url).path == "/school"
    return hub.at_school(
        browser, browser.click(browser.submit(chooser, {"q": "esdoorn"}), SCHOOL_NAME)
    )


def test_core_4_third_party_initiated_login(hub: Hub, services: Services, person: Browser):
    """The client gets the target as it was registered, and nothing about the person."""
    link = add_link(hub.gateway, services.initiated.client_id, TARGET)
    address = from_cold(hub, person, link).redirect.url
    assert address.startswith(f"{INITIATE}&")
    assert dict(parse_qsl(urlsplit(address).query, strict_parsing=True)) == {
        "bron": "poort",
        "iss": hub.gateway.base,
        "login_hint": f"brin:{SAML_SCHOOL}",
        "target_link_uri": TARGET,
    }
    hops = len(person.hops)
    attempt = services.initiated.begin(login_hint=f"brin:{SAML_SCHOOL}")
    callback = person.open(attempt.url).redirect.url
    assert services.initiated.finish(attempt, callback).claims["sub"]
    assert len(person.hops) == hops + 1, "with no further login"


@pytest.mark.parametrize("form", ["brin4", "brin6", "digiDeliveryId"])
def test_core_4_client_that_knows_the_school_by_another_key(hub: Hub, person: Browser, form: str):
    """The hint is left out where the service may not know what it would say."""
    client = add_client(
        hub.gateway, f"Met {form}", "--brin-form", form, "--initiate-login-uri", INITIATE
    )
    link = add_link(hub.gateway, client.client_id, TARGET)
    address = from_cold(hub, person, link).redirect.url
    asked = dict(parse_qsl(urlsplit(address).query, strict_parsing=True))
    assert asked["target_link_uri"] == TARGET
    assert asked.get("login_hint") == (f"brin:{SAML_SCHOOL}" if form == "brin4" else None)


def test_client_without_that_address_is_opened_at_the_target(
    hub: Hub, services: Services, person: Browser
):
    link = add_link(hub.gateway, services.plain.client_id, TARGET)
    assert from_cold(hub, person, link).redirect.url == TARGET


def test_start_address_of_the_service_takes_the_target_encoded(
    hub: Hub, services: Services, person: Browser
):
    target = "http://tweede.test/boek/7?a=b&c=d%20e#f"
    link = add_link(hub.gateway, services.starting, target)
    person.stops += ("http://tweede.test",)
    page = from_cold(hub, person, link)
    expected = f"http://tweede.test/login?naar={quote(target, safe='')}&via=poort"
    assert (page.message, page.redirect.url) == (None, expected)


def test_unsolicited_response_goes_to_the_default_consumer_service(hub: Hub, person: Browser):
    target = f"{hub.supplier.base}/boek/9?x=%2F"
    page = from_cold(hub, person, add_link(hub.gateway, hub.service, target))
    received = hub.supplier.receive(answer_fields(page), None)
    assert (page.message.url, received.relay_state) == (hub.supplier.acs, target)
    assert received.in_response_to is None


@pytest.mark.parametrize("way", ["initiated", "plain", "starting", "unsolicited"])
def test_hint_and_session_each_spare_a_page(
    hub: Hub, services: Services, person: Browser, way: str
):
    service, target = {
        "initiated": (services.initiated.client_id, TARGET),
        "plain": (services.plain.client_id, TARGET),
        "starting": (services.starting, "http://tweede.test/boek/1"),
        "unsolicited": (hub.service, f"{hub.supplier.base}/boek/1"),
    }[way]
    person.stops += ("http://tweede.test",)
    link = add_link(hub.gateway, service, target)
    page = person.open(hinted(link))
    assert hub.asked_of_school(page).destination == hub.school.sso, "no chooser"
    first = hub.at_school(person, page)
    hops = len(person.hops)
    again = person.open(link)
    assert len(person.hops) == hops + 1, "no school"
    assert _ends_at(again) == _ends_at(first)


def _ends_at(page: Page) -> str:
    request = page.redirect or page.message
    assert request, page
    return request.url


@pytest.mark.parametrize("school", ["00ZZ", "kade", "%00"])
def test_hint_that_we_do_not_know_leads_to_the_chooser(hub: Hub, person: Browser, school: str):
    """As at the other addresses that start a login."""
    link = add_link(hub.gateway, hub.service, f"{hub.supplier.base}/boek/1")
    page = person.open(f"{link}?school={school}")
    assert (page.status, urlsplit(page.url).path) == (200, "/school")


@pytest.mark.parametrize(
    "target",
    [
        "http://supplier.test/boeken/1",
        "http://supplier.test/",
        "http://supplier.test/boek/../admin",
        "http://supplier.test/boek/%2e%2e/admin",
        "http://supplier.test:81/boek/1",
        "https://supplier.test/boek/1",
        "http://supplier.test.evil.test/boek/1",
        "http://supplier.test@evil.test/boek/1",
        "//evil.test/boek/1",
        "javascript:alert(1)",
    ],
)
def test_target_outside_the_services_addresses_is_refused(hub: Hub, target: str):
    with pytest.raises(CommandError, match="lies outside the service's addresses"):
        add_link(hub.gateway, hub.service, target)


@pytest.mark.parametrize("code", ["onbekend", "a" * 300, "%00", "..%2f", "é"])
def test_unknown_link_is_a_page_with_words(hub: Hub, person: Browser, code: str):
    page = person.open(f"{hub.gateway.base}/d/{code}")
    assert (page.status, page.redirect) == (404, None)
    assert "KP-401" in page.words or "KP-502" in page.words


def test_removed_link_and_service_lead_to_a_page(hub: Hub, person: Browser):
    """Also where the person was at the school meanwhile."""
    client = add_client(hub.gateway, "Verdwijnt straks")
    first, second = (add_link(hub.gateway, client.client_id, f"{TOOL}/{n}") for n in (1, 2))
    hub.gateway.ketenpoort("link", "remove", first.rpartition("/")[2])
    assert "KP-401" in person.open(first).words
    at_school = person.open(hinted(second))
    attempt = client.begin(school=SAML_SCHOOL)
    hub.gateway.ketenpoort("service", "remove", client.client_id)
    wait_for_changes(hub.gateway)
    page = hub.at_school(person, at_school)
    assert (page.status, page.redirect) == (404, None)
    assert "KP-301" in page.words
    assert "KP-401" in person.open(second).words
    assert "KP-301" in person.open(attempt.url).words


def test_link_to_a_service_that_the_school_switched_off(
    hub: Hub, services: Services, person: Browser
):
    """A page: there is no request to answer with an error."""
    link = add_link(hub.gateway, services.plain.client_id, TARGET)
    words = ("--school", SAML_SCHOOL, "--service", services.plain.client_id)
    hub.gateway.ketenpoort("release", "off", *words)
    wait_for_changes(hub.gateway)
    page = from_cold(hub, person, link)
    assert (page.status, page.redirect) == (403, None)
    assert "KP-307" in page.words
    assert TARGET not in page.text
    hub.gateway.ketenpoort("release", "on", *words)
    wait_for_changes(hub.gateway)
    assert person.open(link).redirect.url == TARGET, "the session stands all the same"
