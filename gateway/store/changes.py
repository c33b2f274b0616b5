"""The number of the last change, by which running gateways see that something changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select, update

from gateway.store.tables import change_counter


@dataclass(frozen=True, slots=True)
class Change:
    """A transaction under way; all rows that it writes carry its number."""

    connection: Connection
    number: int


@contextmanager
def changing(engine: Engine) -> Iterator[Change]:
    """Write in one transaction, which begins by taking the next number.

    That locks the counter's row until the end, so writers come one by one and their numbers
    are committed in order: who read number N has seen all up to N.
    """
    take = update(change_counter).values(value=change_counter.c.value + 1)
    with engine.begin() as connection:
        number = connection.execute(take.returning(change_counter.c.value)).scalar_one()
        yield Change(connection, number)


def last_change(connection: Connection) -> int:
    number: int = connection.execute(select(change_counter.c.value)).scalar_one()
    return number
