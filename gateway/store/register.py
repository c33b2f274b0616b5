"""What the registers of suppliers, services, connections and schools have in common."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Table, select, true, update

from gateway.errors import RegistrationRefused
from gateway.store.changes import Change, changing
from gateway.store.rows import Kind
from gateway.store.upsert import write_over

V = TypeVar("V")
Objection: TypeAlias = Callable[[V], str | None]
"""Says why a value can not be registered, or None."""

_BATCH = 500


class Register(Generic[V]):
    """The kept values of one noun. Each method that writes is one transaction."""

    kind: ClassVar[Kind[Any]]

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = write_over(self.kind.table, engine)

    def add(self, value: V) -> None:
        """Raises RegistrationRefused when it is there already or names what is not."""
        for _, refusal in self.add_all([value]):
            raise refusal

    def add_all(self, values: Sequence[V]) -> list[tuple[V, RegistrationRefused]]:
        """Add many; those that were left out and why."""
        return self._write_all(values, self._objection_to_new)

    def replace(self, value: V) -> None:
        """Write a changed value; raises RegistrationRefused when there is none to change."""
        for _, refusal in self.replace_all([value]):
            raise refusal

    def replace_all(self, values: Sequence[V]) -> list[tuple[V, RegistrationRefused]]:
        """Write many changed values; those that were left out and why."""
        return self._write_all(values, self._objection_to_changed)

    def find(self, key: str) -> V:
        """Raises RegistrationRefused when there is none."""
        for value in self._select(self.kind.key == key):
            return value
        raise RegistrationRefused(unknown(self.kind, key))

    def all(self) -> list[V]:
        """All of them, in the order of their keys."""
        return self._select(true())

    def remove(self, key: str) -> None:
        """Raises RegistrationRefused when there is none or when others need it."""
        with changing(self._engine) as change:
            if not present(change.connection, self.kind, [key]):
                raise RegistrationRefused(unknown(self.kind, key))
            self._remove(change, key)

    def _remove(self, change: Change, key: str) -> None:
        mark_removed(change, self.kind.table, self.kind.key == key)

    def _objection(self, _connection: Connection, _batch: Sequence[V]) -> Objection[V]:
        """What only this noun asks of a value."""
        return lambda _value: None

    def _objection_to_new(self, connection: Connection, batch: Sequence[V]) -> Objection[V]:
        taken = present(connection, self.kind, [self.kind.key_of(value) for value in batch])
        further = self._objection(connection, batch)

        def objection(value: V) -> str | None:
            key = self.kind.key_of(value)
            if key in taken:
                return f"{self.kind.noun} {key} is registered already; remove it first"
            reason = further(value)
            if reason is None:
                taken.add(key)
            return reason

        return objection

    def _objection_to_changed(self, connection: Connection, batch: Sequence[V]) -> Objection[V]:
        known = present(connection, self.kind, [self.kind.key_of(value) for value in batch])
        further = self._objection(connection, batch)

        def objection(value: V) -> str | None:
            key = self.kind.key_of(value)
            return further(value) if key in known else unknown(self.kind, key)

        return objection

    def _write_all(
        self,
        values: Sequence[V],
        objection_for: Callable[[Connection, Sequence[V]], Objection[V]],
    ) -> list[tuple[V, RegistrationRefused]]:
        refused: list[tuple[V, RegistrationRefused]] = []
        if not values:
            return refused
        with changing(self._engine) as change:
            for batch in _batches(values):
                objection = objection_for(change.connection, batch)
                rows = []
                for value in batch:
                    if reason := objection(value):
                        refused.append((value, RegistrationRefused(reason)))
                    else:
                        rows.append(self._row(value, change))
                if rows:
                    change.connection.execute(self._write, rows)
        return refused

    def _row(self, value: V, change: Change) -> dict[str, Any]:
        return {**self.kind.to_row(value), "changed": change.number, "removed": False}

    def _select(self, condition: ColumnElement[bool]) -> list[V]:
        table = self.kind.table
        query = select(table).where(condition, ~table.c.removed).order_by(self.kind.key)
        with self._engine.connect() as connection:
            return [self.kind.from_row(row) for row in connection.execute(query)]


def present(connection: Connection, kind: Kind[Any], keys: Collection[str]) -> set[str]:
    """Those of the keys that are registered."""
    query = select(kind.key).where(kind.key.in_(keys), ~kind.table.c.removed)
    return set(connection.execute(query).scalars())


def mark_removed(change: Change, table: Table, condition: ColumnElement[bool]) -> None:
    """Mark the rows, so that running gateways hear of it."""
    change.connection.execute(
        update(table).where(condition, ~table.c.removed).values(removed=True, changed=change.number)
    )


def unknown(kind: Kind[Any], key: str) -> str:
    return f"there is no {kind.noun} {key}; `{kind.shown_by}` shows them"


def _batches(values: Sequence[V]) -> Iterator[Sequence[V]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
