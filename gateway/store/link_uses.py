"""How often links are followed: counts by day, no persons.

Uses are counted in memory and written together every two seconds, and when the process ends. A
class follows one link in the same minute: a write for each would queue thirty requests for one
row (PostgreSQL) or for the whole database (SQLite). A process that is killed loses two seconds.
"""

import threading
import weakref
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from multiprocessing.util import Finalize

from sqlalchemy import Engine, Insert, bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.store.tables import link_uses, links
from gateway.store.upsert import insert_into

_FLUSH_SECONDS = 2
_Counts = Counter[tuple[str, str]]


class LinkUses:
    """Made and used by any number of threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._add = _add_to_count(engine)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: _Counts = Counter()
        # A worker is a child process, which ends without atexit.
        Finalize(self, _flush, (weakref.ref(self),), exitpriority=1)

    def count(self, code: str, day: str) -> None:
        """One more, in memory; the first since the last write sets the next one going."""
        with self._lock:
            first = not self._waiting
            self._waiting[code, day] += 1
        if first:
            self._write_later()

    def flush(self) -> None:
        """Write what waits; when the database is away it waits for the next time."""
        with self._writing:
            with self._lock:
                counts, self._waiting = self._waiting, Counter()
            if counts and not self._write(counts):
                with self._lock:
                    self._waiting += counts
                self._write_later()

    def of(self, codes: Sequence[str], since: str = "") -> Mapping[str, Mapping[str, int]]:
        """Uses a day by code, from a day on; a code that was not used is not there."""
        query = (
            select(link_uses)
            .where(link_uses.c.code.in_(codes), link_uses.c.day >= since)
            .order_by(link_uses.c.code, link_uses.c.day)
        )
        found: dict[str, dict[str, int]] = defaultdict(dict)
        with self._engine.connect() as connection:
            for code, day, uses in connection.execute(query):
                found[code][day] = uses
        return found

    def _write_later(self) -> None:
        timer = threading.Timer(_FLUSH_SECONDS, self.flush)
        timer.daemon = True
        timer.start()

    def _write(self, counts: _Counts) -> bool:
        # In one order everywhere, so that two workers do not wait for each other's rows.
        rows = [{"a_code": c, "a_day": d, "more": n} for (c, d), n in sorted(counts.items())]
        try:
            with self._engine.begin() as connection:
                connection.execute(self._add, rows)
        except SQLAlchemyError:
            return False
        return True


def _add_to_count(engine: Engine) -> Insert:
    """For a link that is still there."""
    statement = insert_into(link_uses, engine).from_select(
        ["code", "day", "uses"],
        select(links.c.code, bindparam("a_day"), bindparam("more")).where(
            links.c.code == bindparam("a_code")
        ),
    )
    return statement.on_conflict_do_update(
        index_elements=[link_uses.c.code, link_uses.c.day],
        set_={"uses": link_uses.c.uses + statement.excluded.uses},
    )


def _flush(uses: "weakref.ref[LinkUses]") -> None:
    if (there := uses()) is not None:
        there.flush()
