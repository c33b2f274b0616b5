"""A school decides what is shared with whom, sees it, and it holds from the next login on."""

import csv
import io
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import playwright.sync_api
import pytest

from gateway.core.materials import Publication
from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, TEACHER
from tests.consoles.school_desk import ADMINISTRATOR, accept, invite
from tests.flows.hub import Hub, run_hub
from tests.parts.chromium import axe_violations
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.materials import publish
from tests.parts.pictures import picture
from tests.parts.process import run_directory

CONSOLE = "/school-console"
WAIT_SECONDS = 20
PLACES = (
    CONSOLE,
    CONSOLE + "/services/{service}",
    CONSOLE + "/overview",
    CONSOLE + "/connection",
    CONSOLE + "/licences",
    CONSOLE + "/links",
    CONSOLE + "/administrators",
    "/me",
)
PICTURES = {
    CONSOLE + "/services/{service}": "school-service",
    CONSOLE + "/overview": "school-overview",
}


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with run_directory("school-console") as directory:
        gateway = Gateway(directory)
        with run_gateway(gateway), run_hub(gateway) as running:
            yield running


@pytest.fixture
def desk(hub: Hub) -> Iterator[Browser]:
    """A browser in which an administrator is signed in."""
    with hub.browser() as browser:
        accept(hub, browser)
        yield browser


@pytest.fixture
def pupil(hub: Hub) -> Iterator[Browser]:
    with hub.browser() as browser:
        yield browser


def service_page(hub: Hub, desk: Browser) -> Page:
    return desk.open(f"{hub.gateway.base}{CONSOLE}/services/{hub.service}")


def decide(hub: Hub, desk: Browser, **fields: str) -> Page:
    """Send the form with just these fields."""
    page = service_page(hub, desk)
    (form,) = [one for one in page.forms if "csrf_token" in one.fields and "groups" in one.fields]
    token = {"csrf_token": form.fields["csrf_token"]}
    done = desk.post(page.url, {**token, **fields}, initiator=hub.gateway.base)
    wait_for_changes(hub.gateway)
    return done


def test_a_wish_is_shared_only_when_the_school_says_so(
    hub: Hub, desk: Browser, pupil: Browser
) -> None:
    assert "1 wens waar je nog geen ja op zei" in desk.open(hub.gateway.base + CONSOLE).words
    page = service_page(hub, desk)
    assert "Waarom: Aanspreken in de les" in page.words
    assert "givenName" not in hub.saml_received(pupil).attributes
    decide(hub, desk, on="on", attribute="givenName")
    with hub.browser() as fresh:
        assert hub.saml_received(fresh).attributes["givenName"] == ["Sanne"]
    decide(hub, desk, on="on")
    with hub.browser() as fresh:
        assert "givenName" not in hub.saml_received(fresh).attributes


def test_what_no_service_asks_can_not_be_allowed(hub: Hub, desk: Browser) -> None:
    decide(hub, desk, on="on", attribute="mail")
    grants = hub.gateway.ketenpoort_json(
        "release", "show", "--school", "99XA", "--service", hub.service
    )
    assert "mail" not in [row["attribute"] for row in grants["attributes"]]


def test_off_is_off(hub: Hub, desk: Browser, pupil: Browser) -> None:
    decide(hub, desk)
    try:
        _, page = hub.saml_login(pupil)
        assert "KP-307" in page.words
    finally:
        decide(hub, desk, on="on")


def test_for_one_class_alone(hub: Hub, desk: Browser, pupil: Browser) -> None:
    decide(hub, desk, on="on", groups="3A, 2C")
    try:
        _, page = hub.saml_login(pupil)
        assert "KP-308" in page.words
        with hub.browser() as other:
            hub.saml_received(other, replace(PUPIL, unit="2C"))
    finally:
        decide(hub, desk, on="on")


def test_the_preview_is_of_the_administrator_and_true(hub: Hub, desk: Browser) -> None:
    decide(hub, desk, on="on", attribute="givenName")
    page = service_page(hub, desk)
    with hub.browser() as browser:
        received = hub.saml_received(browser, ADMINISTRATOR)
    assert received.attributes["givenName"] == ["Ans"]
    for values in received.attributes.values():
        for value in values:
            assert value in page.words
    decide(hub, desk, on="on")


def test_the_privacy_officer_sees_what_is_shared_since_when(hub: Hub, desk: Browser) -> None:
    decide(hub, desk, on="on", attribute="givenName")
    page = desk.open(f"{hub.gateway.base}{CONSOLE}/overview")
    assert "Uitgeverij Wilg: Lezen bij Wilg" in page.words
    exported = desk.open(f"{hub.gateway.base}{CONSOLE}/overview.csv")
    assert exported.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    (row,) = [r for r in rows if r["dienst"] == "Lezen bij Wilg" and r["gegeven"] == "givenName"]
    assert (row["doel"], len(row["sinds"])) == ("Aanspreken in de les", 10)
    assert row["door"].startswith("school 99XA ")
    decide(hub, desk, on="on")
    again = desk.open(f"{hub.gateway.base}{CONSOLE}/overview.csv")
    assert "givenName" not in again.text


def test_who_was_not_invited_may_not(hub: Hub, pupil: Browser) -> None:
    page = pupil.open(f"{hub.gateway.base}{CONSOLE}?school=99XA")
    page = hub.at_school(pupil, page, TEACHER)
    assert (page.status, "KP-523" in page.words) == (403, True)
    for path in ("/overview", "/overview.csv", f"/services/{hub.service}", "/administrators"):
        assert pupil.open(hub.gateway.base + CONSOLE + path).status == 403


def test_an_invitation_of_a_school_works_once(hub: Hub, pupil: Browser) -> None:
    address = invite(hub, "Bo")
    page = hub.at_school(pupil, pupil.open(address), replace(TEACHER, uid="bo@esdoorn.test"))
    pupil.submit(page, {}, "Ik word beheerder")
    assert "KP-521" in pupil.open(address).words


def test_who_is_dismissed_is_out_at_once(hub: Hub, desk: Browser) -> None:
    page = desk.open(f"{hub.gateway.base}{CONSOLE}/administrators")
    page = desk.submit(page, {"name": "Cem"}, "Maak een uitnodiging")
    (address,) = [word for word in page.words.split() if "/invitation/" in word]
    with hub.browser() as other:
        cem = replace(TEACHER, uid="cem@esdoorn.test")
        page = hub.at_school(other, other.open(address), cem)
        assert other.submit(page, {}, "Ik word beheerder").status == 200
        page = desk.open(f"{hub.gateway.base}{CONSOLE}/administrators")
        desk.submit(page, {}, "Geen beheerder meer Cem")
        assert other.open(hub.gateway.base + CONSOLE).status == 403


def test_an_entitlement_that_the_school_asserts_makes_an_administrator(
    hub: Hub, desk: Browser
) -> None:
    page = desk.open(f"{hub.gateway.base}{CONSOLE}/administrators")
    (form,) = [one for one in page.forms if "entitlement" in one.fields]
    value = "urn:mace:example:ketenpoort-beheer"
    fields = {"csrf_token": form.fields["csrf_token"], "entitlement": value}
    desk.post(
        f"{hub.gateway.base}{CONSOLE}/administrators/entitlement",
        fields,
        initiator=hub.gateway.base,
    )
    for said, status in ((value, 200), ("urn:mace:example:other", 403)):
        with hub.browser() as other:
            page = other.open(f"{hub.gateway.base}{CONSOLE}?school=99XA")
            asked = hub.asked_of_school(page)
            named = {**TEACHER.attributes(), "eduPersonEntitlement": [said]}
            answer = hub.school.answer(asked, TEACHER, attributes=named).build()
            assert hub.post(other, answer, asked).status == status


def test_each_decision_stands_in_the_record(hub: Hub, desk: Browser) -> None:
    decide(hub, desk, on="on", attribute="givenName")
    found = hub.gateway.ketenpoort_json("audit", "list", "--words", f"decided {hub.service}")
    assert found[0]["who"].startswith("school 99XA ")
    assert '"givenName"' in found[0]["after"]
    assert "as they were written" in hub.gateway.ketenpoort("audit", "verify")
    decide(hub, desk, on="on")


def test_a_person_sees_what_was_shared_with_whom(hub: Hub, pupil: Browser) -> None:
    page = hub.at_school(pupil, pupil.open(f"{hub.gateway.base}/sign-in?to=/me&school=99XA"))
    assert urlsplit(page.url).path == "/me"
    hub.saml_received(pupil)
    wait_until_told(hub, pupil)
    page = pupil.open(f"{hub.gateway.base}/me")
    assert "Van Uitgeverij Wilg" in page.words
    assert "je rol op school" in page.words
    page = pupil.submit(page, {}, "Vergeet deze lijst")
    assert "Nog niets" in page.words


def test_another_person_sees_nothing_of_it(hub: Hub, pupil: Browser) -> None:
    with hub.browser() as first:
        hub.saml_received(first, replace(PUPIL, uid="ties@esdoorn.test"))
        wait_until_told(hub, first)
    hub.at_school(pupil, pupil.open(f"{hub.gateway.base}/sign-in?to=/me&school=99XA"), TEACHER)
    assert "Nog niets" in pupil.open(f"{hub.gateway.base}/me").words


def wait_until_told(hub: Hub, browser: Browser) -> None:
    """The record is written a second after the login."""
    deadline = time.monotonic() + WAIT_SECONDS
    while "Nog niets" in browser.open(f"{hub.gateway.base}/me").words:
        assert time.monotonic() < deadline, "the record never came"


def test_licences_come_by_a_list_and_hold_on_the_start_page(hub: Hub, desk: Browser) -> None:
    book = Publication(
        "9789000000001", "Lezen en rekenen 2", access_link=f"{hub.supplier.base}/boek"
    )
    publish(hub.gateway, hub.service, [book])
    address = f"{hub.gateway.base}{CONSOLE}/licences"
    wrong = desk.submit(desk.open(address), {"text": "none,2A"}, "Bewaar dit")
    assert (wrong.status, "Regel 1: none" in wrong.words) == (422, True)
    page = desk.submit(desk.open(address), {"text": "9789000000001,3F"}, "Bewaar dit")
    assert "Lezen en rekenen 2" in page.words
    for unit, sees in (("3F", True), ("2B", False)):
        with hub.browser() as browser:
            page = browser.open(f"{hub.gateway.base}/sign-in?to=/&school=99XA")
            page = hub.at_school(browser, page, replace(PUPIL, unit=unit))
            assert ("Lezen en rekenen 2" in page.words) is sees
    desk.submit(desk.open(address), {"text": ""}, "Bewaar dit")


def test_the_login_page_says_what_came_and_what_is_missing(hub: Hub, desk: Browser) -> None:
    words = desk.open(f"{hub.gateway.base}{CONSOLE}/connection").words
    assert "Ans" in words
    assert "nlEduPersonUnit" in words


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_on_the_pages(
    hub: Hub, desk: Browser, chromium: playwright.sync_api.Browser, language: str
) -> None:
    base = hub.gateway.base
    context = chromium.new_context(locale=language)
    (cookie,) = [one for one in desk.cookies.of(base) if one.name == "kp_session"]
    context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": base}])
    page = context.new_page()
    for place in PLACES:
        answer = page.goto(base + place.format(service=hub.service))
        assert answer is not None
        assert answer.status == 200
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found = [(one["id"], one["nodes"][0]["html"]) for one in axe_violations(page)]
            assert found == [], f"{place} {language} {width}"
            outside = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert outside <= 0, f"{place} {language} {width}"
        if name := PICTURES.get(place):
            picture(page, name, language)
    context.close()
