"""A teacher finds an exercise and makes a link; a pupil stands in it; the teacher sees counts."""

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest

from gateway.core.materials import Publication, PublishedFragment
from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER, Person
from tests.flows.hub import Hub, answer_fields, hinted
from tests.parts.effect import wait_for_changes
from tests.parts.materials import publish

CLASS_TEACHER = replace(TEACHER, unit="2B")
COLLEAGUE = replace(TEACHER, uid="mira@esdoorn.test")
WAIT_SECONDS = 20


def book(hub: Hub, *titles: str) -> Publication:
    base = f"{hub.supplier.base}/boek"
    exercises = tuple(
        PublishedFragment(title, title, "exercise", f"{base}/{number}")
        for number, title in enumerate(titles)
    )
    chapter = PublishedFragment("h3", "3 Breuken", "chapter", f"{base}/h3", parts=exercises)
    return Publication(
        "9789000000001", "Lezen en rekenen 2", subjects=("Rekenen",), parts=(chapter,)
    )


@pytest.fixture(scope="module")
def published(hub: Hub) -> Hub:
    publish(hub.gateway, hub.service, [book(hub, "Opgave 4", "Opgave 5", "Toets")])
    return hub


@pytest.fixture
def desk(published: Hub) -> Iterator[Browser]:
    """A browser in which a teacher of class 2B is signed in."""
    with published.browser() as browser:
        page = sign_in(published, browser, CLASS_TEACHER)
        assert urlsplit(page.url).path == "/materials"
        yield browser


def sign_in(hub: Hub, browser: Browser, person: Person, path: str = "/materials") -> Page:
    return hub.at_school(browser, browser.open(hinted(hub.gateway.base + path)), person)


def new_link(hub: Hub, browser: Browser, exercise: str, **fields: str) -> str:
    """Make a link to an exercise by the pages; its code."""
    found = browser.open(f"{hub.gateway.base}/materials?{urlencode({'q': exercise})}")
    form = browser.click(found, f"Maak een link {exercise}")
    made = browser.submit(form, {"audience": "all", **fields}, "Maak de link")
    assert (made.status, "Je link is klaar" in made.words) == (200, True), made
    return urlsplit(made.url).path.rpartition("/")[2]


def stands_at(hub: Hub, page: Page) -> str:
    """Where the supplier's login brings the pupil."""
    return str(hub.supplier.receive(answer_fields(page), None).relay_state)


def test_from_the_materials_to_a_pupil_in_the_exercise(
    published: Hub, desk: Browser, person: Browser
) -> None:
    hub = published
    page = desk.open(f"{hub.gateway.base}/materials")
    assert "Lezen en rekenen 2" in page.words
    page = desk.click(page, "Lezen en rekenen 2")
    assert "3 Breuken" in page.words
    page = desk.click(page, "Maak een link Opgave 4")
    fields = {"note": "Maak a tot en met d", "audience": "all"}
    made = desk.submit(page, fields, "Maak de link")
    code = urlsplit(made.url).path.rpartition("/")[2]
    shown = f"{code[:3]} {code[3:7]} {code[7:]}".upper()
    assert shown in made.words
    for way in ("show", "print"):
        seen = desk.open(f"{hub.gateway.base}/links/{code}/{way}")
        assert shown in seen.words
        assert "Maak a tot en met d" in seen.words
    qr = desk.open(f"{hub.gateway.base}/links/{code}/qr.svg")
    assert qr.headers["Content-Type"] == "image/svg+xml"
    typed = person.submit(
        person.open(f"{hub.gateway.base}/d"), {"typed": f" {shown.replace(' ', '-')} "}
    )
    assert urlsplit(typed.url).path == "/school"
    landed = hub.at_school(person, person.open(hinted(f"{hub.gateway.base}/d/{code.upper()}")))
    assert stands_at(hub, landed) == f"{hub.supplier.base}/boek/0"
    counted(hub, desk, code)


def counted(hub: Hub, browser: Browser, code: str) -> None:
    """Until the teacher sees that the link was used once."""
    end = time.monotonic() + WAIT_SECONDS
    while "1 keer deze week" not in browser.open(f"{hub.gateway.base}/links").words:
        assert time.monotonic() < end, browser.open(f"{hub.gateway.base}/links").words
        time.sleep(0.2)
    assert "In totaal 1 keer" in browser.open(f"{hub.gateway.base}/links/{code}").words


@pytest.mark.parametrize("path", ["/materials", "/links", "/links/new", "/share", "/links/x/show"])
def test_teachers_alone_come_here(published: Hub, person: Browser, path: str) -> None:
    page = sign_in(published, person, PUPIL, path)
    assert (page.status, "KP-408" in page.words) == (403, True), page
    assert "Deze pagina is voor leraren" in page.words


def test_another_teacher_does_not_get_at_a_link(
    published: Hub, desk: Browser, person: Browser
) -> None:
    code = new_link(published, desk, "Toets")
    page = sign_in(published, person, COLLEAGUE, "/links")
    assert "Je hebt nog geen links" in page.words
    token = page_token(published, person)
    for path in ("", "/edit", "/show", "/print", "/qr.svg"):
        assert person.open(f"{published.gateway.base}/links/{code}{path}").status == 404
    for path in ("edit", "stop", "resume"):
        page = person.post(f"{published.gateway.base}/links/{code}/{path}", {"csrf_token": token})
        assert (page.status, "KP-401" in page.words) == (404, True)
    assert person.open(f"{published.gateway.base}/links/new?copy={code}").status == 404


def page_token(hub: Hub, browser: Browser) -> str:
    (form,) = browser.open(f"{hub.gateway.base}/logout").forms
    return form.fields["csrf_token"]


def test_a_link_for_a_class_is_for_that_class(published: Hub, desk: Browser) -> None:
    hub = published
    found = desk.open(f"{hub.gateway.base}/materials?q=Toets")
    page = desk.click(found, "Maak een link Toets")
    (form,) = page.forms
    sent = form.fields
    assert (sent["audience"], sent["group"]) == ("groups", "2B"), "the own class is proposed"
    made = desk.post(f"{hub.gateway.base}/links/new", sent)
    assert "Alleen klas 2B" in made.words
    link = f"{hub.gateway.base}/d/{urlsplit(made.url).path.rpartition('/')[2]}"
    for unit, status in (("2B", 200), ("2A", 403)):
        with hub.browser() as browser:
            pupil = replace(PUPIL, unit=unit, uid=f"{unit}@esdoorn.test")
            page = hub.at_school(browser, browser.open(hinted(link)), pupil)
            assert page.status == status
    wrong = desk.post(f"{hub.gateway.base}/links/new", {**sent, "group": "4H1"})
    assert (wrong.status, "Kies een klas" in wrong.words) == (422, True), "not the teacher's own"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"end": "2020-01-01"}, "De laatste dag is al voorbij"),
        ({"end": ""}, "Vul de laatste dag in"),
        ({"end": "9999-12-31"}, "hooguit drie jaar"),
        ({"end": "morgen"}, "Vul de laatste dag in"),
        ({"begin": "0001-01-01"}, "Vul een dag in"),
        ({"title": "x" * 121}, "120 tekens"),
        ({"note": "x" * 501}, "500 tekens"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    published: Hub, desk: Browser, fields: dict[str, str], says: str
) -> None:
    found = desk.open(f"{published.gateway.base}/materials?q=Toets")
    form = desk.click(found, "Maak een link Toets")
    page = desk.submit(form, {"title": "<b>Let op</b>", **fields}, "Maak de link")
    assert (page.status, says in page.words) == (422, True), page
    again = next(each for each in page.forms if "title" in each.fields)
    assert again.fields["title"] == fields.get("title", "<b>Let op</b>")


def test_stopped_changed_and_set_going_again(
    published: Hub, desk: Browser, person: Browser
) -> None:
    hub = published
    code = new_link(hub, desk, "Opgave 5", title="Voor\u0000 morgen")
    own, link = f"{hub.gateway.base}/links/{code}", f"{hub.gateway.base}/d/{code}"
    assert "Voor morgen" in desk.open(own).words
    assert "Gestopt" in desk.submit(desk.open(own), button="Stop de link").words
    assert "KP-404" in person.open(link).words
    assert "Werkt" in desk.submit(desk.open(own), button="Laat hem weer werken").words
    changed = desk.submit(desk.open(f"{own}/edit"), {"title": "Anders"}, "Bewaren")
    assert "Anders" in changed.words
    page = hub.at_school(person, person.open(hinted(link)))
    assert stands_at(hub, page) == f"{hub.supplier.base}/boek/1"
    copied = desk.submit(desk.open(f"{hub.gateway.base}/links/new?copy={code}"), button="Maak de l")
    assert "Anders" in copied.words
    assert code not in copied.url


def test_what_the_supplier_moves_is_followed_and_what_it_takes_away_is_marked(
    published: Hub, desk: Browser, person: Browser
) -> None:
    hub = published
    code = new_link(hub, desk, "Opgave 5")
    publish(hub.gateway, hub.service, [book(hub, "Toets", "Opgave 4", "Nieuw", "Opgave 5")])
    page = hub.at_school(person, person.open(hinted(f"{hub.gateway.base}/d/{code}")))
    assert stands_at(hub, page) == f"{hub.supplier.base}/boek/3"
    publish(hub.gateway, hub.service, [book(hub, "Toets", "Opgave 4")])
    assert "nergens meer naartoe" in desk.open(f"{hub.gateway.base}/links").words
    own = desk.open(f"{hub.gateway.base}/links/{code}").words
    assert "De leverancier heeft dit weggehaald" in own
    assert "3 Breuken" in own, "the nearest that lives"
    publish(hub.gateway, hub.service, [book(hub, "Opgave 4", "Opgave 5", "Toets")])


def share(hub: Hub, target: str, service: str | None = None) -> str:
    query = urlencode({"service": service or hub.service, "target": target})
    return f"{hub.gateway.base}/share?{query}"


def test_share_makes_a_link_in_one_click_to_the_fragment(
    published: Hub, desk: Browser, person: Browser
) -> None:
    hub = published
    page = desk.open(share(hub, f"{hub.supplier.base}/boek/0"))
    assert "Opgave 4" in page.words
    made = desk.submit(page, button="Maak de link")
    assert "Je link is klaar" in made.words
    code = urlsplit(made.url).path.rpartition("/")[2]
    assert hub.gateway.ketenpoort_json("link", "show", code)["fragment"]
    bare = f"{hub.supplier.base}/boek/elders?x=%2F"
    made = desk.submit(desk.open(share(hub, bare)), button="Maak de link")
    link = f"{hub.gateway.base}/d/{urlsplit(made.url).path.rpartition('/')[2]}"
    assert stands_at(hub, hub.at_school(person, person.open(hinted(link)))) == bare


def test_share_asks_a_stranger_to_sign_in_and_comes_back(published: Hub, person: Browser) -> None:
    hub = published
    address = share(hub, f"{hub.supplier.base}/boek/0?x=a b&y=é")
    page = hub.at_school(person, person.open(hinted(address)), COLLEAGUE)
    assert urlsplit(page.url).path == "/share"
    assert page.status == 400, "no address of the service has a space"
    page = person.open(share(hub, f"{hub.supplier.base}/boek/0"))
    assert "Deel dit met je leerlingen" in page.words


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://evil.test/boek/1", "KP-303"),
        ("http://supplier.test@evil.test/boek/1", "KP-303"),
        ("javascript:alert(1)", "KP-303"),
        ("", "KP-303"),
    ],
)
def test_share_leads_nowhere_outside_the_service(
    published: Hub, desk: Browser, target: str, code: str
) -> None:
    page = desk.open(share(published, target))
    assert (page.redirect, code in page.words) == (None, True), page
    fields = {"service": published.service, "target": target, "end": "2027-01-01"}
    token = page_token(published, desk)
    page = desk.post(f"{published.gateway.base}/links/new", {**fields, "csrf_token": token})
    assert (page.redirect, code in page.words) == (None, True), page


def test_what_the_school_switched_off_is_not_there(published: Hub, desk: Browser) -> None:
    hub = published
    words = ("--school", SAML_SCHOOL, "--service", hub.service)
    hub.gateway.ketenpoort("release", "off", *words)
    wait_for_changes(hub.gateway)
    assert "Lezen en rekenen 2" not in desk.open(f"{hub.gateway.base}/materials").words
    assert "Maak een link" not in desk.open(f"{hub.gateway.base}/materials?q=Opgave").words
    page = desk.open(share(hub, f"{hub.supplier.base}/boek/0"))
    assert "KP-307" in page.words
    hub.gateway.ketenpoort("release", "on", *words)
    wait_for_changes(hub.gateway)


@pytest.mark.parametrize("typed", ["", "  ", "--", "é" * 10, "b" * 50, "../x!"])
def test_what_can_be_no_code_is_said_at_once(published: Hub, person: Browser, typed: str) -> None:
    page = person.open(f"{published.gateway.base}/d?{urlencode({'typed': typed})}")
    assert (page.status, "Dat is geen code" in page.words) == (422, True), page


@pytest.mark.parametrize(
    "path",
    ["/materials/%00", "/materials/x/%00", "/links/%00", "/links/new?fragment=%00", "/links/new"],
)
def test_what_is_not_there_is_a_page_with_words(published: Hub, desk: Browser, path: str) -> None:
    page = desk.open(published.gateway.base + path)
    assert page.status in {403, 404}, page
    assert "KP-" in page.words
