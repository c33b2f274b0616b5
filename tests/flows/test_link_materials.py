"""Links that hold a fragment: they follow it, and say why where somebody may not go on."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from gateway.core.materials import Fragment, Material, Publication, PublishedFragment
from gateway.core.model import Audience, Brin
from gateway.store.links import LinkBook
from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import OidcClient
from tests.actors.people import PUPIL, SAML_SCHOOL, SECOND_PUPIL, SECOND_SAML_SCHOOL, TEACHER
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import SCHOOL_NAME, Hub, add_client, hinted
from tests.parts.effect import wait_for_changes
from tests.parts.link_book import keep, open_links
from tests.parts.materials import open_catalogue, publish
from tests.parts.registration import add_saml_school

BOOK = "http://tool.test/boek"
PUPIL_2A = replace(PUPIL, unit="2A")
HOUR = 3600


def tree(**changes: str | None) -> Publication:
    """A book with a chapter and two exercises; `changes` are other addresses, None is left out."""
    locators = {"h3": f"{BOOK}/3", "o4": f"{BOOK}/3/4", "o5": f"{BOOK}/3/5?stap=1#som", **changes}
    exercises = tuple(
        PublishedFragment(key, f"Opgave {key[1:]}", "exercise", locators[key])
        for key in ("o4", "o5")
        if locators[key]
    )
    chapters = (PublishedFragment("h3", "Hoofdstuk 3", "chapter", locators["h3"], parts=exercises),)
    return Publication(
        "9789099000001",
        "Getal en Ruimte",
        product="EAN-1",
        access_link=f"{BOOK}/toegang",
        parts=chapters if locators["h3"] else (),
    )


@dataclass(frozen=True, slots=True)
class Shelf:
    """A client with a book, and what makes links into it."""

    hub: Hub
    client: OidcClient
    book: LinkBook
    material: Material

    def fragment(self, key: str) -> Fragment:
        with open_catalogue(self.hub.gateway) as catalogue:
            found = self._below(catalogue.fragment(self.material.root_id)[1], catalogue.parts_of)
            return next(fragment for fragment in found if fragment.key == key)

    def _below(self, fragment, parts_of) -> Iterator[Fragment]:
        yield fragment
        for part in parts_of(fragment.id):
            yield from self._below(part, parts_of)

    def link(self, key: str, **changes: object) -> str:
        """A link to a fragment, with fields of Link changed; its address."""
        service, fragment = self.client.client_id, self.fragment(key).id
        changes["fragment_id"] = fragment
        return keep(self.hub.gateway, self.book, service, f"{BOOK}/toen", **changes)

    def publish(self, **changes: str | None) -> None:
        publish(self.hub.gateway, self.client.client_id, [tree(**changes)])


@pytest.fixture(scope="module")
def client(hub: Hub) -> OidcClient:
    return add_client(hub.gateway, "Rekenen met boek", "--product-parameter", "product")


@pytest.fixture
def shelf(hub: Hub, client: OidcClient) -> Iterator[Shelf]:
    (material,) = publish(hub.gateway, client.client_id, [tree()])
    with open_links(hub.gateway) as book:
        yield Shelf(hub, client, book, material)


def signed_in(hub: Hub, person: Browser, who=PUPIL_2A) -> Browser:
    hub.saml_received(person, who)
    return person


def refused(page: Page, code: str, *words: str) -> None:
    """A page in Dutch that says why, and the same in English."""
    assert page.redirect is None
    assert page.message is None
    assert code in page.words, page.words
    assert not [word for word in words if word not in page.words], page.words


def test_link_follows_its_fragment(shelf: Shelf, person: Browser):
    """The supplier moves the exercise; it is told the product (Edu-V), the access link is as is."""
    signed_in(shelf.hub, person)
    link = shelf.link("o5")
    arrived = person.open(link).redirect
    assert arrived
    assert arrived.url == f"{BOOK}/3/5?stap=1&product=EAN-1#som"
    shelf.publish(o5=f"{BOOK}/nieuw/5")
    moved = person.open(link).redirect
    assert moved
    assert moved.url == f"{BOOK}/nieuw/5?product=EAN-1"
    access = person.open(shelf.link("")).redirect
    assert access
    assert access.url == f"{BOOK}/toegang"


def test_link_whose_fragment_is_gone_offers_the_nearest_that_lives(shelf: Shelf, person: Browser):
    """Before any login; the button goes there, over the login."""
    link = shelf.link("o4")
    shelf.publish(o4=None)
    page = person.open(link)
    refused(page, "KP-407", "bestaat niet meer", "Hoofdstuk 3")
    assert page.status == 410
    chooser = person.click(page, "Hoofdstuk 3")
    assert chooser.url.startswith(f"{shelf.hub.gateway.base}/school")
    at_school = person.click(person.submit(chooser, {"q": "esdoorn"}), SCHOOL_NAME)
    arrived = shelf.hub.at_school(person, at_school).redirect
    assert arrived
    assert arrived.url == f"{BOOK}/3?product=EAN-1"
    shelf.publish()
    back = person.open(f"{link}/nearest").redirect
    assert back, "it came back"
    assert back.url == f"{BOOK}/3/4?product=EAN-1"


def test_link_whose_whole_material_is_gone(shelf: Shelf, person: Browser):
    link = shelf.link("o4")
    publish(shelf.hub.gateway, shelf.client.client_id, [])
    for address in (link, f"{link}/nearest"):
        page = person.open(address)
        refused(page, "KP-407")
        assert not [way for way in page.links if "nearest" in way.href]


@pytest.mark.parametrize(
    ("changes", "code", "status", "dutch", "english"),
    [
        ({"stopped_at": 5}, "KP-404", 410, "stopgezet", "was stopped"),
        ({"valid_until": 1_772_524_800}, "KP-403", 410, "3 maart 2026 09:00", "3 March 2026 09:00"),
        ({"valid_from": 3_981_000_600}, "KP-402", 403, "februari 2096", "February 2096"),
    ],
)
def test_link_outside_its_time_says_so_and_whom_to_ask(
    shelf: Shelf, person: Browser, changes: dict[str, int], code: str, status: int,
    dutch: str, english: str,
):  # fmt: skip
    """Before any login, in both languages; times are those of the Netherlands."""
    link = shelf.link("o4", **changes)
    page = person.open(link)
    refused(page, code, dutch, "leraar")
    assert page.status == status
    refused(person.open(f"{link}?lang=en"), code, english, "teacher")


@pytest.fixture(scope="module")
def second(hub: Hub) -> ScriptedSchool:
    school = ScriptedSchool(hub.gateway.sp_metadata(), "http://tweede-school.test")
    add_saml_school(
        hub.gateway, SECOND_SAML_SCHOOL, "De Lijsterbes", "Proefstede", school.metadata()
    )
    return school


def test_link_for_another_school_names_it_and_leads_to_its_login(
    shelf: Shelf, second: ScriptedSchool
):
    link = shelf.link("o4", audience=Audience(Brin(SECOND_SAML_SCHOOL)))
    with shelf.hub.browser(second.base) as person:
        signed_in(shelf.hub, person)
        page = person.open(link)
        refused(page, "KP-405", "De Lijsterbes")
        at_school = person.click(page, "Inloggen bij De Lijsterbes")
        asked = second.read_request(at_school.redirect.url)
        answer = second.answer(asked, SECOND_PUPIL).build()
        page = person.post(second.acs, second.fields(answer, asked), initiator=second.base)
        assert page.redirect
        assert page.redirect.url == f"{BOOK}/3/4?product=EAN-1"


@pytest.mark.parametrize("secret", [None, "van-gisteren"])
def test_link_for_one_school_spares_a_cold_browser_the_chooser(
    shelf: Shelf, person: Browser, secret: str | None
):
    """Also one that still has the cookie of a session that is gone."""
    link = shelf.link("o4", audience=Audience(Brin(SAML_SCHOOL)))
    if secret:
        person.cookies.of(link).set("kp_session", secret, domain="127.0.0.1", path="/")
    page = shelf.hub.at_school(person, person.open(link))
    assert page.redirect
    assert page.redirect.url == f"{BOOK}/3/4?product=EAN-1"


def test_link_for_a_class(shelf: Shelf):
    link = shelf.link("o4", audience=Audience(Brin(SAML_SCHOOL), frozenset({"2B", "2C"})))
    with shelf.hub.browser() as person:
        page = signed_in(shelf.hub, person).open(link)
        refused(page, "KP-406", "2B, 2C", "leraar", "Log dan eerst uit")
        refused(person.open(f"{link}?lang=en"), "KP-406", "2B, 2C", "Sign out first")
    with shelf.hub.browser() as person:
        page = signed_in(shelf.hub, person, replace(PUPIL, unit="2C")).open(link)
        assert page.redirect
    with shelf.hub.browser() as person:
        assert signed_in(shelf.hub, person, TEACHER).open(link).redirect


def test_service_for_roles_and_classes(shelf: Shelf, person: Browser):
    parties = ("--school", SAML_SCHOOL, "--service", shelf.client.client_id)
    link = shelf.link("o4")
    signed_in(shelf.hub, person)
    for words, let_in in ((["--role", "employee"], False), (["--group", "2B"], False),
                          (["--role", "student", "--group", "2A"], True), ([], True)):  # fmt: skip
        shelf.hub.gateway.ketenpoort("release", "allow", *parties, *words)
        wait_for_changes(shelf.hub.gateway)
        page = person.open(link)
        assert bool(page.redirect) == let_in, words
        if not let_in:
            refused(page, "KP-308", f"{SCHOOL_NAME} beslist wie Rekenen met boek gebruikt")
            assert BOOK not in page.text


def test_material_that_the_school_has_for_other_classes(shelf: Shelf, person: Browser):
    """Seen at the next click; a teacher of the school gets in."""
    command, link = shelf.hub.gateway.ketenpoort, shelf.link("o4")
    of = ("--school", SAML_SCHOOL, "--material", shelf.material.id)
    signed_in(shelf.hub, person)
    command("licence", "add", *of, "--group", "2B")
    page = person.open(link)
    assert page.status == 403
    refused(page, "KP-309", "andere klassen", SCHOOL_NAME)
    refused(person.open(f"{link}?lang=en"), "KP-309", "other classes")
    with shelf.hub.browser() as teacher:
        assert signed_in(shelf.hub, teacher, TEACHER).open(link).redirect
    command("licence", "add", *of, "--group", "2A")
    assert person.open(link).redirect
    command("licence", "remove", *of)
    assert person.open(link).redirect


def test_uses_are_counted_when_a_person_arrives(shelf: Shelf, person: Browser):
    """Not on the way, not where somebody is refused."""
    link, other = shelf.link("o4"), shelf.link("o5", audience=Audience(Brin("99ZZ")))
    codes = [address.rpartition("/")[2] for address in (link, other)]
    person.open(link)
    signed_in(shelf.hub, person)
    for _ in range(3):
        person.open(link)
        person.open(other)
    end = time.monotonic() + 20
    while not (uses := shelf.book.uses(codes)):
        assert time.monotonic() < end, "counted uses are not written"
        time.sleep(0.1)
    counts = {code: sum(days.values()) for code, days in uses.items()}
    assert counts == {codes[0]: 3}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in uses[codes[0]])


def test_address_of_a_fragment_that_left_the_services_addresses(shelf: Shelf, person: Browser):
    """What got into the store in whatever way: nobody is led there."""
    signed_in(shelf.hub, person)
    for address in ("http://evil.test/boek", "http://tool.test@evil.test/", f"{BOOK}/../x"):
        link = keep(shelf.hub.gateway, shelf.book, shelf.client.client_id, address)
        page = person.open(hinted(link))
        refused(page, "KP-303")
        assert page.status == 400
