"""Metadata by address: where it is read again, and when it is time for that."""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

_HOUR = 3600
_EVERY_SECONDS = 6 * _HOUR
_AT_LEAST_SECONDS = 600


class Reach(StrEnum):
    """Whom a feed speaks for: one party, all that its publisher names, or those that we asked
    its publisher for one by one (Metadata Query Protocol)."""

    PARTY = "party"
    FEDERATION = "federation"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Feed:
    """An address of metadata, whose last good copy is what its parties have now.

    `certificate`: PEM of the signer, None when it is believed unsigned. `supplier_id`: the owner
    of new services in it. `checked_at`: the last try; `fetched_at`: the last good one;
    `valid_until`: when the first of its parties ends. `problem`: why the last try was not good.
    `taken`: how many entities the last good read took; `skipped`: how many it did not, of which
    the first have their `reasons`. `excluded`: entityIDs that the operator removed, so that they
    do not come back. `share`: how much was read, from 0 to 1, while it is being read. Times in
    seconds since the epoch.
    """

    id: str
    address: str
    reach: Reach
    certificate: str | None = None
    supplier_id: str | None = None
    checked_at: int | None = None
    fetched_at: int | None = None
    valid_until: int | None = None
    problem: str = ""
    taken: int | None = None
    skipped: int = 0
    reasons: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    share: float | None = None


@dataclass(frozen=True, slots=True)
class MetadataSigner:
    """A certificate whose key signs a feed: its subject, SHA-256 fingerprint and last moment."""

    subject: str
    fingerprint: str
    until: float


def feed_id(address: str, certificate: str | None) -> str:
    """The same when an address that was stopped is added again with the same key: its parties
    are its own again. Whoever comes with another key does not speak for them."""
    digest = hashlib.sha256(f"{address} {certificate or ''}".encode()).hexdigest()
    return f"feed-{digest[:16]}"


def is_due(feed: Feed, now: float) -> bool:
    """Four times a day; sooner when it failed, and when what it said ends soon."""
    if feed.checked_at is None:
        return True
    wait = _HOUR if feed.problem else _EVERY_SECONDS
    if feed.valid_until is not None:
        left = (feed.valid_until - feed.checked_at) // 2
        wait = min(wait, max(left, _AT_LEAST_SECONDS))
    return now - feed.checked_at >= wait


def readmitted(feed: Feed, entity_id: str) -> Feed:
    """The feed that leaves an entity out no longer; due at once, so that it does not wait."""
    return replace(feed, excluded=feed.excluded - {entity_id}, checked_at=None)
