"""Addresses of metadata read again; the last good copy stands until a better one is there.

Of two processes one works: each job is a lease. Nothing of it lies on the way of a login that
goes well.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from gateway.core.feeds import Feed, Reach, is_due
from gateway.core.model import Connection, JsonValue, Service
from gateway.core.ports import Clock
from gateway.errors import GatewayError
from gateway.feeds.importing import Import, Takes
from gateway.feeds.parties import NewId, Stamp, renewed_connection
from gateway.feeds.source import Source
from gateway.ids import new_id
from gateway.settings import Settings
from gateway.store.feeds import Leases
from gateway.store.repositories import Repositories, open_repositories
from gateway.trust.keyfiles import read_pseudonym_keys

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

    def _alone(self, feed: Feed) -> Feed | None:
        with self._lease(feed) as taken:
            now = self.database.feeds.at(feed.address) if taken else None
            return self.refresh(now) if now and is_due(now, self.clock()) else None

    def again(self, feed: Feed) -> Feed:
        """Implements ports.Renewals."""
        with self._lease(feed) as taken:
            return self.refresh(feed) if taken else feed

    @contextmanager
    def _lease(self, feed: Feed) -> Iterator[bool]:
        """Whether this process may read the feed now."""
        name = f"feed:{feed.id}"
        if not self.leases.take(name, self.holder, self.clock(), _JOB_SECONDS):
            yield False
            return
        try:
            yield True
        finally:
            self.leases.give_back(name, self.holder)

    def refresh(self, feed: Feed) -> Feed:
        """Read a feed again; what is wrong stands in it, and the parties stay as they are."""
        said: list[str] = []
        importing = Import(
            self.database,
            feed,
            _speaker(feed),
            feed.supplier_id,
            max(read_pseudonym_keys(self.settings.pseudonym_key_file)),
            self.new_id,
            said.append,
        )
        now = int(self.clock())
        try:
            importing.run(source_of(feed).entities(self.settings))
        except GatewayError as error:
            after = replace(feed, checked_at=now, problem=error.detail)
        else:
            problem = _problem(importing, said)
            fetched = feed.fetched_at if problem and not importing.taken else now
            end = importing.valid_until if importing.taken else feed.valid_until
            after = replace(
                feed,
                checked_at=now,
                fetched_at=fetched,
                valid_until=None if end is None else int(end),
                problem=problem,
            )
        self.database.feeds.save(after)
        return after

    def renewed(self, connection: Connection) -> Connection | None:
        """A connection by its metadata of this moment, after its signature failed (design.md
        §7.7): None when that is the same, bad, away, too large to wait for, or was looked at in
        the last ten minutes. Implements ports.Renewals."""
        feed_id = connection.config.get("feed")
        if feed_id is None:
            return None
        try:
            if not self._is_first(str(feed_id)):
                return None
            feed = self.database.feeds.find(str(feed_id))
            return self._one(feed, connection)
        except (GatewayError, SQLAlchemyError):
            return None

    def _is_first(self, feed_id: str) -> bool:
        name = f"signature:{feed_id}"
        return self.leases.take(name, self.holder, self.clock(), _COOL_DOWN_SECONDS)

    def _one(self, feed: Feed, asked: Connection) -> Connection | None:
        bounded = {"limit_bytes": _LOGIN_BYTES, "timeout_s": _LOGIN_SECONDS}
        for entity in source_of(feed).entities(self.settings, **bounded):  # type: ignore[arg-type]
            if entity.entity_id == asked.identifier and entity.identity_provider:
                role, known = entity.identity_provider, self.database.connections.find(asked.id)
                after = renewed_connection(known, entity, role, Stamp(feed))
                if after == known:
                    return None
                self.database.connections.replace(after)
                return after
        return None


def make_refresher(settings: Settings, engine: Engine) -> Refresher:
    holder = f"{os.getpid()} {secrets.token_hex(8)}"
    return Refresher(open_repositories(engine), Leases(engine), settings, time.time, new_id, holder)


def source_of(feed: Feed) -> Source:
    return Source(feed.address, feed.certificate, unsigned=feed.certificate is None)


def _speaker(feed: Feed) -> Takes:
    """A feed renews its own parties; a federation's brings new ones. None touches what came from
    elsewhere: else whoever signs for one school could speak for another."""

    def takes(known: Service | Connection | None) -> bool:
        if known is None:
            return feed.reach is Reach.FEDERATION
        return known.config.get("feed") == feed.id

    return takes


def _problem(importing: Import, said: list[str]) -> str:
    if not importing.taken:
        return " ".join(["The document describes none of its parties.", *said[:1]])
    if importing.passed_over:
        return f"{importing.passed_over} of its entities were passed over. {said[0]}"
    return ""
