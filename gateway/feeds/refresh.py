"""Addresses of metadata read again; the last good copy stands until a better one is there.

Of two processes one works: each job is a lease. Nothing of it lies on the way of a login that
goes well.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from gateway.core.feeds import Feed, Reach, is_due
from gateway.core.model import Connection, JsonValue, Service
from gateway.core.ports import Clock
from gateway.errors import GatewayError
from gateway.feeds.parties import NewId, Stamp, renewed_connection
from gateway.feeds.query import queried
from gateway.feeds.reading import Reader
from gateway.feeds.source import Source
from gateway.ids import new_id
from gateway.settings import Settings
from gateway.store.feeds import Leases
from gateway.store.repositories import Repositories, open_repositories
from gateway.trust.metadata.read import Entity

_JOB_SECONDS = 900
_COOL_DOWN_SECONDS = 600
_LOGIN_BYTES, _LOGIN_SECONDS = 1_000_000, 5.0


@dataclass(frozen=True, slots=True)
class Refresher:
    """`holder` names this process among those that refresh."""

    database: Repositories
    leases: Leases
    settings: Settings
    clock: Clock
    new_id: NewId
    holder: str

    def all_due(self) -> Iterator[Feed]:
        """Each feed whose time has come and that nobody else works on, as it stands after."""
        due = [feed for feed in self.database.feeds.all() if is_due(feed, self.clock())]
        used = self._used() if due else set()
        for feed in due:
            if feed.reach is Reach.PARTY and feed.id not in used:
                self.database.feeds.remove(feed.id)
            elif done := self._alone(feed):
                yield done

    def _used(self) -> set[JsonValue]:
        """The ids of the feeds that a party stands on."""
        parties: list[Service | Connection] = [
            *self.database.services.all(),
            *self.database.connections.all(),
        ]
        return {party.config.get("feed") for party in parties}

    def at_once(self, feed: Feed) -> Feed | None:
        """A feed read now, due or not; None when another process is at it. Implements
        ports.Renewals."""
        with self._lease(feed) as taken:
            return self._reader().read(feed) if taken else None

    def _reader(self) -> Reader:
        return Reader(self.database, self.settings, self.clock, self.new_id)

    def _alone(self, feed: Feed) -> Feed | None:
        with self._lease(feed) as taken:
            now = self.database.feeds.at(feed.address) if taken else None
            return self._reader().read(now) if now and is_due(now, self.clock()) else None

    @contextmanager
    def _lease(self, feed: Feed) -> Iterator[bool]:
        name = job_of(feed.id)
        taken = self.leases.take(name, self.holder, self.clock(), _JOB_SECONDS)
        try:
            yield taken
        finally:
            if taken:
                self.leases.give_back(name, self.holder)

    def renewed(self, connection: Connection) -> Connection | None:
        """A connection by its metadata of this moment, after its signature failed (design.md
        §7.7): None when that is the same, bad, away, too large to wait for, or was looked at in
        the last ten minutes. Implements ports.Renewals."""
        try:
            feed = self.database.feeds.of(connection)
            if feed is None or not self._is_first(feed, connection):
                return None
            return self._one(feed, connection)
        except (GatewayError, SQLAlchemyError):
            return None

    def _is_first(self, feed: Feed, asked: Connection) -> bool:
        """Of a document, or of one entity where each is asked for itself."""
        name = f"signature:{asked.id if feed.reach is Reach.QUERY else feed.id}"
        return self.leases.take(name, self.holder, self.clock(), _COOL_DOWN_SECONDS)

    def _one(self, feed: Feed, asked: Connection) -> Connection | None:
        for entity in self._said(feed, asked.identifier):
            if entity.entity_id == asked.identifier and entity.identity_provider:
                role, known = entity.identity_provider, self.database.connections.find(asked.id)
                after = renewed_connection(known, entity, role, Stamp(feed))
                if after == known:
                    return None
                self.database.connections.replace(after)
                return after
        return None

    def _said(self, feed: Feed, entity_id: str) -> Iterator[Entity]:
        if feed.reach is Reach.QUERY:
            return iter([queried(feed, entity_id, self.settings, timeout_s=_LOGIN_SECONDS)])
        return Source.of(feed).entities(
            self.settings, limit_bytes=_LOGIN_BYTES, timeout_s=_LOGIN_SECONDS
        )


def job_of(feed_id: str) -> str:
    """The name of the lease to read a feed."""
    return f"feed:{feed_id}"


def make_refresher(settings: Settings, engine: Engine) -> Refresher:
    holder = f"{os.getpid()} {secrets.token_hex(8)}"
    return Refresher(open_repositories(engine), Leases(engine), settings, time.time, new_id, holder)
