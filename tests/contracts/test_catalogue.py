"""The port `Catalogue`: what is published and what becomes of it, on SQLite and PostgreSQL."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from gateway.core.materials import (
    Narrowing,
    Publication,
    PublishReport,
)
from gateway.core.model import Link
from gateway.errors import ContentRefused, RegistrationRefused, UnknownLink, UnknownMaterial
from gateway.store.catalogue import CatalogueStore
from gateway.store.database import connect
from gateway.store.repositories import Repositories
from gateway.store.tables import fragments, materials, search_entries
from tests.contracts.catalogues import Numbered, by_key, publish, without
from tests.contracts.invented import SERVICE, services
from tests.contracts.materials import ATLAS, BASE, BOOK, CHAPTER, EXERCISE, part
from tests.contracts.stores import HeldClock
from tests.contracts.together import together

EVERYTHING = Narrowing()


def test_what_was_published_is_kept_as_it_was(catalogue: CatalogueStore) -> None:
    report = publish(catalogue, BOOK, ATLAS)
    assert report == PublishReport(materials=2, added=10, changed=0, kept=0, disappeared=())
    atlas, book = catalogue.materials_of([SERVICE.id])
    for name in ("key", "title", "isbn", "product", "description", "subjects", "levels", "years"):
        assert getattr(book, name) == getattr(BOOK, name)
    assert (book.languages, book.cover, book.service_id) == (BOOK.languages, BOOK.cover, SERVICE.id)
    assert atlas.title == "Atlas van Nederland"
    assert catalogue.material(book.id) == book
    kept = by_key(catalogue)
    assert list(kept) == ["", "h-3", "p-1", "o-1", "o-2", "p-2", "h-4", "p-3"]
    exercise = kept["o-1"]
    assert catalogue.fragment(exercise.id) == (book, exercise)
    for name in ("title", "kind", "locator", "activity_type", "objectives", "custom"):
        assert getattr(exercise, name) == getattr(EXERCISE, name)
    assert (exercise.parent_id, exercise.position, exercise.gone_at) == (kept["p-1"].id, 0, None)


def test_the_root_of_a_material_is_its_access_link(catalogue: CatalogueStore) -> None:
    publish(catalogue, BOOK)
    (book,) = catalogue.materials_of([SERVICE.id])
    material, root = catalogue.fragment(book.root_id)
    assert material == book
    assert (root.key, root.parent_id, root.kind) == ("", None, "material")
    assert (root.title, root.locator) == (BOOK.title, BOOK.access_link)
    assert root.objectives == BOOK.objectives


def test_a_second_publication_that_says_the_same_changes_nothing(
    catalogue: CatalogueStore, engine: Engine
) -> None:
    publish(catalogue, BOOK)
    before = _all_rows(engine)
    report = publish(catalogue, BOOK)
    assert report == PublishReport(materials=1, added=0, changed=0, kept=8, disappeared=())
    assert _all_rows(engine) == before


def _all_rows(engine: Engine) -> list[list[object]]:
    with engine.connect() as connection:
        tables = (materials, fragments, search_entries)
        return [
            list(connection.execute(select(table).order_by(*table.primary_key))) for table in tables
        ]


def test_a_fragment_keeps_its_id_where_it_moves_and_however_it_changes(
    catalogue: CatalogueStore,
) -> None:
    publish(catalogue, BOOK)
    old = by_key(catalogue)
    moved = replace(EXERCISE, title="Oefening 9", locator=f"{BASE}elders", custom={})
    book = without(BOOK, "o-1")
    report = publish(
        catalogue, replace(book, parts=(part("h-9", "9 Herhaling", moved), *book.parts))
    )
    assert (report.added, report.changed, report.kept) == (1, 4, 4)  # o-1, o-2, h-3 and h-4
    assert report.disappeared == ()
    new = by_key(catalogue)
    assert {key: new[key].id for key in old} == {key: each.id for key, each in old.items()}
    exercise = new["o-1"]
    assert (exercise.parent_id, exercise.title) == (new["h-9"].id, "Oefening 9")
    assert (exercise.locator, exercise.custom) == (f"{BASE}elders", {})
    assert [each.key for each in catalogue.path_to(exercise.id)] == ["", "h-9", "o-1"]
    assert [each.key for each in catalogue.parts_of(new["p-1"].id)] == ["o-2"]


def test_what_disappeared_is_told_with_its_links_which_stay(
    catalogue: CatalogueStore, filled: Repositories, clock: HeldClock
) -> None:
    publish(catalogue, BOOK)
    kept = by_key(catalogue)
    for number in range(3):
        link = Link(f"code{number}", SERVICE.id, f"{BASE}o-1", 1, fragment_id=kept["o-1"].id)
        filled.links.add(link)
    report = publish(catalogue, without(BOOK, "o-1", "h-4"))
    told = {each.fragment.key: each.links for each in report.disappeared}
    assert told == {"o-1": 3, "h-4": 0, "p-3": 0}
    assert {each.fragment.gone_at for each in report.disappeared} == {int(clock.now)}
    found = filled.links.find("code1")
    assert found.fragment == catalogue.fragment(kept["o-1"].id)[1]
    assert found.fragment is not None
    assert found.fragment.gone_at == int(clock.now)


NEW_EDITION = replace(
    BOOK, key="9789001000011", parts=(part("h-30", "3 Breuken en meer", EXERCISE),)
)


@pytest.fixture
def link_to_exercise(catalogue: CatalogueStore, filled: Repositories) -> Callable[[], str]:
    """Publishes the book and makes a link to its exercise; says to which material that leads."""
    publish(catalogue, BOOK)
    filled.links.add(
        Link("code", SERVICE.id, f"{BASE}o-1", 1, fragment_id=by_key(catalogue)["o-1"].id)
    )

    def leads() -> str:
        found = filled.links.find("code")
        assert found.material
        assert found.fragment
        return "nowhere" if found.fragment.gone_at else found.material.key

    return leads


def test_links_follow_into_a_new_edition(
    catalogue: CatalogueStore, link_to_exercise: Callable[[], str]
) -> None:
    old = by_key(catalogue)["o-1"]
    report = publish(catalogue, NEW_EDITION)
    (moved,) = report.moved
    new = by_key(catalogue, NEW_EDITION)["o-1"]
    assert (moved.fragment.id, moved.to, moved.links) == (old.id, new, 1)
    assert link_to_exercise() == NEW_EDITION.key
    assert {each.links for each in report.disappeared} == {0}
    assert publish(catalogue, NEW_EDITION).moved == ()


def test_links_follow_when_the_new_one_comes_in_a_publication_after_it(
    catalogue: CatalogueStore, link_to_exercise: Callable[[], str]
) -> None:
    assert publish(catalogue, without(BOOK, "o-1"), whole=False).moved == ()
    assert link_to_exercise() == "nowhere"
    (moved,) = publish(catalogue, NEW_EDITION, whole=False).moved
    assert (moved.links, link_to_exercise()) == (1, NEW_EDITION.key)


def test_links_stay_where_the_key_is_in_both(
    catalogue: CatalogueStore, link_to_exercise: Callable[[], str]
) -> None:
    assert publish(catalogue, BOOK, NEW_EDITION).moved == ()
    assert link_to_exercise() == BOOK.key


def test_links_do_not_follow_where_another_could_be_meant(
    catalogue: CatalogueStore, link_to_exercise: Callable[[], str]
) -> None:
    """Two new ones with the key; or one that had it all the while, and is another's."""
    second = replace(NEW_EDITION, key="9789001000028")
    assert publish(catalogue, NEW_EDITION, second).moved == ()
    assert link_to_exercise() == "nowhere"


def test_links_do_not_follow_to_what_was_there_before(
    catalogue: CatalogueStore, link_to_exercise: Callable[[], str]
) -> None:
    publish(catalogue, BOOK, NEW_EDITION)
    assert publish(catalogue, NEW_EDITION).moved == ()
    assert link_to_exercise() == "nowhere"


def test_what_is_gone_is_told_once_and_keeps_its_moment(
    catalogue: CatalogueStore, clock: HeldClock
) -> None:
    publish(catalogue, BOOK)
    exercise = by_key(catalogue)["o-1"]
    publish(catalogue, without(BOOK, "o-1"))
    first = int(clock.now)
    clock.now += 100
    assert publish(catalogue, without(BOOK, "o-1")).disappeared == ()
    assert catalogue.fragment(exercise.id)[1].gone_at == first


def test_what_returns_lives_again_as_the_same(catalogue: CatalogueStore) -> None:
    publish(catalogue, BOOK)
    before = by_key(catalogue)
    publish(catalogue, without(BOOK, "p-1"))
    assert "o-1" not in by_key(catalogue)
    report = publish(catalogue, BOOK)
    assert (report.added, report.changed, report.disappeared) == (0, 4, ())
    assert by_key(catalogue) == before
    assert catalogue.search("oefening optellen", EVERYTHING, 5)[0].fragment == before["o-1"]


def test_a_whole_publication_ends_what_it_does_not_have(catalogue: CatalogueStore) -> None:
    publish(catalogue, BOOK, ATLAS)
    (atlas, book) = catalogue.materials_of([SERVICE.id])
    report = publish(catalogue, BOOK)
    assert {each.fragment.key for each in report.disappeared} == {"", "k-1"}
    assert catalogue.materials_of([SERVICE.id]) == [book]
    with pytest.raises(UnknownMaterial):
        catalogue.material(atlas.id)
    gone, root = catalogue.fragment(atlas.root_id)
    assert (gone, root.gone_at is None) == (atlas, False)
    assert catalogue.search("atlas", EVERYTHING, 5) == []
    publish(catalogue, BOOK, ATLAS)
    assert catalogue.material(atlas.id) == atlas


def test_a_publication_of_a_part_leaves_the_rest(catalogue: CatalogueStore) -> None:
    publish(catalogue, BOOK)
    assert publish(catalogue, ATLAS, whole=False).disappeared == ()
    assert len(catalogue.materials_of([SERVICE.id])) == 2


def test_other_services_are_left_alone(catalogue: CatalogueStore, filled: Repositories) -> None:
    for service in services(range(1)):
        filled.services.add(service)
    catalogue.publish("s0", [BOOK], whole=True)
    publish(catalogue, replace(BOOK, title="Anders"))
    publish(catalogue)
    assert [each.title for each in catalogue.materials_of([SERVICE.id, "s0"])] == [BOOK.title]
    assert catalogue.materials_of([]) == []


def test_a_refused_publication_leaves_everything_as_it_was(
    catalogue: CatalogueStore, engine: Engine
) -> None:
    publish(catalogue, ATLAS)
    before = _all_rows(engine)
    with pytest.raises(ContentRefused) as refusal:
        publish(catalogue, replace(ATLAS, title="Andere atlas"), BOOK, BOOK)
    assert [fault.place for fault in refusal.value.faults] == ["/materials/2/key"]

    def broken() -> Iterator[Publication]:
        yield BOOK
        raise RuntimeError

    with pytest.raises(RuntimeError):
        catalogue.publish(SERVICE.id, broken(), whole=True)
    assert _all_rows(engine) == before


def test_a_service_that_is_not_registered_publishes_nothing(catalogue: CatalogueStore) -> None:
    with pytest.raises(RegistrationRefused, match="no service nothing"):
        catalogue.publish("nothing", [BOOK], whole=True)
    with pytest.raises(RegistrationRefused, match="no service nothing"):
        catalogue.add("nothing", BOOK)


def test_with_its_service_all_that_it_published_is_removed(
    catalogue: CatalogueStore, filled: Repositories, engine: Engine
) -> None:
    publish(catalogue, BOOK, ATLAS)
    exercise = by_key(catalogue)["o-1"]
    filled.links.add(Link("code", SERVICE.id, f"{BASE}o-1", 1, fragment_id=exercise.id))
    publish(catalogue, BOOK)
    filled.services.remove(SERVICE.id)
    assert _all_rows(engine) == [[], [], []]
    assert catalogue.search("breuken", EVERYTHING, 5) == []
    with pytest.raises(UnknownLink):
        filled.links.find("code")
    with pytest.raises(UnknownMaterial):
        catalogue.fragment(exercise.id)


def test_a_large_material_is_published(catalogue: CatalogueStore) -> None:
    """More rows than one statement takes, and levels as deep as is let in."""
    exercises = tuple(part(f"o-{n}", f"Oefening {n}") for n in range(3000))
    deep = part("bottom", "Diepste")
    for level in range(10, 0, -1):
        deep = part(f"d-{level}", f"Niveau {level}", deep)
    report = publish(catalogue, replace(BOOK, parts=(part("h", "Alles", *exercises), deep)))
    assert report.added == 3000 + 1 + 1 + 11
    report = publish(catalogue, replace(BOOK, parts=(part("h", "Veel"), deep)))
    assert (report.changed, len(report.disappeared)) == (1, 3000)
    bottom = by_key(catalogue)["bottom"]
    assert len(catalogue.path_to(bottom.id)) == 12


def test_publications_at_the_same_moment_come_one_by_one(
    catalogue: CatalogueStore, database_url: str
) -> None:
    assert together(3, _publish_often, database_url) == [None, None, None]
    (book,) = catalogue.materials_of([SERVICE.id])
    assert [each.key for each in catalogue.parts_of(book.root_id)] == ["h-3", "h-4"]


def _publish_often(ready: Callable[[], object], number: int, url: str) -> None:
    engine = connect(url)
    own = CatalogueStore(engine, time.time, secrets.token_urlsafe)
    ready()
    for _ in range(4):
        own.publish(SERVICE.id, [BOOK], whole=False)
        own.publish(SERVICE.id, [without(BOOK, "p-1")], whole=False)
    own.publish(SERVICE.id, [replace(BOOK, parts=(CHAPTER, BOOK.parts[1]))], whole=False)
    engine.dispose()


def test_a_publication_is_streamed(engine: Engine, filled: Repositories, clock: HeldClock) -> None:
    """Each material has its ids before the next is asked for."""
    ids, given = Numbered(), []

    def stream() -> Iterator[Publication]:
        for number in range(3):
            given.append(ids.given)
            yield replace(ATLAS, key=f"atlas-{number}")

    catalogue = CatalogueStore(engine, clock, ids)
    assert catalogue.publish(SERVICE.id, stream(), whole=True).materials == 3
    assert given == [0, 3, 6]


def test_others_write_while_a_publication_is_read_and_what_they_changed_is_seen(
    catalogue: CatalogueStore, filled: Repositories
) -> None:
    """The changes are worked out without a lock, and anew where another publication came first."""
    publish(catalogue, BOOK)
    kept = by_key(catalogue)

    def stream() -> Iterator[Publication]:
        yield without(BOOK, "p-2")
        yield ATLAS
        other = replace(without(BOOK, "h-4"), title="Anders", parts=(part("new", "Nieuw"),))
        publish(catalogue, other, ATLAS, whole=False)
        filled.links.add(Link("code", SERVICE.id, f"{BASE}p-1", 1, fragment_id=kept["p-1"].id))

    report = catalogue.publish(SERVICE.id, stream(), whole=True)
    assert {each.fragment.key for each in report.disappeared} == {"new"}
    assert (report.materials, report.added) == (2, 0)
    assert by_key(catalogue) == {key: each for key, each in kept.items() if key != "p-2"}
    assert [hit.fragment.key for hit in catalogue.search("korting", EVERYTHING, 5)] == ["p-3"]
    assert catalogue.search("nieuw", EVERYTHING, 5) == []
    assert catalogue.search("toets", EVERYTHING, 5) == []
