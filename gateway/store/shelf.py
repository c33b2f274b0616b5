"""What people opened and marked on the start page, by the gateway's own pseudonym."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ClauseElement,
    CompoundSelect,
    Engine,
    Select,
    bindparam,
    delete,
    exists,
    false,
    func,
    null,
    select,
    tuple_,
    union_all,
)

from gateway.core.ports import Clock
from gateway.core.tiles import Tile
from gateway.store.catalogue_queries import LISTED
from gateway.store.statements import Statements
from gateway.store.tables import materials, services, shelf
from gateway.store.upsert import insert_into

_KEPT_SECONDS = 365 * 24 * 3600
_CLEAN_SECONDS = 3600
_CLEAN_ROWS = 1000
_key = shelf.c.person, shelf.c.tile


class ShelfStore:
    """The port `Shelf`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._clean_at = clock()
        self._statements = Statements(engine)
        self._use = self._statements.prepare(_write(engine, {"used_at": bindparam("now")}))
        self._mark = self._statements.prepare(_write(engine, {"favourite": bindparam("favourite")}))
        self._clean = self._statements.prepare(_clean())

    def tiles(
        self, person: str, service_ids: Collection[str], withheld: Collection[str], page: range
    ) -> Sequence[Tile]:
        query = _tiles(person, service_ids, withheld).limit(len(page)).offset(page.start)
        with self._engine.connect() as connection:
            return [
                Tile(row.id, row.service_id, row.root_id, row.title, bool(row.marked), row.used_at)
                for row in connection.execute(query)
            ]

    def used(self, person: str, tile: str) -> None:
        self._use(person=person, tile=tile, now=int(self._clock()), favourite=False)
        self._clean_now_and_then()

    def mark(self, person: str, tile: str, *, favourite: bool) -> None:
        self._mark(person=person, tile=tile, now=int(self._clock()), favourite=favourite)

    def forget(self, person: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(shelf).where(shelf.c.person == person))

    def close(self) -> None:
        self._statements.close()

    def _clean_now_and_then(self) -> None:
        now = self._clock()
        if now < self._clean_at:
            return
        self._clean_at = now + _CLEAN_SECONDS
        if len(self._clean(before=int(now) - _KEPT_SECONDS, batch=_CLEAN_ROWS)) == _CLEAN_ROWS:
            self._clean_at = now


def _tiles(person: str, service_ids: Collection[str], withheld: Collection[str]) -> Select[Any]:
    found = _found(service_ids, withheld).subquery()
    marked = func.coalesce(shelf.c.favourite, false()).label("marked")
    mine = (shelf.c.tile == found.c.id) & (shelf.c.person == person)
    return (
        select(found, marked, shelf.c.used_at)
        .select_from(found.outerjoin(shelf, mine))
        .order_by(
            marked.desc(),
            func.coalesce(shelf.c.used_at, 0).desc(),
            func.lower(found.c.title),
            found.c.id,
        )
    )


def _found(service_ids: Collection[str], withheld: Collection[str]) -> CompoundSelect[Any]:
    """The materials of services, and those of the services that have none."""
    published = select(
        materials.c.id, materials.c.service_id, materials.c.root_id, materials.c.title
    ).where(materials.c.service_id.in_(service_ids), LISTED, materials.c.id.not_in(withheld))
    alone = select(services.c.id, services.c.id, null().label("root_id"), services.c.name).where(
        services.c.id.in_(service_ids),
        ~exists().where(materials.c.service_id == services.c.id, LISTED),
    )
    return union_all(published, alone)


def _write(engine: Engine, changed: Mapping[str, Any]) -> ClauseElement:
    """A row as it is now, or the change of the one that is there."""
    row: dict[str, Any] = {
        "person": bindparam("person"),
        "tile": bindparam("tile"),
        "used_at": null(),
        "favourite": bindparam("favourite"),
        "touched_at": bindparam("now"),
        **changed,
    }
    return (
        insert_into(shelf, engine)
        .values(row)
        .on_conflict_do_update(
            index_elements=list(_key), set_={**changed, "touched_at": bindparam("now")}
        )
    )


def _clean() -> ClauseElement:
    """A batch of what nobody touched for a year, and that nobody else holds."""
    old = shelf.c.touched_at < bindparam("before")
    some = select(*_key).where(old).limit(bindparam("batch")).with_for_update(skip_locked=True)
    return delete(shelf).where(tuple_(*_key).in_(some), old).returning(shelf.c.person)
