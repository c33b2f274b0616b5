"""The record of what was done in the consoles, each act in the transaction of what it did."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, or_, select

from gateway.core.acts import BEGINNING, Act, ChainedAct, as_text, chain
from gateway.core.ports import Clock
from gateway.store.changes import changing
from gateway.store.tables import acts

_PAGE = 500


class ActStore:
    """The port `ActBook`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @contextmanager
    def recording(
        self, actor: str, act: str, of: str, before: object, after: object
    ) -> Iterator[None]:
        with changing(self._engine) as change:
            yield
            number, digest = _last(change.connection)
            texts = as_text(before), as_text(after)
            new = Act(number + 1, int(self._clock()), actor, act, of, *texts)
            chained = chain(new, digest)
            change.connection.execute(insert(acts).values(_row(chained)))

    def find(self, words: str, before: int | None, limit: int) -> Sequence[ChainedAct]:
        query = select(acts).order_by(acts.c.number.desc()).limit(limit)
        for word in words.split():
            fields = (acts.c.actor, acts.c.act, acts.c.object)
            query = query.where(or_(*(f.icontains(word, autoescape=True) for f in fields)))
        if before is not None:
            query = query.where(acts.c.number < before)
        with self._engine.connect() as connection:
            return [_chained(row) for row in connection.execute(query)]

    def all(self) -> Iterator[ChainedAct]:
        number = -1
        while page := self._after(number):
            yield from page
            number = page[-1].act.number

    def _after(self, number: int) -> Sequence[ChainedAct]:
        query = select(acts).where(acts.c.number > number).order_by(acts.c.number).limit(_PAGE)
        with self._engine.connect() as connection:
            return [_chained(row) for row in connection.execute(query)]


def _last(connection: Connection) -> tuple[int, str]:
    query = select(acts.c.number, acts.c.digest).order_by(acts.c.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return (row.number, row.digest) if row else (0, BEGINNING)


def _row(chained: ChainedAct) -> dict[str, Any]:
    act = chained.act
    return {
        "number": act.number,
        "at": act.at,
        "actor": act.actor,
        "act": act.act,
        "object": act.object,
        "before": act.before,
        "after": act.after,
        "digest": chained.digest,
    }


def _chained(row: Row[Any]) -> ChainedAct:
    act = Act(row.number, row.at, row.actor, row.act, row.object, row.before, row.after)
    return ChainedAct(act, row.digest)
