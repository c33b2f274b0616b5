"""What a person meets on the way to a deep link does not lose its target."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

import gateway.app
from gateway.settings import load_settings
from gateway.store import database
from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER
from tests.actors.saml_xml import STATUS
from tests.flows.hub import SCHOOL_NAME, Hub, add_client, answer_fields, hinted, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import add_link

TOOL = "http://tool.test"
WAY_BACK = "Opnieuw beginnen"
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Links:
    """A link over an unsolicited SAML response and one over an OpenID login, with their targets."""

    hub: Hub
    saml: str
    openid: str

    def arrived(self, page: Page, link: str) -> bool:
        if link == self.saml:
            received = self.hub.supplier.receive(answer_fields(page), None)
            return received.relay_state == f"{self.hub.supplier.base}/boek/7?a=%2F#b"
        assert page.redirect, page
        return page.redirect.url == f"{TOOL}/les/7?a=%2F#b"


@pytest.fixture(scope="module")
def links(hub: Hub) -> Links:
    client = add_client(hub.gateway, "Tekenen bij Vlier")
    return Links(
        hub,
        add_link(hub.gateway, hub.service, f"{hub.supplier.base}/boek/7?a=%2F#b"),
        add_link(hub.gateway, client.client_id, f"{TOOL}/les/7?a=%2F#b"),
    )


@pytest.fixture(params=["saml", "openid"])
def link(request: pytest.FixtureRequest, links: Links) -> str:
    address: str = getattr(links, request.param)
    return address


def to_school(person: Browser, page: Page) -> Page:
    return person.click(person.submit(page, {"q": "esdoorn"}), SCHOOL_NAME)


def test_choosing_the_school_again_and_again(links: Links, link: str, person: Browser):
    """Searching, reading the page in English, going back and choosing once more."""
    chooser = person.open(link)
    person.submit(chooser, {"q": "lijsterbes"})
    english = person.click(chooser, "English")
    to_school(person, english)
    page = links.hub.at_school(person, to_school(person, chooser))
    assert links.arrived(page, link)


def test_wrong_password_and_cancel_at_the_school(links: Links, link: str, person: Browser):
    """The school says no: by its one button the same login goes on, to the same target."""
    page = to_school(person, person.open(link))
    for sub_status in ("AuthnFailed", "RequestDenied"):
        asked = links.hub.asked_of_school(page)
        status = {"status": f"{STATUS}Responder", "sub_status": STATUS + sub_status}
        no = links.hub.school.answer(asked, PUPIL, **status).build_response()
        refused = links.hub.post(person, no, asked)
        assert "KP-203" in refused.words
        page = to_school(person, person.click(refused, WAY_BACK))
    assert links.arrived(links.hub.at_school(person, page), link)


def test_two_tabs_each_arrive_at_their_own_target(links: Links, person: Browser):
    """Begun together and finished crosswise; the second finds the session and goes on as well."""
    first, second = person.open(links.saml), person.open(links.openid)
    first_school, second_school = to_school(person, first), to_school(person, second)
    assert links.arrived(links.hub.at_school(person, second_school), links.openid)
    assert links.arrived(links.hub.at_school(person, first_school), links.saml)


def test_one_link_in_two_tabs(links: Links, link: str, person: Browser):
    tabs = [to_school(person, person.open(link)) for _ in range(2)]
    for tab in tabs:
        assert links.arrived(links.hub.at_school(person, tab), link)


def test_tab_that_waited_in_the_chooser_while_another_logged_in(
    links: Links, link: str, person: Browser
):
    """No second login: choosing the school is enough."""
    waiting = person.open(links.saml)
    links.hub.at_school(person, to_school(person, person.open(links.openid)))
    hops = len(person.hops)
    assert links.arrived(to_school(person, waiting), links.saml)
    assert not [hop for hop in person.hops[hops:] if hop.url.startswith(links.hub.school.base)]
    assert links.arrived(person.open(link), link)


@pytest.mark.parametrize("lost", [["kp_browser"], ["kp_browser", "kp_schools"], None])
def test_lost_cookie_is_one_click(links: Links, link: str, person: Browser, lost: list[str] | None):
    """Without it nobody can know that the answer is of this browser: the page leads to the link
    again, and the session at the school spares the password."""
    at_school = to_school(person, person.open(link))
    jar = person.cookies.of(links.hub.gateway.base)
    for name in lost or [cookie.name for cookie in jar]:
        jar.set(name, None)
    page = links.hub.at_school(person, at_school)
    assert "KP-102" in page.words
    page = links.hub.at_school(person, to_school(person, person.click(page, WAY_BACK)))
    assert links.arrived(page, link)


def test_lost_session_cookie_costs_a_login_and_not_the_target(
    links: Links, link: str, person: Browser
):
    links.hub.at_school(person, to_school(person, person.open(link)))
    person.cookies.of(links.hub.gateway.base).set("kp_session", None)
    page = links.hub.at_school(person, to_school(person, person.open(link)))
    assert links.arrived(page, link)


def test_back_button_from_anywhere_on_the_way(links: Links, link: str, person: Browser):
    """Every address of the journey, opened again after the end, leads to the target: at once, or
    by one click; none logs somebody in by itself."""
    chooser = person.open(link)
    assert links.arrived(links.hub.at_school(person, to_school(person, chooser)), link)
    ours = [hop.url for hop in person.hops if hop.url.startswith(links.hub.gateway.base)]
    for address in dict.fromkeys(url for url in ours if "/school/saml/acs" not in url):
        page = person.open(address)
        if not (page.redirect or page.message):
            page = person.click(page, WAY_BACK)
        assert links.arrived(page, link), address


def test_somebody_else_on_the_same_device(links: Links, link: str, person: Browser):
    """A teacher signs out, a pupil follows the link and signs in."""
    links.hub.saml_received(person, TEACHER)
    person.submit(person.open(f"{links.hub.gateway.base}/logout"), button="Uitloggen")
    page = links.hub.at_school(person, to_school(person, person.open(link)), PUPIL)
    assert links.arrived(page, link)


def test_warm_session_is_one_redirect_chain(links: Links, person: Browser):
    """One answer of ours, no page between; SAML's own form is the message itself."""
    links.hub.saml_received(person)
    for link in (links.openid, links.saml):
        hops = len(person.hops)
        assert links.arrived(person.open(link), link)
        assert len(person.hops) == hops + 1


@pytest.fixture(scope="module")
def stopped(store_settings: Mapping[str, str], request: pytest.FixtureRequest) -> Iterator[Links]:
    """Links of a gateway that does not run: a test starts it, as often as it likes. Its stores
    are not those of the gateway of the other tests."""
    settings = dict(store_settings)
    if settings:
        settings["DATABASE_URL"] = request.getfixturevalue("postgres").new_database()
        settings["REDIS_URL"] = settings["REDIS_URL"].removesuffix("/0") + "/1"
    with run_directory("links") as directory:
        own = Gateway(directory, settings)
        with run_gateway(own), run_hub(own) as hub:
            _ = hub.supplier.gateway, hub.school.gateway
            address = add_link(own, hub.service, f"{hub.supplier.base}/boek/7?a=%2F#b")
        yield Links(hub, address, "")


def test_gateway_restarts_at_every_step(stopped: Links):
    hub = stopped.hub
    with hub.browser() as person:
        with run_gateway(hub.gateway):
            chooser = person.open(stopped.saml)
        with run_gateway(hub.gateway):
            at_school = to_school(person, chooser)
        with run_gateway(hub.gateway):
            assert stopped.arrived(hub.at_school(person, at_school), stopped.saml)
        with run_gateway(hub.gateway):
            assert stopped.arrived(person.open(stopped.saml), stopped.saml)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The gateway's clock in this process, to be moved on by `add`."""
    held = SimpleNamespace(add=0.0, time=lambda: time.time() + held.add)
    monkeypatch.setattr(gateway.app, "time", held)
    return held


@pytest.fixture
def here(clock: SimpleNamespace, stopped: Links) -> Iterator[FlaskClient]:  # made by it
    """A browser at the same gateway, in this process."""
    before = set(database._engines)
    app = gateway.app.create_app(load_settings(stopped.hub.gateway.environment))
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_MODE"] = "navigate"
    yield client
    for engine in set(database._engines) - before:
        engine.dispose()


@pytest.mark.parametrize("hours", [1.9, 3, 20])
def test_slow_login(stopped: Links, here: FlaskClient, clock: SimpleNamespace, hours: float):
    """Somebody who looks for a password goes on; one who comes back after the break begins again
    at the link, by one click."""
    path = urlsplit(hinted(stopped.saml))
    flow = _flow_at_school(here.get(f"{path.path}?{path.query}").headers["Location"])
    clock.add = hours * HOUR
    page = here.get(f"/flow/{flow}")
    if hours < 2:  # flow_seconds
        assert _flow_at_school(page.headers["Location"]) == flow
        return
    assert page.status_code == 400
    assert "KP-101" in page.text
    assert f'href="{path.path}"' in page.text
    assert here.get(hinted(path.path)).status_code == 302


def _flow_at_school(address: str) -> str:
    return parse_qs(urlsplit(address).query)["RelayState"][0]


def test_hint_of_a_portal_survives_as_well(links: Links, link: str, person: Browser):
    """A portal's own address of a link names the school: no chooser."""
    page = links.hub.at_school(person, person.open(hinted(link, SAML_SCHOOL)))
    assert links.arrived(page, link)
