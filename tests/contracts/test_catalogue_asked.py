"""The port `Catalogue`: what it answers of what was published, on SQLite and PostgreSQL."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.core.materials import (
    PICKS,
    Narrowing,
    Publication,
)
from gateway.errors import ContentRefused, UnknownMaterial
from gateway.store.catalogue import CatalogueStore
from gateway.store.repositories import Repositories
from tests.contracts.catalogues import by_key, publish, without
from tests.contracts.invented import SERVICE, services
from tests.contracts.materials import ATLAS, BASE, BOOK, part

EVERYTHING = Narrowing()


def test_what_is_unknown(catalogue: CatalogueStore) -> None:
    for unknown in ("", "nothing", "' OR 1=1 --"):
        with pytest.raises(UnknownMaterial):
            catalogue.material(unknown)
        with pytest.raises(UnknownMaterial):
            catalogue.fragment(unknown)
        assert catalogue.parts_of(unknown) == []
        assert catalogue.path_to(unknown) == []
        assert catalogue.nearest_living(unknown) is None
        assert catalogue.at_address(SERVICE.id, unknown) is None


def test_the_path_leads_from_the_root_to_the_fragment(catalogue: CatalogueStore) -> None:
    publish(catalogue, BOOK)
    kept = by_key(catalogue)
    path = catalogue.path_to(kept["o-2"].id)
    assert path == [kept[key] for key in ("", "h-3", "p-1", "o-2")]


def test_the_nearest_above_that_lives_and_has_an_address(catalogue: CatalogueStore) -> None:
    publish(catalogue, BOOK)
    kept = by_key(catalogue)
    exercise, paragraph = kept["o-1"].id, kept["p-1"].id
    publish(catalogue, without(BOOK, "o-1"))
    nearest = catalogue.nearest_living(exercise)
    assert nearest is not None
    assert nearest.id == paragraph
    publish(catalogue, without(BOOK, "p-1"))
    assert catalogue.nearest_living(exercise) == kept[""], "a heading has no address"
    publish(catalogue, replace(without(BOOK, "p-1"), access_link=None))
    assert catalogue.nearest_living(exercise) is None
    assert catalogue.nearest_living(kept[""].id) is None


def test_a_fragment_is_found_by_its_address(catalogue: CatalogueStore) -> None:
    publish(catalogue, replace(BOOK, access_link=f"{BASE}o-2"))
    kept = by_key(catalogue)
    assert catalogue.at_address(SERVICE.id, f"{BASE}p-2") == kept["p-2"]
    assert catalogue.at_address(SERVICE.id, f"{BASE}o-2") == kept["o-2"], "the part, not the root"
    assert catalogue.at_address("s0", f"{BASE}p-2") is None
    publish(catalogue, without(BOOK, "p-2"))
    assert catalogue.at_address(SERVICE.id, f"{BASE}p-2") is None


PICKED = Publication(PICKS, "Gekozen", parts=(part("a", "Eerste keus"),))


def test_what_was_picked_is_added_and_stays(catalogue: CatalogueStore) -> None:
    """A service's own publication does not end what teachers picked."""
    first = catalogue.add(SERVICE.id, PICKED)
    assert first.keys() == {"", "a"}
    picked = catalogue.fragment(first["a"])[1]
    more = (part("a", "Anders genoemd"), part("b", "Tweede", part("c", "Onder")))
    kept = catalogue.add(SERVICE.id, replace(PICKED, parts=more))
    assert kept.keys() == {"", "a", "b", "c"}
    publish(catalogue, BOOK)
    assert kept["a"] == first["a"]
    material, again = catalogue.fragment(kept["a"])
    assert (again, material.key) == (picked, PICKS)
    assert [each.key for each in catalogue.path_to(kept["c"])] == ["", "b", "c"]
    assert catalogue.fragment(kept["c"])[1].gone_at is None


def test_what_was_picked_is_listed_nowhere(catalogue: CatalogueStore) -> None:
    """It is for whoever has a link to it."""
    ids = catalogue.add(SERVICE.id, PICKED)
    publish(catalogue, BOOK)
    assert [each.key for each in catalogue.materials_of([SERVICE.id])] == [BOOK.key]
    seen = catalogue.overview(EVERYTHING, range(10))
    assert ([each.key for each in seen.materials], seen.total) == ([BOOK.key], 1)
    for words in ("eerste keus", "gekozen", "keus", "keuz"):
        assert catalogue.search(words, EVERYTHING, 5) == []
    assert catalogue.at_address(SERVICE.id, f"{BASE}a") is None
    material, _ = catalogue.fragment(ids["a"])
    with pytest.raises(UnknownMaterial):
        catalogue.material(material.id)


def test_no_service_publishes_under_the_key_of_picks(catalogue: CatalogueStore) -> None:
    ids = catalogue.add(SERVICE.id, PICKED)
    with pytest.raises(ContentRefused) as refusal:
        publish(catalogue, BOOK, replace(BOOK, key=PICKS))
    assert [fault.place for fault in refusal.value.faults] == ["/materials/1/key"]
    assert catalogue.fragment(ids["a"])[1].gone_at is None
    assert catalogue.materials_of([SERVICE.id]) == []


TAAL = Publication("taal", "taal 1", subjects=("Nederlands",), levels=("havo", "vwo"), years=(3,))
SHELF = (BOOK, ATLAS, TAAL)


def test_an_overview_is_a_page_by_title(catalogue: CatalogueStore, filled: Repositories) -> None:
    (other,) = services(range(1))
    filled.services.add(other)
    publish(catalogue, *SHELF)
    catalogue.publish(other.id, [replace(ATLAS, title="Atlas van Europa")], whole=True)

    def titles(page: range, narrowing: Narrowing = EVERYTHING) -> list[str]:
        return [each.title for each in catalogue.overview(narrowing, page).materials]

    assert titles(range(2)) == ["Atlas van Europa", "Atlas van Nederland"]
    assert titles(range(2, 4)) == [BOOK.title, TAAL.title]
    assert titles(range(4, 6)) == []
    own = Narrowing(frozenset({SERVICE.id}))
    assert titles(range(9), own) == ["Atlas van Nederland", BOOK.title, TAAL.title]
    assert catalogue.overview(own, range(1)).materials == catalogue.materials_of([SERVICE.id])[:1]
    assert titles(range(9), Narrowing(frozenset())) == []
    assert titles(range(0)) == []
    assert catalogue.overview(own, range(0)).total == 3


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ({"subject": "Wiskunde"}, ["Kompas rekenen havo 3"]),
        ({"level": "havo"}, ["Kompas rekenen havo 3", "taal 1"]),
        ({"level": "vwo"}, ["Atlas van Nederland", "taal 1"]),
        ({"level": "vwo", "subject": "Nederlands"}, ["taal 1"]),
        ({"subject": "Wiskunde", "level": "vwo"}, []),
        ({"year": 3}, ["Kompas rekenen havo 3", "taal 1"]),
        ({"year": 2}, ["Atlas van Nederland"]),
        ({"subject": "Reken"}, []),
        ({"subject": '"]'}, []),
    ],
)
def test_an_overview_is_narrowed_and_says_to_what_it_can_be(
    catalogue: CatalogueStore, narrowing: dict[str, Any], expected: list[str]
) -> None:
    """The choice stays whole, so that another can be made."""
    publish(catalogue, *SHELF, replace(ATLAS, key="gone", subjects=("Vroeger",)))
    publish(catalogue, *SHELF)
    seen = catalogue.overview(Narrowing(frozenset({SERVICE.id}), **narrowing), range(9))
    assert [each.title for each in seen.materials] == expected
    assert seen.total == len(expected)
    assert seen.subjects == ["Aardrijkskunde", "Nederlands", "Rekenen", "Wiskunde"]
    assert seen.levels == ["groep 8", "havo", "vwo"]
    assert seen.years == [1, 2, 3]
