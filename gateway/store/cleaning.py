"""Cleaning away of what has expired among the short-lived records."""

from sqlalchemy import ClauseElement, bindparam, delete, func, select, tuple_

from gateway.core.ports import Clock
from gateway.store.statements import Statements
from gateway.store.tables import short_lived

_BATCH = 500
_PAUSE_SECONDS = 1
_ROUND_SECONDS = 600

_row = short_lived.c


class Cleaning:
    """Looks at all rows in the order of their keys, a batch a second, and again after ten minutes.

    An index of when they expire would find them sooner, and make each write a quarter dearer.
    """

    def __init__(self, statements: Statements, clock: Clock) -> None:
        self._clock = clock
        self._last_of_batch = statements.prepare(_last_of_batch())
        self._clean = statements.prepare(_clean())
        self._after = ""
        self._round_at = self._next_at = clock() + _PAUSE_SECONDS

    def go_on(self) -> None:
        """Called at each write: the next batch, when a second has passed."""
        now = self._clock()
        if now < self._next_at:
            return
        self._next_at = now + _PAUSE_SECONDS
        ((last,),) = self._last_of_batch(after=self._after, batch=_BATCH)
        if last is None:
            self._after, self._next_at = "", max(self._round_at + _ROUND_SECONDS, self._next_at)
            self._round_at = self._next_at
        else:
            self._clean(after=self._after, last=last, now=now)
            self._after = last


def _last_of_batch() -> ClauseElement:
    keys = select(_row.key).where(_row.key > bindparam("after")).order_by(_row.key)
    batch = keys.limit(bindparam("batch")).subquery()
    return select(func.max(batch.c.key))


def _clean() -> ClauseElement:
    """Of what nobody else holds: no worker waits for another's cleaning."""
    expired = _row.expires_at <= bindparam("now")
    some = (
        select(_row.key, _row.member)
        .where(_row.key > bindparam("after"), _row.key <= bindparam("last"), expired)
        .with_for_update(skip_locked=True)
    )
    return delete(short_lived).where(tuple_(_row.key, _row.member).in_(some), expired)
