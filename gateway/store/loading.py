"""Snapshots of the registry: each made from the one before and the rows changed since."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import Row, Table, select

from gateway.core.model import Brin, Connection, Grants, School, Service, Supplier, institution
from gateway.store.rows import CONNECTIONS, SCHOOLS, SERVICES, SUPPLIERS, Kind, grants_of
from gateway.store.tables import grants

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Named = TypeVar("Named", Service, Connection)
Name: TypeAlias = tuple[str, str]
"""Protocol and identifier."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Who took part after change `number`. Never changed: a next one takes its place."""

    number: int = 0
    suppliers: Mapping[str, Supplier] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    services_named: Mapping[Name, Service] = field(default_factory=dict)
    connections: Mapping[str, Connection] = field(default_factory=dict)
    connections_named: Mapping[Name, Connection] = field(default_factory=dict)
    schools: Mapping[str, School] = field(default_factory=dict)
    all_schools: tuple[School, ...] = ()
    schools_of: Mapping[str, Sequence[School]] = field(default_factory=dict)
    schools_at: Mapping[str, Sequence[School]] = field(default_factory=dict)
    grants: Mapping[tuple[Brin, str], Grants] = field(default_factory=dict)


def load_changes(database: DatabaseConnection, old: Snapshot, number: int) -> Snapshot:
    """The snapshot after change `number`; what did not change stays the same object.

    A number below the old one means that a backup was put back: then all is loaded.
    """
    if number < old.number:
        old = Snapshot()
    services = _update(database, SERVICES, old.services, old.number)
    connections = _update(database, CONNECTIONS, old.connections, old.number)
    schools = _update(database, SCHOOLS, old.schools, old.number)
    same_schools = schools is old.schools
    all_schools = old.all_schools if same_schools else _sorted(schools)
    return Snapshot(
        number=number,
        suppliers=_update(database, SUPPLIERS, old.suppliers, old.number),
        services=services,
        services_named=old.services_named if services is old.services else _by_name(services),
        connections=connections,
        connections_named=(
            old.connections_named if connections is old.connections else _by_name(connections)
        ),
        schools=schools,
        all_schools=all_schools,
        schools_of=old.schools_of if same_schools else _by(_connection_of, all_schools),
        schools_at=old.schools_at if same_schools else _by(_institution_of, all_schools),
        grants=_apply(_rows_since(database, grants, old.number), old.grants, _grant_key, grants_of),
    )


def _update(
    database: DatabaseConnection, kind: Kind[V], old: Mapping[str, V], since: int
) -> Mapping[str, V]:
    key = kind.key.name
    rows = _rows_since(database, kind.table, since)
    return _apply(rows, old, lambda row: getattr(row, key), kind.from_row)


def _rows_since(database: DatabaseConnection, table: Table, since: int) -> Sequence[Row[Any]]:
    return database.execute(select(table).where(table.c.changed > since)).all()


def _apply(
    rows: Sequence[Row[Any]],
    old: Mapping[K, V],
    key_of: Callable[[Row[Any]], K],
    value_of: Callable[[Row[Any]], V],
) -> Mapping[K, V]:
    if not rows:
        return old
    new = dict(old)
    for row in rows:
        if row.removed:
            new.pop(key_of(row), None)
        else:
            new[key_of(row)] = value_of(row)
    return new


def _grant_key(row: Row[Any]) -> tuple[Brin, str]:
    return Brin(row.brin), row.service_id


def _by_name(values: Mapping[str, Named]) -> Mapping[Name, Named]:
    return {(value.protocol, value.identifier): value for value in values.values()}


def _sorted(schools: Mapping[str, School]) -> tuple[School, ...]:
    return tuple(sorted(schools.values(), key=lambda school: school.brin))


def _by(
    key_of: Callable[[School], str], schools: Sequence[School]
) -> Mapping[str, Sequence[School]]:
    grouped = defaultdict[str, list[School]](list)
    for school in schools:
        grouped[key_of(school)].append(school)
    return {key: tuple(found) for key, found in grouped.items()}


def _connection_of(school: School) -> str:
    return school.connection_id


def _institution_of(school: School) -> str:
    return institution(school.brin)
