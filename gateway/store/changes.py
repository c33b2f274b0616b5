"""The number of the last change, by which running gateways see that something changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select, update

from gateway.store.tables import change_counter


@dataclass(frozen=True, slots=True)
class Change:
    """A transaction under way; all rows that it writes carry its number."""

    connection: Connection
    number: int


_under_way: ContextVar[Change | None] = ContextVar("the change under way", default=None)


@contextmanager
def changing(engine: Engine) -> Iterator[Change]:
    """Write in one transaction, which begins by taking the next number; inside another it is
    part of that one.

    That locks the counter's row until the end, so writers come one by one and their numbers
    are committed in order: who read number N has seen all up to N.
    """
    outer = _under_way.get()
    if outer is not None and outer.connection.engine is engine:
        yield outer
        return
    take = update(change_counter).values(value=change_counter.c.value + 1)
    with engine.begin() as connection:
        number = connection.execute(take.returning(change_counter.c.value)).scalar_one()
        change = Change(connection, number)
        token = _under_way.set(change)
        try:
            yield change
        finally:
            _under_way.reset(token)


def last_change(connection: Connection) -> int:
    number: int = connection.execute(select(change_counter.c.value)).scalar_one()
    return number
