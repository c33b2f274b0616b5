"""The operator approves, sends back, suspends at once; sees whose logins fail; reads the record."""

import json
import re
import time
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL
from tests.actors.saml_metadata import idp_metadata, sp_metadata
from tests.consoles.conftest import Somebody
from tests.flows.hub import Hub, run_hub
from tests.parts.chromium import axe_violations
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.metadata_publisher import run_publisher
from tests.parts.pictures import picture
from tests.parts.process import free_port, run_directory

# Within it a suspended service is refused by every worker (issue 5).
AT_ONCE_SECONDS = 2
WORDS = {
    "nl": {
        "add": "Voeg toe",
        "well": "Goed",
        "now": "Lees nu",
        "reading": "Hij wordt nu gelezen",
        "stop": "Lees dit niet meer",
    },
    "en": {
        "add": "Add",
        "well": "Well",
        "now": "Read it now",
        "reading": "It is being read",
        "stop": "Read it no longer",
    },
}
PLACES = ("", "/services", "/suppliers", "/feeds", "/people", "/record", "/record/verify", "/keys")


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    """With two workers, of which each has a registry of its own."""
    with run_directory("operator") as directory:
        port = free_port()
        gateway = Gateway(directory, {"BASE_URL": f"http://localhost:{port}"}, port)
        with run_gateway(gateway, workers=2), run_hub(gateway) as running:
            yield running


@pytest.fixture
def desk(hub: Hub, person: Somebody) -> Page:
    """A page of somebody who runs the gateway."""
    page = person()
    invited = hub.gateway.ketenpoort("invite", "operator", "--name", "Bo").strip()
    page.goto(invited)
    page.get_by_role("button", name="Maak een passkey").click()
    page.wait_for_url("**/operator")
    return page


def parties(name: str) -> list[str]:
    """A service, a school, and one that can not be used."""
    service, school, bad = (f"https://{kind}-{name}.example" for kind in ("sp", "idp", "bad"))
    return [
        sp_metadata(service, [f"{service}/acs"], [rsa_key("sp")]),
        idp_metadata(school, f"{school}/sso", [rsa_key("school")]),
        idp_metadata(bad, f"{bad}/sso", []),
    ]


def press(page: Page, hub: Hub, name: str) -> None:
    page.goto(f"{hub.gateway.base}/operator/services/{hub.service}")
    page.get_by_role("button", name=name).click()
    page.wait_for_url(f"{hub.gateway.base}/operator/services/{hub.service}")


def invitation_shown(page: Page) -> str:
    """Its address, on the page that a click brought a moment ago."""
    page.wait_for_load_state()
    return page.get_by_role("status").locator("p").first.inner_text()


def is_let_in(hub: Hub) -> bool:
    with hub.browser() as browser:
        _, page = hub.saml_login(browser)
        return "KP-306" not in page.words and page.message is not None


def test_a_suspended_service_stops_at_once_on_every_worker(hub: Hub, desk: Page) -> None:
    with hub.browser() as browser:
        hub.saml_received(browser)
        press(desk, hub, "Leg meteen stil")
        time.sleep(AT_ONCE_SECONDS)
        try:
            for _ in range(8):  # by new connections, so by either worker
                _, page = hub.saml_login(browser)
                assert "KP-306" in page.words
        finally:
            press(desk, hub, "Laat hem weer werken")
    deadline = time.monotonic() + 10
    while not is_let_in(hub):
        assert time.monotonic() < deadline


def test_each_place_is_there_and_axe_finds_nothing(hub: Hub, desk: Page) -> None:
    for place in PLACES:
        for language in ("nl", "en"):
            answer = desk.goto(f"{hub.gateway.base}/operator{place}?lang={language}")
            assert answer is not None
            assert answer.status == 200
            for width in (360, 1280):
                desk.set_viewport_size({"width": width, "height": 800})
                found = [(one["id"], one["nodes"][0]["html"]) for one in axe_violations(desk)]
                assert found == [], f"{place} {language} {width}"


def test_whose_logins_fail_is_seen_now(hub: Hub, desk: Page) -> None:
    for _ in range(4):
        with hub.browser() as browser:
            request = hub.supplier.request()
            page = browser.open(f"{hub.supplier.redirect_url(request)}&school=99XA")
            asked = hub.asked_of_school(page)
            answer = hub.school.answer(asked, PUPIL, audiences=("https://elsewhere.test",)).build()
            assert "KP-215" in hub.post(browser, answer, asked).words
    deadline = time.monotonic() + 20
    while True:
        desk.goto(f"{hub.gateway.base}/operator?lang=nl")
        row = desk.get_by_role("row", name=re.compile("Esdoorn College"))
        if row.count() and "KP-215" in row.inner_text():
            break
        assert time.monotonic() < deadline
    assert "Esdoorn College" in row.inner_text()
    desk.goto(f"{hub.gateway.base}/operator?lang=en")
    picture(desk, "operator-now")


@pytest.mark.parametrize("language", WORDS)
def test_a_list_of_metadata_is_added_and_read(hub: Hub, desk: Page, language: str) -> None:
    """The browser goes on by itself until it was read, without a script of ours."""
    said = WORDS[language]
    with run_publisher() as federation:
        federation.publish(*parties(language))
        desk.goto(f"{hub.gateway.base}/operator/feeds?lang={language}")
        desk.locator("#address").fill(federation.address)
        desk.locator("#certificate").fill(federation.keys.certificate)
        desk.get_by_role("button", name=said["add"]).click()
        expect(desk.get_by_text(said["well"], exact=True)).to_be_visible(timeout=60_000)
        expect(desk.get_by_text("There is no usable key for signing")).to_be_visible()
        picture(desk, "operator-metadata", language)
        desk.get_by_role("button", name=said["now"]).click()
        expect(desk.get_by_role("heading", name=said["reading"])).to_be_visible()
        expect(desk.get_by_role("button", name=said["now"])).to_be_visible(timeout=60_000)
        assert federation.asked == 2
    desk.get_by_role("button", name=said["stop"]).click()
    desk.wait_for_url("**/operator/feeds")


def test_a_supplier_is_added_and_its_first_person_invited(
    hub: Hub, desk: Page, person: Somebody
) -> None:
    desk.goto(f"{hub.gateway.base}/operator/suppliers?lang=nl")
    desk.get_by_label("Naam").fill("Uitgeverij De Linde")
    desk.get_by_role("button", name="Voeg toe").click()
    desk.get_by_label("Naam").fill("Noor")
    desk.get_by_role("button", name="Maak een uitnodiging").click()
    other = person()
    other.goto(invitation_shown(desk))
    other.get_by_role("button", name="Maak een passkey").click()
    other.wait_for_url("**/supplier")
    expect(other.get_by_role("heading", level=1)).to_have_text("Uitgeverij De Linde")
    other.goto(f"{hub.gateway.base}/operator")
    expect(other.get_by_text("KP-522")).to_be_visible()


def test_the_record_is_searched_exported_and_whole(hub: Hub, desk: Page) -> None:
    desk.goto(f"{hub.gateway.base}/operator/record?lang=nl&q=service+suspended")
    expect(desk.get_by_role("row", name=re.compile(hub.service)).first).to_be_visible()
    desk.goto(f"{hub.gateway.base}/operator/record/verify")
    expect(desk.get_by_text(re.compile("^Ja: alle"))).to_be_visible()
    cookies = {one["name"]: one["value"] for one in desk.context.cookies()}
    address = f"{hub.gateway.base}/operator/record.jsonl"
    lines = requests.get(address, cookies=cookies, timeout=30).text.splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert requests.get(address, timeout=30, allow_redirects=False).status_code == 302


def test_who_is_shut_out_is_out_at_once(hub: Hub, desk: Page, person: Somebody) -> None:
    desk.goto(f"{hub.gateway.base}/operator/people?lang=nl")
    desk.get_by_label("Naam").fill("Cem")
    desk.get_by_role("button", name="Maak een uitnodiging").click()
    other = person()
    other.goto(invitation_shown(desk))
    other.get_by_role("button", name="Maak een passkey").click()
    other.wait_for_url("**/operator")
    desk.goto(f"{hub.gateway.base}/operator/people")
    desk.get_by_role("button", name="Sluit buiten Cem").click()
    other.goto(f"{hub.gateway.base}/operator/keys")
    expect(other).to_have_url(re.compile("/staff\\?to="))


def test_a_browser_without_a_key_is_led_to_the_door(hub: Hub) -> None:
    with Browser() as stranger:
        assert stranger.open(f"{hub.gateway.base}/operator/record").url.startswith(
            f"{hub.gateway.base}/staff?to="
        )
