"""Teachers with many links and long answers of the search; classes that a school does not tell."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest

from gateway.core.materials import Objective, Publication, PublishedFragment
from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, TEACHER
from tests.flows.hub import Hub, add_client, hinted
from tests.parts.link_book import keep, open_links
from tests.parts.materials import publish

UNTOLD = replace(TEACHER, unit="")
PAGE, MOST = 40, 200
LINKS = 50
KERNDOEL = "8cd7169b-ec2b-4b1a-bc35-e2d2ac49e902"


@pytest.fixture(scope="module")
def store() -> str:
    """Where sessions lie makes no difference here."""
    return "sqlite"


def book(base: str, year: int, exercises: int) -> Publication:
    parts = tuple(
        PublishedFragment(f"{number}", f"Opgave {number} van jaar {year}", "exercise",
                          f"{base}/{year}/{number}")
        for number in range(exercises)
    )  # fmt: skip
    first = replace(parts[0], objectives=(Objective("Breuken", f"https://slo.test/{KERNDOEL}"),))
    return Publication(
        f"boek-{year}", f"Rekenboek {year}", years=(year,), parts=(first, *parts[1:])
    )


@pytest.fixture(scope="module")
def filled(hub: Hub) -> Hub:
    base = f"{hub.supplier.base}/boek"
    publish(hub.gateway, hub.service, [book(base, 1, 90), book(base, 2, 170)])
    return hub


@pytest.fixture
def desk(filled: Hub) -> Iterator[Browser]:
    with filled.browser() as browser:
        address = hinted(f"{filled.gateway.base}/materials")
        filled.at_school(browser, browser.open(address), UNTOLD)
        yield browser


def search(hub: Hub, browser: Browser, words: str, **fields: object) -> Page:
    return browser.open(f"{hub.gateway.base}/materials?{urlencode({'q': words, **fields})}")


def exercises(page: Page) -> Sequence[str]:
    return [link.text for link in page.links if link.text.startswith("Opgave")]


def test_results_go_on_on_the_next_page(filled: Hub, desk: Browser) -> None:
    page = search(filled, desk, "opgave", year=1)
    assert f"De eerste {PAGE} resultaten" in page.words
    seen = [*exercises(page)]
    for shown in ("Resultaten 41 tot en met 80", "Resultaten 81 tot en met 90"):
        page = desk.click(page, "Volgende")
        assert shown in page.words
        seen += exercises(page)
    assert sorted(seen) == sorted(f"Opgave {number} van jaar 1" for number in range(90))
    assert not [link for link in page.links if link.text == "Volgende"]
    assert exercises(desk.click(page, "Vorige")) == seen[PAGE : 2 * PAGE]


def test_the_last_page_is_that_of_two_hundred_results(filled: Hub, desk: Browser) -> None:
    page = search(filled, desk, "opgave", page=4)
    assert f"Resultaten 161 tot en met {MOST}" in page.words
    assert not [link for link in page.links if link.text == "Volgende"]
    assert search(filled, desk, "opgave", page=999).words == page.words


@pytest.mark.parametrize("page", ["-1", "x", "", "1" * 30])
def test_a_page_that_there_is_not_is_one_that_there_is(
    filled: Hub, desk: Browser, page: str
) -> None:
    for found in (
        search(filled, desk, "opgave", page=page),
        desk.open(f"{filled.gateway.base}/links?{urlencode({'page': page})}"),
        desk.open(f"{filled.gateway.base}/materials?{urlencode({'page': page, 'year': page})}"),
    ):
        assert found.status == 200, found


def test_results_are_of_the_year_that_is_chosen(filled: Hub, desk: Browser) -> None:
    page = search(filled, desk, "opgave 7", year=2)
    assert exercises(page)[0] == "Opgave 7 van jaar 2"
    assert not [title for title in exercises(page) if "jaar 1" in title]
    page = desk.open(f"{filled.gateway.base}/materials?year=1")
    assert ("Rekenboek 1" in page.words, "Rekenboek 2" in page.words) == (True, False)


def test_a_part_is_found_by_the_address_of_its_objective(filled: Hub, desk: Browser) -> None:
    page = search(filled, desk, f"https://opendata.slo.test/uuid/{KERNDOEL}", year=2)
    assert exercises(page) == ["Opgave 0 van jaar 2"]


def code_of(made: Page) -> str:
    assert (made.status, "Je link is klaar" in made.words) == (200, True), made
    return urlsplit(made.url).path.rpartition("/")[2]


def make(hub: Hub, browser: Browser, **fields: str) -> Page:
    form = browser.click(search(hub, browser, "opgave 5", year=1), "Maak een link Opgave 5")
    return browser.submit(form, fields, "Maak de link")


def test_links_come_fifty_a_page_and_the_broken_ones_first(filled: Hub, desk: Browser) -> None:
    hub, target = filled, f"{filled.supplier.base}/boek/1/5"
    code = code_of(make(hub, desk, audience="all"))
    with open_links(hub.gateway) as book:
        mine = book.find(code).link
        fields = {"school": mine.school, "maker": mine.maker}
        outside = "http://elders.test/boek"
        keep(hub.gateway, book, hub.service, outside, title="Kapot", created_at=2, **fields)
        for number in range(LINKS):
            keep(hub.gateway, book, hub.service, target, title=f"Heel {number}", **fields)
    page = desk.open(f"{hub.gateway.base}/links")
    first, second = names(page), names(desk.click(page, "Volgende"))
    assert (len(first), first[0], len(set(first + second))) == (LINKS, "Kapot", LINKS + 2)
    assert "1 link leidt nergens meer naartoe" in page.words
    assert names(desk.open(f"{hub.gateway.base}/links?page=9")) == second


def names(page: Page) -> Sequence[str]:
    return [
        link.text
        for link in page.links
        if "/links/" in link.href and not link.href.endswith("/links/new")
    ]


def test_a_class_is_typed_where_the_school_tells_a_teacher_none(filled: Hub, desk: Browser) -> None:
    made = make(filled, desk, audience="groups", classes=" 2B ,2  havo,,2B")
    assert "Alleen klas 2 havo, 2B" in made.words
    code = code_of(made)
    form = desk.open(f"{filled.gateway.base}/links/{code}/edit")
    changed = desk.submit(form, {"classes": "2A"}, "Bewaren")
    assert "Alleen klas 2A" in changed.words
    for unit, status in (("2A", 200), ("2B", 403), ("", 403)):
        with filled.browser() as browser:
            pupil = replace(PUPIL, unit=unit, uid=f"{unit}@esdoorn.test")
            address = hinted(f"{filled.gateway.base}/d/{code}")
            page = filled.at_school(browser, browser.open(address), pupil)
            assert page.status == status, unit


@pytest.mark.parametrize(
    ("classes", "says"),
    [
        ("", "Kies een klas"),
        (" , ", "Kies een klas"),
        ("x" * 61, "hooguit 20 klassen"),
        (",".join(f"{number}A" for number in range(21)), "hooguit 20 klassen"),
    ],
)
def test_what_can_be_no_classes_is_said_and_stays(
    filled: Hub, desk: Browser, classes: str, says: str
) -> None:
    page = make(filled, desk, audience="groups", classes=classes)
    assert (page.status, says in page.words) == (422, True), page
    again = next(each for each in page.forms if "classes" in each.fields)
    typed = (name.strip() for name in classes.split(","))
    assert again.fields["classes"] == ", ".join(sorted(filter(None, typed)))


def test_who_arrived_by_a_link_shares_the_address_in_the_bar(filled: Hub, desk: Browser) -> None:
    """With the product that the link told the supplier (Edu-V `?product=`): the new link holds
    the fragment, as the first does, and not that address."""
    hub, place = filled, "http://tool.test/boek/3/5?stap=1"
    client = add_client(
        hub.gateway, "Rekenen op plek", "--product-parameter", "product", "--target", place
    )
    exercise = PublishedFragment("o5", "Opgave vijf", "exercise", place)
    publish(
        hub.gateway,
        client.client_id,
        [Publication("p", "Plek", product="EAN-9", parts=(exercise,))],
    )
    form = desk.click(search(hub, desk, "opgave vijf"), "Maak een link Opgave vijf")
    first = code_of(desk.submit(form, {"audience": "all"}, "Maak de link"))
    arrived = desk.open(f"{hub.gateway.base}/d/{first}").redirect
    assert arrived
    assert arrived.url == f"{place}&product=EAN-9"
    query = urlencode({"service": client.client_id, "target": arrived.url})
    second = code_of(
        desk.submit(desk.open(f"{hub.gateway.base}/share?{query}"), button="Maak de l")
    )
    shown = [hub.gateway.ketenpoort_json("link", "show", code) for code in (first, second)]
    assert first != second
    assert shown[0]["fragment"] == shown[1]["fragment"] is not None
