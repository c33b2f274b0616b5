"""The start page `/`: from signing in there to the supplier, and what it shows to whom."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest

from gateway.core.materials import Material, Publication, PublishedFragment
from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER, Person
from tests.flows.hub import SCHOOL_NAME, Hub, add_client, answer_fields, query_of
from tests.parts.effect import wait_for_changes
from tests.parts.materials import open_catalogue, publish
from tests.parts.registration import add_link

ALONE = "Rekenen bij Berk"
OTHER_CLASS = replace(PUPIL, uid="bo@esdoorn.test", unit="3C")


@dataclass(frozen=True, slots=True)
class Shop:
    """The SAML service with two materials: one with an access link, one with headings alone."""

    hub: Hub
    reading: Material
    writing: Material

    def sign_in(self, browser: Browser, person: Person = PUPIL, path: str = "") -> Page:
        """From the start page over the school and back."""
        page = browser.open(f"{self.hub.gateway.base}{path or '/'}")
        if not path:
            page = browser.click(page, "Inloggen bij je school")
        assert urlsplit(page.url).path == "/school"
        page = browser.submit(page, {"q": "esdoorn"})
        return self.hub.at_school(browser, browser.click(page, SCHOOL_NAME), person)

    def start(self, browser: Browser) -> Page:
        return browser.open(f"{self.hub.gateway.base}/")

    def release(self, command: str, *options: str, service: str = "") -> None:
        chosen = ("--school", SAML_SCHOOL, "--service", service or self.hub.service)
        self.hub.gateway.ketenpoort("release", command, *chosen, *options)
        wait_for_changes(self.hub.gateway)


@pytest.fixture(scope="module")
def shop(hub: Hub) -> Shop:
    base = f"{hub.supplier.base}/boek"
    exercise = PublishedFragment("o4", "Opgave vier", "exercise", f"{base}/2/o4")
    chapter = PublishedFragment("h1", "Hoofdstuk een", "chapter", parts=(exercise,))
    books = [
        Publication("9780000000001", "Lezen 1", access_link=f"{base}/1"),
        Publication("9780000000002", "Schrijven 1", parts=(chapter,)),
    ]
    return Shop(hub, *publish(hub.gateway, hub.service, books))


@pytest.fixture
def other(hub: Hub) -> Iterator[Browser]:
    """A second browser."""
    with hub.browser() as new:
        yield new


def tiles(page: Page) -> list[str]:
    """The names on the tiles, in order."""
    return [link.text for link in page.links if link.href.startswith("/open/")]


def press(browser: Browser, page: Page, name: str) -> Page:
    """Follow the one tile or place with this name."""
    [address] = [
        link.href for link in page.links if link.href.startswith("/open/") and name in link.text
    ]
    return browser.click(page, address)


def names(page: Page) -> set[str]:
    """What can be opened, whatever its order."""
    return {name for name in ("Lezen 1", "Schrijven 1", ALONE) if name in page.words}


def mark(browser: Browser, page: Page, /, **tile: str) -> Page:
    """Press the star of a tile."""
    form = next(form for form in page.forms if form.action == "/favourite")
    return browser.go(page.filled(form, tile))


def test_a_pupil_signs_in_opens_a_tile_and_lands_at_the_supplier(shop: Shop, person: Browser):
    page = shop.sign_in(person)
    assert (page.url, page.status) == (f"{shop.hub.gateway.base}/", 200)
    assert names(page) == {"Lezen 1", "Schrijven 1", ALONE}
    assert SCHOOL_NAME in page.words
    hops = len(person.hops)
    answer = press(person, page, "Lezen 1")
    assert len(person.hops) == hops + 1, "with no page in between"
    received = shop.hub.supplier.receive(answer_fields(answer), None)
    assert received.relay_state == f"{shop.hub.supplier.base}/boek/1"


def test_a_service_that_published_nothing_is_started(shop: Shop, person: Browser):
    page = shop.sign_in(person)
    started = press(person, page, ALONE)
    assert started.redirect.url.startswith("http://tool.test/")


def test_a_heading_shows_what_is_below_it(shop: Shop, person: Browser):
    page = shop.sign_in(person)
    chapters = press(person, page, "Schrijven 1")
    assert (chapters.status, chapters.message) == (200, None)
    exercises = press(person, chapters, "Hoofdstuk een")
    assert "Schrijven 1" in exercises.words
    received = shop.hub.supplier.receive(
        answer_fields(press(person, exercises, "Opgave vier")), None
    )
    assert received.relay_state == f"{shop.hub.supplier.base}/boek/2/o4"


def test_a_tile_opens_in_a_cold_browser_too(shop: Shop, person: Browser):
    """Its address may be a bookmark: one login, then the place itself."""
    answer = shop.sign_in(person, path=f"/open/{shop.reading.root_id}")
    received = shop.hub.supplier.receive(answer_fields(answer), None)
    assert received.relay_state == f"{shop.hub.supplier.base}/boek/1"


@pytest.mark.parametrize("kept", ["a heading", "what is shared"])
def test_a_page_that_needs_a_session_comes_back_after_signing_in(
    shop: Shop, person: Browser, kept: str
):
    path = f"/open/{shop.writing.root_id}"
    if kept == "what is shared":
        path = f"/shared/{shop.hub.service}"
    page = shop.sign_in(person, path=path)
    assert (page.status, urlsplit(page.url).path) == (200, path)
    asked = [query_of(hop.url) for hop in person.hops if urlsplit(hop.url).path == "/sign-in"]
    assert asked == [{"to": [path]}]


def test_a_tile_that_a_browser_asks_for_ahead_is_not_opened(shop: Shop, person: Browser):
    mine = replace(PUPIL, uid="ahead@esdoorn.test")
    before = tiles(shop.sign_in(person, mine))
    person._transport.headers["Sec-Purpose"] = "prefetch"
    address = f"{shop.hub.gateway.base}/open/service/{shop.hub.client.client_id}"
    assert person.open(address).status == 204
    del person._transport.headers["Sec-Purpose"]
    assert tiles(shop.start(person)) == before


def test_last_used_comes_first_and_favourites_before_it(shop: Shop, person: Browser):
    mine = replace(PUPIL, uid="last-used@esdoorn.test")
    page = shop.sign_in(person, mine)
    assert tiles(page)[0] != ALONE
    press(person, page, ALONE)
    page = shop.start(person)
    assert ALONE in tiles(page)[0]
    page = mark(person, page, add=shop.writing.id)
    assert urlsplit(page.url).path == "/"
    first, second, *_ = tiles(page)
    assert ("Schrijven 1" in first, ALONE in second) == (True, True)
    assert "Favorieten" in page.words
    page = mark(person, page, remove=shop.writing.id)
    assert "Favorieten" not in page.words
    assert ALONE in tiles(page)[0]


def test_a_link_of_a_teacher_counts_as_use_too(shop: Shop, person: Browser):
    mine = replace(PUPIL, uid="by-link@esdoorn.test")
    page = shop.sign_in(person, mine)
    link = add_link(shop.hub.gateway, shop.hub.client.client_id, "http://tool.test/les/1")
    assert ALONE not in tiles(page)[0]
    person.open(link)
    assert ALONE in tiles(shop.start(person))[0]


def test_what_is_remembered_is_the_persons_own_and_can_be_forgotten(
    shop: Shop, person: Browser, other: Browser
):
    page = shop.sign_in(person, replace(PUPIL, uid="one@esdoorn.test"))
    untouched = tiles(page)
    page = mark(person, page, add=shop.writing.id)
    assert tiles(shop.sign_in(other, replace(PUPIL, uid="another@esdoorn.test"))) == untouched
    page = person.submit(page, button="Vergeet")
    assert tiles(page) == untouched


def test_what_is_no_tile_can_not_be_marked(shop: Shop, person: Browser):
    page = mark(person, shop.sign_in(person), add="nothing-of-ours")
    assert (page.status, "KP-400" in page.words) == (404, True)


def test_a_star_leads_back_to_the_page_that_it_stands_on(shop: Shop, person: Browser):
    mine = replace(PUPIL, uid="second-page@esdoorn.test")
    page = mark(person, shop.sign_in(person, mine), add=shop.writing.id, page="2")
    assert urlsplit(page.url).query == "page=2"


def test_a_star_without_the_token_of_the_page_does_nothing(shop: Shop, person: Browser):
    mine = replace(PUPIL, uid="forged@esdoorn.test")
    base = shop.hub.gateway.base
    shop.sign_in(person, mine)
    page = person.post(f"{base}/favourite", {"add": shop.writing.id}, initiator="http://evil.test")
    assert page.status == 403
    assert "Favorieten" not in shop.start(person).words


def test_a_service_that_the_school_switched_off_is_gone(shop: Shop, person: Browser):
    shop.sign_in(person)
    shop.release("off")
    page = shop.start(person)
    assert names(page) == {ALONE}
    assert "KP-307" in person.open(f"{shop.hub.gateway.base}/open/{shop.reading.root_id}").words
    assert "KP-307" in person.open(f"{shop.hub.gateway.base}/open/{shop.writing.root_id}").words
    assert "KP-307" in person.open(f"{shop.hub.gateway.base}/shared/{shop.hub.service}").words
    found = person.submit(page, {"q": "lezen"})
    assert "Lezen 1" not in found.words
    shop.release("on")
    assert "Lezen 1" in shop.start(person).words


def test_each_sees_what_is_for_the_own_role_and_groups(shop: Shop, person: Browser, other: Browser):
    shop.sign_in(person)
    shop.sign_in(other, OTHER_CLASS)
    shop.release("allow", "--group", PUPIL.unit)
    assert "Lezen 1" in shop.start(person).words
    assert names(shop.start(other)) == {ALONE}
    shop.release("allow", "--role", "employee")
    assert names(shop.start(person)) == {ALONE}
    shop.release("allow")
    assert "Lezen 1" in shop.start(other).words


def test_a_school_with_nothing_switched_on_says_so(shop: Shop, person: Browser):
    shop.sign_in(person)
    for service in (shop.hub.service, shop.hub.client.client_id):
        shop.release("off", service=service)
    page = shop.start(person)
    for service in (shop.hub.service, shop.hub.client.client_id):
        shop.release("on", service=service)
    assert tiles(page) == []
    assert "Vraag het aan je leraar" in page.words


def test_a_material_that_is_gone_is_no_tile(shop: Shop, person: Browser):
    with open_catalogue(shop.hub.gateway) as catalogue:
        [_, writing] = catalogue.materials_of([shop.hub.service])
        assert writing == shop.writing
    client = add_client(shop.hub.gateway, "Muziek bij Els")
    publish(shop.hub.gateway, client.client_id, [Publication("1", "Zingen")])
    page = shop.sign_in(person)
    assert "Zingen" in page.words
    publish(shop.hub.gateway, client.client_id, [])
    page = shop.start(person)
    assert "Zingen" not in page.words
    assert any("Muziek bij Els" in name for name in tiles(page)), "as a service without any"


def test_search_finds_places_of_the_services_shown(shop: Shop, person: Browser):
    found = person.submit(shop.sign_in(person), {"q": "opgave vier"})
    received = shop.hub.supplier.receive(answer_fields(press(person, found, "Opgave vier")), None)
    assert received.relay_state.endswith("/boek/2/o4")
    assert ALONE in person.submit(found, {"q": "berk"}).words
    assert "We vonden niets" in person.submit(found, {"q": "xqzzw"}).words


def test_what_is_shared_is_what_is_sent(shop: Shop, person: Browser):
    shop.sign_in(person)
    address = f"{shop.hub.gateway.base}/shared/{shop.hub.service}"
    before = person.open(address)
    assert "leerling" in before.words
    assert SCHOOL_NAME in before.words
    assert PUPIL.given_name not in before.words
    assert "Je voornaam" not in before.words.replace("je voornaam", "")
    shop.release("grant", "--attribute", "givenName")
    page = person.open(address)
    assert PUPIL.given_name in page.words
    assert "Aanspreken in de les" in page.words
    assert not (PUPIL.secrets & set(page.words.split()))


def test_only_who_teaches_makes_links(shop: Shop, person: Browser, other: Browser):
    pupil, teacher = shop.sign_in(person), shop.sign_in(other, TEACHER)
    made = ("/materials", "/links")
    assert [link.href for link in pupil.links if link.href in made] == []
    assert [link.href for link in teacher.links if link.href in made] == list(made)


def test_a_session_that_ended_shows_the_page_for_everybody(shop: Shop, person: Browser):
    page = shop.sign_in(person)
    person.submit(person.click(page, "Uitloggen"), button="Uitloggen")
    assert "Inloggen bij je school" in shop.start(person).words


def test_unknown_addresses_are_pages_with_words(shop: Shop, person: Browser):
    base = shop.hub.gateway.base
    assert "KP-400" in person.open(f"{base}/open/nothing").words
    assert "KP-301" in person.open(f"{base}/open/service/nothing").words
    shop.sign_in(person)
    assert "KP-301" in person.open(f"{base}/shared/nothing").words
