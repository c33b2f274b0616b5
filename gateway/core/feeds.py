"""Metadata by address: where it is read again, and when it is time for that."""

from dataclasses import dataclass
from enum import StrEnum

_HOUR = 3600
_EVERY_SECONDS = 6 * _HOUR
_AT_LEAST_SECONDS = 600


class Reach(StrEnum):
    """Whom a feed speaks for: one party, or all that its publisher names."""

    PARTY = "party"
    FEDERATION = "federation"


@dataclass(frozen=True, slots=True)
class Feed:
    """An address of metadata, whose last good copy is what its parties have now.

    `certificate`: PEM of the signer, None when it is believed unsigned. `supplier_id`: the owner
    of new services in it. `checked_at`: the last try; `fetched_at`: the last good one;
    `valid_until`: when the first of its parties ends. `problem`: why the last try was not good.
    Times in seconds since the epoch.
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


def is_due(feed: Feed, now: float) -> bool:
    """Four times a day; sooner when it failed, and when what it said ends soon."""
    if feed.checked_at is None:
        return True
    wait = _HOUR if feed.problem else _EVERY_SECONDS
    if feed.valid_until is not None:
        left = (feed.valid_until - feed.checked_at) // 2
        wait = min(wait, max(left, _AT_LEAST_SECONDS))
    return now - feed.checked_at >= wait
