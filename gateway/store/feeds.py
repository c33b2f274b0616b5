"""Addresses of metadata, and the leases by which one process at a time reads them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, Row, delete, select

from gateway.core.feeds import Feed, Reach
from gateway.core.model import Connection, Service
from gateway.errors import RegistrationRefused
from gateway.store.changes import changing
from gateway.store.tables import feeds, leases
from gateway.store.upsert import insert_into, write_over


class FeedBook:
    """The port `FeedBook`: written by commands and the operator's console; no login reads it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = write_over(feeds, engine)

    def save(self, feed: Feed) -> None:
        """Keep a feed, in place of an earlier state of it."""
        with changing(self._engine) as change:
            change.connection.execute(self._write, _row(feed))

    def change(self, feed_id: str, after: Callable[[Feed], Feed]) -> None:
        """Write a feed as it is to be after what it is at that moment, also when another process
        works on it; nothing for one that was removed meanwhile."""
        with changing(self._engine) as change:
            found = change.connection.execute(select(feeds).where(feeds.c.id == feed_id))
            for row in found.all():
                change.connection.execute(self._write, _row(after(_feed(row))))

    def find(self, feed_id: str) -> Feed:
        """Raises RegistrationRefused."""
        found = self._with_id(feed_id)
        if found is None:
            raise RegistrationRefused(f"there is no feed {feed_id}; `metadata feeds` shows them")
        return found

    def of(self, party: Service | Connection) -> Feed | None:
        """Where its metadata is read again; None when it was given by hand."""
        feed_id = party.config.get("feed")
        return None if feed_id is None else self._with_id(str(feed_id))

    def _with_id(self, feed_id: str) -> Feed | None:
        query = select(feeds).where(feeds.c.id == feed_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
            return None if row is None else _feed(row)

    def at(self, address: str) -> Feed | None:
        return next((feed for feed in self.all() if feed.address == address), None)

    def all(self) -> list[Feed]:
        """All of them, by address."""
        with self._engine.connect() as connection:
            found = connection.execute(select(feeds).order_by(feeds.c.address, feeds.c.id))
            return [_feed(row) for row in found]

    def remove(self, feed_id: str) -> None:
        with changing(self._engine) as change:
            change.connection.execute(delete(feeds).where(feeds.c.id == feed_id))


class Leases:
    """Who does a job, for a while: a process that dies blocks nobody for long."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str, holder: str, now: float, seconds: int) -> bool:
        """Whether the job is now the holder's; of two that ask at once one is told so."""
        statement = insert_into(leases, self._engine)
        taken = statement.on_conflict_do_update(
            index_elements=[leases.c.name],
            set_={"holder": holder, "until": int(now) + seconds},
            where=leases.c.until <= int(now),
        ).returning(leases.c.holder)
        values = {"name": name, "holder": holder, "until": int(now) + seconds}
        with self._engine.begin() as connection:
            return connection.execute(taken, values).first() is not None

    def is_taken(self, name: str, now: float) -> bool:
        """Whether somebody does the job now."""
        query = select(leases.c.name).where(leases.c.name == name, leases.c.until > int(now))
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def give_back(self, name: str, holder: str) -> None:
        own = (leases.c.name == name) & (leases.c.holder == holder)
        with self._engine.begin() as connection:
            connection.execute(delete(leases).where(own))


def _row(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "address": feed.address,
        "kind": feed.reach.value,
        "certificate": feed.certificate,
        "checked_at": feed.checked_at,
        "fetched_at": feed.fetched_at,
        "valid_until": feed.valid_until,
        "state": {
            "supplier": feed.supplier_id,
            "problem": feed.problem,
            "taken": feed.taken,
            "skipped": feed.skipped,
            "reasons": list(feed.reasons),
            "excluded": sorted(feed.excluded),
            "share": feed.share,
        },
    }


def _feed(row: Row[Any]) -> Feed:
    return Feed(
        id=row.id,
        address=row.address,
        reach=Reach(row.kind),
        certificate=row.certificate,
        supplier_id=row.state.get("supplier"),
        checked_at=row.checked_at,
        fetched_at=row.fetched_at,
        valid_until=row.valid_until,
        problem=row.state.get("problem") or "",
        taken=row.state.get("taken"),
        skipped=row.state.get("skipped") or 0,
        reasons=tuple(row.state.get("reasons") or ()),
        excluded=frozenset(row.state.get("excluded") or ()),
        share=row.state.get("share"),
    )
