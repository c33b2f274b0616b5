"""Short-lived records in the database. Each step is one statement, so one for all workers.

A row that has expired counts as absent from then on, whenever it is cleaned away.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import (
    ClauseElement,
    Engine,
    and_,
    bindparam,
    case,
    delete,
    null,
    select,
    update,
)
from sqlalchemy.dialects import sqlite

from gateway.core.ports import Clock, Record
from gateway.store.cleaning import Cleaning
from gateway.store.statements import Statements
from gateway.store.tables import short_lived
from gateway.store.upsert import insert_into

_row = short_lived.c
_this_key = _row.key == bindparam("key")
_is_value = _row.member == ""
_is_member = _row.member != ""
_alive = _row.expires_at > bindparam("now")
_expired = _row.expires_at <= bindparam("now")


class SqlState:
    """The port `State` over SQLite or PostgreSQL.

    A write now and then cleans a batch of expired rows as well.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._clock = clock
        self._statements = statements = Statements(engine)
        self._put = cache(lambda count: statements.prepare(_put(engine, count)))
        self._get = statements.prepare(select(_row.value).where(_this_key, _is_value, _alive))
        self._take = statements.prepare(
            delete(short_lived).where(_this_key, _is_value, _alive).returning(_row.value)
        )
        self._add = statements.prepare(_add(engine))
        self._extend = statements.prepare(
            update(short_lived)
            .where(_this_key, _is_member, _alive, _row.expires_at < bindparam("until"))
            .values(expires_at=bindparam("until"))
        )
        self._members = statements.prepare(select(_row.member).where(_this_key, _is_member, _alive))
        self._remove = statements.prepare(delete(short_lived).where(_this_key))
        self._once = cache(lambda count: statements.prepare(_once(engine, count)))
        self._one_writer = engine.dialect.name == "sqlite"
        self._put_once = cache(lambda *counts: statements.prepare(_put_once(*counts)))
        self._cleaning = Cleaning(statements, clock)

    def put(self, key: str, value: bytes, lifetime: int) -> None:
        self.put_all([(key, value, lifetime)])

    def put_all(self, records: Sequence[Record]) -> None:
        """One statement; in one order for all, as in `once`."""
        self._put(len(records))(**self._named(sorted(records)))
        self._cleaning.go_on()

    def put_once(self, keys: Sequence[str], records: Sequence[Record], lifetime: int) -> bool:
        """On PostgreSQL two steps: were the second lost, the login begins again."""
        if not self._one_writer:
            fresh = self.once(keys, lifetime)
            if fresh:
                self.put_all(records)
            return fresh
        if self._put_where_none_lives(sorted(set(keys)), records, lifetime):
            return True
        self.once(keys, lifetime)  # what is new among them is known from now on
        return False

    def _put_where_none_lives(
        self, keys: Sequence[str], records: Sequence[Record], lifetime: int
    ) -> bool:
        """One statement, where no other can write in the middle of it."""
        marks = [(key, b"", lifetime) for key in keys]
        named = self._named([*marks, *records])
        try:
            self._put_once(len(marks), len(records))(**named, now=self._clock())
        except sqlite3.IntegrityError:
            return False
        self._cleaning.go_on()
        return True

    def get(self, key: str) -> bytes | None:
        rows = self._get(key=key, now=self._clock())
        return rows[0][0] if rows else None

    def take(self, key: str) -> bytes | None:
        rows = self._take(key=key, now=self._clock())
        return rows[0][0] if rows else None

    def once(self, keys: Sequence[str], lifetime: int) -> bool:
        """In one order for all, so that no two that share keys wait for each other."""
        distinct = sorted(set(keys))
        named = {f"key{n}": key for n, key in enumerate(distinct)}
        now, until = self._clock(), self._until(lifetime)
        fresh = self._once(len(distinct))(**named, now=now, until=until)
        self._cleaning.go_on()
        return len(fresh) == len(distinct)

    def add(self, key: str, member: str, lifetime: int) -> None:
        until = self._until(lifetime)
        self._add(key=key, member=member, until=until)
        self._extend(key=key, until=until, now=self._clock())
        self._cleaning.go_on()

    def members(self, key: str) -> frozenset[str]:
        return frozenset(row[0] for row in self._members(key=key, now=self._clock()))

    def remove(self, key: str) -> None:
        self._remove(key=key)

    def close(self) -> None:
        self._statements.close()

    def _named(self, records: Iterable[Record]) -> dict[str, object]:
        named: dict[str, object] = {}
        for n, (key, value, lifetime) in enumerate(records):
            named[f"key{n}"], named[f"value{n}"] = key, value
            named[f"until{n}"] = self._until(lifetime)
        return named

    def _until(self, lifetime: int) -> float:
        return self._clock() + max(lifetime, 1)


def _put(engine: Engine, count: int) -> ClauseElement:
    insert = insert_into(short_lived, engine).values(
        [
            {
                "key": bindparam(f"key{n}"),
                "member": "",
                "value": bindparam(f"value{n}"),
                "expires_at": bindparam(f"until{n}"),
            }
            for n in range(count)
        ]
    )
    return insert.on_conflict_do_update(
        index_elements=[_row.key, _row.member],
        set_={"value": insert.excluded.value, "expires_at": insert.excluded.expires_at},
    )


def _once(engine: Engine, count: int) -> ClauseElement:
    """Write over an expired row, which counts as new; leave a living one and do not return it."""
    insert = insert_into(short_lived, engine).values(
        [
            {"key": bindparam(f"key{n}"), "member": "", "expires_at": bindparam("until")}
            for n in range(count)
        ]
    )
    return insert.on_conflict_do_update(
        index_elements=[_row.key, _row.member],
        set_={"expires_at": insert.excluded.expires_at},
        where=_expired,
    ).returning(_row.key)


def _put_once(marks: int, records: int) -> ClauseElement:
    """Write all, unless a mark lives: that one would get no end, which the table refuses, and then
    nothing is written. SQLite's alone. Marks have no value."""
    insert = sqlite.insert(short_lived).values(
        [
            {
                "key": bindparam(f"key{n}"),
                "member": "",
                "value": null() if n < marks else bindparam(f"value{n}"),
                "expires_at": bindparam(f"until{n}"),
            }
            for n in range(marks + records)
        ]
    )
    until = case(
        (and_(insert.excluded.value.is_(None), _alive), null()), else_=insert.excluded.expires_at
    )
    return insert.on_conflict_do_update(
        index_elements=[_row.key, _row.member],
        set_={"value": insert.excluded.value, "expires_at": until},
    )


def _add(engine: Engine) -> ClauseElement:
    insert = insert_into(short_lived, engine).values(
        key=bindparam("key"), member=bindparam("member"), expires_at=bindparam("until")
    )
    later = insert.excluded.expires_at
    return insert.on_conflict_do_update(
        index_elements=[_row.key, _row.member],
        set_={"expires_at": case((_row.expires_at > later, _row.expires_at), else_=later)},
    )
