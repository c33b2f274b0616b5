"""How well the search finds, on SQLite and PostgreSQL alike."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.core.materials import Narrowing, Objective, Publication, PublishedFragment
from gateway.store.catalogue import CatalogueStore
from gateway.store.repositories import Repositories
from tests.contracts.invented import SERVICE, services
from tests.contracts.materials import ATLAS, BASE, BOOK, part
from tests.contracts.stores import HeldClock

EVERYTHING = Narrowing()
LIMIT = 20


def one(key: str, title: str, **more: object) -> PublishedFragment:
    return replace(part(key, title), **more)


KERNDOEL = "https://leerdoelen.test/8cd7169b-ec2b-4b1a-bc35-e2d2ac49e902"
READER = Publication(
    key="reader",
    title="Taal op Koers",
    subjects=("Nederlands",),
    levels=("vwo",),
    years=(2,),
    parts=(
        one("spelling", "Werkwoordspelling"),
        one("ijs", "IJsland en de Faeröer"),
        one("cafe", "Een café in 't dorp"),
        one("huis", "Huizen in de stad"),
        one("woord", "Woorden om te leren", objectives=(Objective("Brieven schrijven", KERNDOEL),)),
        one("pythagoras", "De stelling van Pythagoras"),
        one("h2o", "H2O en CO2"),
        one("grieks", "Het alfabet: αβγ"),
    ),
)


@pytest.fixture
def catalogue(engine: Engine, filled: Repositories, clock: HeldClock) -> CatalogueStore:
    store = CatalogueStore(engine, clock, lambda size=16: f"{time.perf_counter_ns():0{size}}")
    store.publish(SERVICE.id, [BOOK, ATLAS, READER], whole=True)
    return store


def keys(
    catalogue: CatalogueStore, words: str, narrowing: Narrowing = EVERYTHING, limit: int = LIMIT
) -> Sequence[str]:
    return [hit.fragment.key for hit in catalogue.search(words, narrowing, limit)]


@pytest.mark.parametrize(
    "words",
    [
        "https://leerdoelen.test/2",
        "https://leerdoelen.test",
        "leerdoelen",
        "8cd7169b-ec2b-4b1a-bc35-e2d2ac49e903",
        "8cd7169b",
    ],
)
def test_an_objective_is_found_by_its_whole_identifier_alone(
    catalogue: CatalogueStore, words: str
) -> None:
    assert keys(catalogue, words) == []


def test_a_hit_tells_its_material_and_the_titles_above_it(catalogue: CatalogueStore) -> None:
    (hit,) = catalogue.search("oefening 1 breuken optellen", EVERYTHING, 1)
    assert (hit.fragment.key, hit.material.title) == ("o-1", BOOK.title)
    assert hit.path == (BOOK.title, "3 Breuken", "3.2 Breuken optellen")
    (whole,) = catalogue.search("kompas rekenen havo 3", EVERYTHING, 1)
    assert (whole.fragment.id, whole.path) == (whole.material.root_id, ())


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("werkwoordspelling", "spelling"),
        ("WERKWOORDSPELLING", "spelling"),
        ("ijsland", "ijs"),
        ("faeroer", "ijs"),
        ("Faeröer", "ijs"),
        ("cafe", "cafe"),
        ("één provincie", "k-1"),
        ("3.3", "p-2"),
        ("h2o", "h2o"),
        ("αβγ", "grieks"),
        ("9789001000004", ""),
        ("978-90-01-00000-4", ""),
        ("https://leerdoelen.test/1", "o-1"),
        (" HTTP://leerdoelen.test/1/", "o-1"),
        ("https://leerdoelen.test/8CD7169B-ec2b-4b1a-bc35-e2d2ac49e902", "woord"),
        ("http://begrippen.test/8cd7169b-ec2b-4b1a-bc35-e2d2ac49e902/nl", "woord"),
        ("8cd7169b-ec2b-4b1a-bc35-e2d2ac49e902", "woord"),
    ],
)
def test_words_are_found_however_they_are_written(
    catalogue: CatalogueStore, words: str, key: str
) -> None:
    assert keys(catalogue, words)[0] == key


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("breuk", "h-3"),
        ("breuken", "h-3"),
        ("oefeningen", "o-2"),
        ("huis", "huis"),
        ("huizen", "huis"),
        ("woord leren", "woord"),
        ("kaarten", "k-1"),
        ("procent", "h-4"),
        ("toetsen", "p-2"),
        ("brief", "woord"),
        ("provincies", "k-1"),
    ],
)
def test_dutch_words_are_found_in_other_forms(
    catalogue: CatalogueStore, words: str, key: str
) -> None:
    assert key in keys(catalogue, words)[:2]


@pytest.mark.parametrize(
    "words",
    [
        "pythegoras",  # wrong
        "pytagoras",  # missing
        "pythagorras",  # too many
        "pyhtagoras",  # swapped
        "ythagoras",
        "pythagora",
        "yphtagoras pythagoras",
        "stelling van pythagroas",
        "steling pythagoras",
    ],
)
def test_a_letter_may_be_wrong_missing_too_many_or_swapped(
    catalogue: CatalogueStore, words: str
) -> None:
    assert keys(catalogue, words)[0] == "pythagoras"


@pytest.mark.parametrize(
    ("words", "key"), [("bruek", "h-3"), ("oefenigen", "o-2"), ("hiuzen", "huis")]
)
def test_a_misspelt_word_is_found_in_other_forms(
    catalogue: CatalogueStore, words: str, key: str
) -> None:
    assert key in keys(catalogue, words)


def test_a_number_or_short_word_is_taken_as_typed(catalogue: CatalogueStore) -> None:
    assert keys(catalogue, "3.4") == []
    assert keys(catalogue, "9789001000005") == []
    assert keys(catalogue, "hrt") == []


@pytest.mark.parametrize("words", ["py", "pyt", "pythago", "stelling pyth"])
def test_the_last_word_need_not_be_finished(catalogue: CatalogueStore, words: str) -> None:
    assert keys(catalogue, words) == ["pythagoras"]


def test_a_word_that_is_finished_is_not_begun(catalogue: CatalogueStore) -> None:
    assert keys(catalogue, "pyth ") == []
    assert keys(catalogue, "pyth stelling") == ["pythagoras"], "for what is known of it"


def test_the_title_comes_before_the_path_and_that_before_the_subject(
    catalogue: CatalogueStore,
) -> None:
    found = keys(catalogue, "breuken")
    assert found[0] == "h-3"
    assert set(found[:3]) == {"h-3", "p-1", "o-1"}
    assert set(found[3:]) == {"o-2", "p-2"}
    book = Publication(
        "book", "Boek", parts=(part("x", "Vulkanen", part("y", "Meer")), part("z", "Over vulkanen"))
    )
    about = Publication("about", "Land", subjects=("Vulkanen",), parts=(part("w", "Zee"),))
    catalogue.publish(SERVICE.id, [about, book], whole=False)
    assert keys(catalogue, "vulkanen") == ["x", "z", "y", "", "w"]


def test_all_words_come_before_corrected_words(catalogue: CatalogueStore) -> None:
    more = (part("a", "Beuken in het bos"), part("b", "Breuken in het bos"))
    catalogue.publish(SERVICE.id, [Publication("bos", "Het bos", parts=more)], whole=False)
    assert keys(catalogue, "beuken bos") == ["a", "b"]
    assert keys(catalogue, "breuken bos") == ["b", "a"]


def test_words_are_found_together_wherever_they_stand(catalogue: CatalogueStore) -> None:
    assert keys(catalogue, "optellen oefening kompas wiskunde havo")[0] == "o-1"
    assert keys(catalogue, "gelijknamig maken") == ["o-1"]
    assert keys(catalogue, "breuken provincie") == []


def test_a_word_that_nobody_knows_is_passed_over(catalogue: CatalogueStore) -> None:
    assert keys(catalogue, "pythagoras xylofoonkwast") == ["pythagoras"]
    assert keys(catalogue, "xylofoonkwast") == []


@pytest.mark.parametrize(
    "words",
    [
        *("", " ", "   \t\n", "-", '"', "' OR 1=1 --", "*", "a*", '"breuken', "NEAR(", "{title}:"),
        *(
            ":*",
            "& | !",
            "\\",
            "%",
            "_",
            "\x00",
            "breuken\x00",
            "\udc80",
            "x" * 5000,
            "a b c d e f g",
        ),
    ],
)
def test_whatever_is_typed_is_only_words(catalogue: CatalogueStore, words: str) -> None:
    for narrowing in (EVERYTHING, Narrowing(subject=words, level=words)):
        assert len(catalogue.search(words, narrowing, LIMIT)) <= LIMIT


def test_no_more_are_found_than_asked_for(catalogue: CatalogueStore) -> None:
    assert len(keys(catalogue, "breuken", limit=2)) == 2


def test_a_search_is_held_to_services_subject_level_and_year(
    catalogue: CatalogueStore, filled: Repositories
) -> None:
    for service in services(range(1)):
        filled.services.add(service)
    copy = replace(BOOK, title="Kompas breuken", subjects=("Engelse taal",), years=(1,))
    catalogue.publish("s0", [copy], whole=True)

    def titles(narrowing: Narrowing) -> set[str]:
        return {hit.material.title for hit in catalogue.search("breuken", narrowing, LIMIT)}

    assert titles(EVERYTHING) == {BOOK.title, "Kompas breuken"}
    assert titles(Narrowing(services=frozenset({"s0"}))) == {"Kompas breuken"}
    assert titles(Narrowing(services=frozenset({"s0", SERVICE.id}))) == titles(EVERYTHING)
    assert titles(Narrowing(services=frozenset())) == set()
    assert titles(Narrowing(subject="wiskunde")) == {BOOK.title}
    assert titles(Narrowing(subject="engelse TAAL")) == {"Kompas breuken"}
    assert titles(Narrowing(subject="engelse")) == set()
    assert titles(Narrowing(level="Havo")) == titles(EVERYTHING)
    assert titles(Narrowing(level="vwo")) == set()
    assert titles(Narrowing(year=1)) == {"Kompas breuken"}
    assert titles(Narrowing(year=3, level="havo", subject="Rekenen")) == {BOOK.title}


def test_what_changed_is_found_as_it_is_now(catalogue: CatalogueStore) -> None:
    """A chapter's new title is found in its exercises; its old one no longer."""
    chapter = replace(BOOK.parts[0], title="3 Gebroken getallen")
    renamed = replace(BOOK, subjects=("Cijferen",), parts=(chapter, *BOOK.parts[1:]))
    catalogue.publish(SERVICE.id, [renamed], whole=False)
    assert "p-2" in keys(catalogue, "gebroken getallen")
    assert set(keys(catalogue, "breuken")) == {"p-1", "o-1", "o-2"}
    assert keys(catalogue, "wiskunde") == []
    assert len(keys(catalogue, "cijferen")) == 8


def test_among_too_many_to_look_at_the_best_come_first(catalogue: CatalogueStore) -> None:
    exercises = tuple(part(f"a-{n}", f"Herhaling {n}: driehoeken tekenen") for n in range(400))
    book = Publication(
        "many",
        "Meetkunde",
        subjects=("Driehoeken",),
        parts=(
            part("h", "Tekenen", *exercises, part("other", "Herhaling")),
            part("exact", "Driehoeken tekenen"),
            part("above", "Bollen", part("below", "Driehoeken"), locator=f"{BASE}bollen"),
        ),
    )
    catalogue.publish(SERVICE.id, [book], whole=False)
    assert keys(catalogue, "driehoeken tekenen", limit=3)[0] == "exact"
    assert keys(catalogue, "driehoeken", limit=3)[0] == "below"
    assert keys(catalogue, "herhaling", limit=3)[0] == "other"
    assert keys(catalogue, "driehoeken bollen", limit=3) == ["below", "above"]
    assert keys(catalogue, "herhaling 399", limit=3) == ["a-399"]
    assert keys(catalogue, "herhalign 399", limit=3) == ["a-399"]
    assert len(keys(catalogue, "meetkunde", limit=300)) == 300
