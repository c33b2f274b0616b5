"""What the start page keeps of a person, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, insert, select

from gateway.core.materials import PICKS, Material
from gateway.core.model import Service
from gateway.core.tiles import Tile
from gateway.store.material_rows import material_row
from gateway.store.repositories import Repositories
from gateway.store.shelf import ShelfStore
from gateway.store.tables import materials, shelf
from tests.contracts.invented import SERVICE, services
from tests.contracts.stores import HeldClock

PERSON, OTHER = "a" * 64, "b" * 64
ALONE: Service = services(range(1))[0]
BOOKS = [
    Material(id=f"m{n}", service_id=SERVICE.id, key=f"k{n}", title=title, root_id=f"r{n}")
    for n, title in enumerate(["taal 1", "Rekenen 1", "Biologie"])
]
ALL = [SERVICE.id, ALONE.id]
PAGE = range(10)
YEAR = 365 * 24 * 3600


@pytest.fixture
def store(filled: Repositories, engine: Engine, clock: HeldClock) -> Iterator[ShelfStore]:
    """With three materials of one service, and a service that published none."""
    filled.services.add(ALONE)
    with engine.begin() as connection:
        connection.execute(insert(materials), [material_row(book) for book in BOOKS])
    store = ShelfStore(engine, clock)
    yield store
    store.close()


def titles(
    store: ShelfStore,
    services: list[str] = ALL,
    withheld: tuple[str, ...] = (),
    page: range = PAGE,
) -> list[str]:
    return [tile.title for tile in store.tiles(PERSON, services, withheld, page)]


def test_a_service_without_materials_is_a_tile_of_its_own(store: ShelfStore) -> None:
    assert store.tiles(PERSON, ALL, (), PAGE) == [
        Tile("m2", SERVICE.id, "r2", "Biologie"),
        Tile(ALONE.id, ALONE.id, None, "Methode 0"),
        Tile("m1", SERVICE.id, "r1", "Rekenen 1"),
        Tile("m0", SERVICE.id, "r0", "taal 1"),
    ]


def test_a_service_whose_materials_are_gone_is_one_again(store: ShelfStore, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(materials.update().values(gone_at=1))
    assert store.tiles(PERSON, [SERVICE.id], (), PAGE) == [
        Tile(SERVICE.id, SERVICE.id, None, SERVICE.name)
    ]


def test_what_teachers_picked_is_no_tile(store: ShelfStore, engine: Engine) -> None:
    """It is for whoever has a link to it; the service, which published nothing, is one still."""
    picks = replace(BOOKS[0], id="m9", service_id=ALONE.id, key=PICKS, title="Gekozen")
    with engine.begin() as connection:
        connection.execute(insert(materials).values(material_row(picks)))
    assert titles(store) == ["Biologie", "Methode 0", "Rekenen 1", "taal 1"]


def test_only_what_is_asked_for(store: ShelfStore) -> None:
    assert titles(store, [ALONE.id]) == ["Methode 0"]
    assert titles(store, []) == []
    assert titles(store, withheld=("m1", "m2")) == ["Methode 0", "taal 1"]
    assert titles(store, [SERVICE.id], withheld=("m0", "m1", "m2")) == []


def test_favourites_first_then_last_used_then_by_title(store: ShelfStore, clock: HeldClock) -> None:
    store.used(PERSON, "m1")
    clock.now += 1
    store.used(PERSON, "m0")
    assert titles(store) == ["taal 1", "Rekenen 1", "Biologie", "Methode 0"]
    clock.now += 1
    store.used(PERSON, "m1")
    store.mark(PERSON, ALONE.id, favourite=True)
    assert titles(store) == ["Methode 0", "Rekenen 1", "taal 1", "Biologie"]
    first, second, *_ = store.tiles(PERSON, ALL, (), PAGE)
    assert (first.favourite, first.used_at) == (True, None)
    assert (second.favourite, second.used_at) == (False, int(clock.now))
    store.used(PERSON, ALONE.id)
    store.mark(PERSON, ALONE.id, favourite=False)
    assert store.tiles(PERSON, [ALONE.id], (), PAGE) == [
        replace(first, favourite=False, used_at=int(clock.now))
    ]


def test_by_page(store: ShelfStore) -> None:
    assert titles(store, page=range(2)) == ["Biologie", "Methode 0"]
    assert titles(store, page=range(2, 4)) == ["Rekenen 1", "taal 1"]
    assert titles(store, page=range(4, 6)) == []


def test_each_person_has_an_own_shelf_and_may_empty_it(store: ShelfStore) -> None:
    store.used(OTHER, "m0")
    store.mark(OTHER, "m1", favourite=True)
    assert titles(store) == ["Biologie", "Methode 0", "Rekenen 1", "taal 1"]
    store.used(PERSON, "m0")
    store.forget(OTHER)
    assert titles(store)[0] == "taal 1"
    assert [tile.used_at for tile in store.tiles(OTHER, ALL, (), PAGE)] == [None] * 4


def test_what_nobody_touched_for_a_year_is_forgotten(
    store: ShelfStore, engine: Engine, clock: HeldClock
) -> None:
    def kept() -> int:
        with engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(shelf)).scalar_one()

    store.used(PERSON, "m0")
    store.mark(PERSON, "m1", favourite=True)
    clock.now += YEAR - 1
    store.mark(PERSON, "m1", favourite=True)
    store.used(OTHER, "m2")
    assert kept() == 3
    clock.now += 3602
    store.used(OTHER, "m2")
    assert kept() == 2
    assert titles(store)[0] == "Rekenen 1"
