"""What the operator's console has done with feeds. Thousands of entities are read by a process of
their own, so that no login waits for it."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.core.feeds import Feed, MetadataSigner, Reach, feed_id
from gateway.core.ports import Audit, Clock
from gateway.errors import RegistrationRefused
from gateway.feeds.reading import Reader
from gateway.feeds.refresh import job_of
from gateway.ids import new_id
from gateway.settings import PREFIX, Settings
from gateway.store.feeds import Leases
from gateway.store.repositories import Repositories, open_repositories
from gateway.trust.certificates import signers_of
from gateway.trust.metadata.endpoints import address_fault
from gateway.trust.metadata.proof import Proof

_WENT = (0, 1)  # read well, or what is wrong stands in the feed


@dataclass(frozen=True, slots=True)
class FeedWork:
    """Implements ports.MetadataFeeds."""

    database: Repositories
    leases: Leases
    settings: Settings
    clock: Clock
    audit: Audit

    def described(self, address: str, certificate: str, reach: Reach) -> Feed:
        if fault := address_fault(address, allow_loopback=self.settings.allow_loopback):
            raise RegistrationRefused(f"{address[:200]} {fault}")
        if self.database.feeds.at(address) is not None:
            raise RegistrationRefused(f"{address[:200]} is read already")
        Proof.from_pem(certificate.encode())
        return Feed(feed_id(address, certificate), address, reach, certificate)

    def signers(self, feed: Feed) -> Sequence[MetadataSigner]:
        return signers_of(feed.certificate) if feed.certificate else ()

    def begin(self, feed_id: str) -> None:
        threading.Thread(target=self._read, args=(feed_id,), daemon=True).start()

    def is_read_now(self, feed_id: str) -> bool:
        return self.leases.is_taken(job_of(feed_id), self.clock())

    def fetch_one(self, feed: Feed, entity_id: str) -> None:
        Reader(self.database, self.settings, self.clock, new_id).fetch_one(feed, entity_id)

    def _read(self, feed_id: str) -> None:
        """Wait for the process, so that none is left behind."""
        command = [sys.executable, "-m", "gateway.cli", "metadata", "refresh", feed_id]
        done = subprocess.run(  # noqa: S603  # our own command; the id was found in the database
            command,
            env=_environment(self.settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode not in _WENT:
            self.audit("feed.failed", feed=feed_id, status=done.returncode)


def make_work(settings: Settings, engine: Engine, clock: Clock, audit: Audit) -> FeedWork:
    return FeedWork(open_repositories(engine), Leases(engine), settings, clock, audit)


def _environment(settings: Settings) -> Mapping[str, str]:
    """That of this process with the settings as they were read, and no directory to count in."""
    ours = (PREFIX, "PROMETHEUS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    given = settings.model_dump(mode="json").items()
    return kept | {f"{PREFIX}{name.upper()}": str(value) for name, value in given}
