"""The links of the own teachers on the start page: for whom, which, and none that then refuses."""

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from gateway.core.materials import Material, Publication, PublishedFragment
from gateway.core.model import Audience, Brin
from gateway.store.links import LinkBook
from tests.actors.browser import Browser
from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER
from tests.flows.hub import Hub, answer_fields, hinted
from tests.parts.effect import wait_for_changes
from tests.parts.link_book import keep, open_links
from tests.parts.materials import open_catalogue, publish

SCHOOL = Brin(SAML_SCHOOL)
IN_2A = replace(PUPIL, uid="lot@esdoorn.test", unit="2A")
IN_2B = replace(PUPIL, uid="bas@esdoorn.test", unit="2B")
NOW = int(time.time())


@pytest.fixture(scope="module")
def reading(hub: Hub) -> Material:
    exercise = PublishedFragment("o1", "Opgave een", "exercise", f"{hub.supplier.base}/boek/o1")
    later = PublishedFragment("o2", "Opgave twee", "exercise", f"{hub.supplier.base}/boek/o2")
    (book,) = publish(
        hub.gateway, hub.service, [Publication("1", "Lezen", parts=(exercise, later))]
    )
    return book


@pytest.fixture
def book(hub: Hub) -> Iterator[LinkBook]:
    with open_links(hub.gateway) as found:
        yield found


def link(hub: Hub, book: LinkBook, title: str, *groups: str, **changes: object) -> str:
    """A link of a teacher to a page for class groups, or for the whole school; its address."""
    audience = Audience(SCHOOL, frozenset(groups))
    whole = {"title": title, "school": SCHOOL, "maker": "t1", "audience": audience, **changes}
    target = str(whole.pop("target", f"{hub.supplier.base}/boek/1"))
    return keep(hub.gateway, book, hub.service, target, **whole)


def sees(hub: Hub, browser: Browser) -> str:
    return browser.open(f"{hub.gateway.base}/").words


def signed_in(hub: Hub, browser: Browser, person: object) -> Browser:
    hub.saml_received(browser, person)
    return browser


def test_a_link_for_a_class_stands_there_for_that_class_and_opens(
    hub: Hub, book: LinkBook, person: Browser
):
    address = link(hub, book, "Huiswerk voor 2A", "2A", note="Maak a tot en met d")
    page = signed_in(hub, person, IN_2A).open(f"{hub.gateway.base}/")
    assert "Huiswerk voor 2A" in page.words
    assert "Maak a tot en met d" in page.words
    landed = person.click(page, "Huiswerk voor 2A")
    received = hub.supplier.receive(answer_fields(landed), None)
    assert received.relay_state == f"{hub.supplier.base}/boek/1"
    with hub.browser() as other:
        assert "Huiswerk voor 2A" not in sees(hub, signed_in(hub, other, IN_2B))
        assert "KP-406" in other.open(address).words


def test_those_of_the_class_stand_before_those_of_the_school(
    hub: Hub, book: LinkBook, person: Browser
):
    link(hub, book, "Van de school", created_at=NOW)
    link(hub, book, "Van de klas", "2A", created_at=NOW - 99)
    words = sees(hub, signed_in(hub, person, IN_2A))
    assert words.index("Van de klas") < words.index("Van de school")


def test_what_does_not_work_is_not_there(
    hub: Hub, book: LinkBook, reading: Material, person: Browser
):
    """Stopped, over, of a later time, outside the addresses, or for everyone: nowhere."""
    link(hub, book, "Gestopt", stopped_at=NOW - 5)
    link(hub, book, "Voorbij", valid_until=NOW - 5)
    link(hub, book, "Straks", valid_from=NOW + 3600)
    link(hub, book, "Erbuiten", target="https://elders.example/")
    link(hub, book, "Iedereen", audience=Audience())
    link(hub, book, "Dit werkt", "2A", valid_from=NOW - 5, valid_until=NOW + 3600)
    words = sees(hub, signed_in(hub, person, IN_2A))
    assert "Dit werkt" in words
    for name in ("Gestopt", "Voorbij", "Straks", "Erbuiten", "Iedereen"):
        assert name not in words


def test_what_is_gone_or_switched_off_or_of_other_classes_is_not_there(
    hub: Hub, book: LinkBook, reading: Material, person: Browser
):
    with open_catalogue(hub.gateway) as catalogue:
        one, two = catalogue.parts_of(reading.root_id)
    link(hub, book, "Eerste opgave", "2A", fragment_id=one.id)
    link(hub, book, "Tweede opgave", "2A", fragment_id=two.id)
    signed_in(hub, person, IN_2A)
    assert {"Eerste opgave", "Tweede opgave"} == found(sees(hub, person))
    kept = PublishedFragment("o1", "Opgave een", "exercise", f"{hub.supplier.base}/boek/o1")
    publish(hub.gateway, hub.service, [Publication("1", "Lezen", parts=(kept,))])
    assert found(sees(hub, person)) == {"Eerste opgave"}
    service = ("--school", SAML_SCHOOL, "--service", hub.service)
    hub.gateway.ketenpoort("release", "off", *service)
    wait_for_changes(hub.gateway)
    assert found(sees(hub, person)) == set()
    hub.gateway.ketenpoort("release", "on", *service)
    wait_for_changes(hub.gateway)
    licence = ("--school", SAML_SCHOOL, "--material", reading.id)
    hub.gateway.ketenpoort("licence", "add", *licence, "--group", "2B")
    assert found(sees(hub, person)) == set()
    assert "Lezen" not in [tile.text for tile in person.open(f"{hub.gateway.base}/").links]
    assert "Opgave een" not in person.open(f"{hub.gateway.base}/?q=opgave").words
    with hub.browser() as other:
        signed_in(hub, other, IN_2B)
        assert "Opgave een" in other.open(f"{hub.gateway.base}/?q=opgave").words
    hub.gateway.ketenpoort("licence", "remove", *licence)
    assert found(sees(hub, person)) == {"Eerste opgave"}


def found(words: str) -> set[str]:
    return {name for name in ("Eerste opgave", "Tweede opgave") if name in words}


def test_a_teacher_proposes_the_own_class_and_it_stands_there(
    hub: Hub, reading: Material, person: Browser
):
    with hub.browser() as desk:
        address = f"{hub.gateway.base}/links/new?fragment={part(hub, reading)}"
        teacher = replace(TEACHER, unit="2A")
        form = hub.at_school(desk, desk.open(hinted(address)), teacher)
        made = desk.submit(form, {"title": "Net gemaakt"}, "Maak de link")
        assert "Alleen klas 2A" in made.words
        assert urlsplit(made.url).path.startswith("/links/")
    assert "Net gemaakt" in sees(hub, signed_in(hub, person, IN_2A))
    with hub.browser() as other:
        assert "Net gemaakt" not in sees(hub, signed_in(hub, other, IN_2B))


def part(hub: Hub, material: Material) -> str:
    with open_catalogue(hub.gateway) as catalogue:
        return catalogue.parts_of(material.root_id)[0].id
