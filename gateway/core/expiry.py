"""What of a party ends before long, and how soon somebody must act: the one place that says so."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.core.api_tokens import ApiToken
from gateway.core.feeds import Feed
from gateway.core.model import Connection, Service

P = TypeVar("P", bound=Service | Connection | Feed | ApiToken)
EndOf = Callable[[str], float | None]
"""When a certificate ends, in seconds since the epoch; None for what is no certificate."""

STEPS_DAYS = (7, 30, 60)
_DAY_SECONDS = 24 * 3600
_LAST_SECONDS = 2 * _DAY_SECONDS
_USES = {
    "signing_certificates": "signing certificate",
    "encryption_certificates": "encryption certificate",
}


@dataclass(frozen=True, slots=True)
class Expiry:
    """`what` names it for people who know the protocol; `until` in seconds since the epoch."""

    what: str
    until: float


@dataclass(frozen=True, slots=True)
class Expiring(Generic[P]):
    """`step`: 60, 30 or 7 days, the smallest that is left; 0 when it has ended."""

    party: P
    expiry: Expiry
    step: int


def step_of(until: float, now: float) -> int | None:
    """How near an end is, as `Expiring.step` says it; None when it is far."""
    left = until - now
    if left <= 0:
        return 0
    return next((step for step in STEPS_DAYS if left <= step * _DAY_SECONDS), None)


def expiring(party: P, expiries: Iterable[Expiry], now: float) -> Iterator[Expiring[P]]:
    """Those that end within the widest step, the soonest first."""
    for expiry in sorted(expiries, key=lambda each: each.until):
        step = step_of(expiry.until, now)
        if step is not None:
            yield Expiring(party, expiry, step)


def certificate_ends(party: Service | Connection, end_of: EndOf) -> list[Expiry]:
    """The last certificate of each use: while a key is changed, the new one stands beside it."""
    found = []
    for name, what in _USES.items():
        held = party.config.get(name) or ()
        assert isinstance(held, list | tuple)
        ends = [end for each in held if (end := end_of(str(each))) is not None]
        found += [Expiry(what, max(ends))] if ends else []
    return found


def feed_ends(feed: Feed, now: float) -> list[Expiry]:
    """The end of what an address said. What is read well is renewed in time, though it never
    holds for long: its end is news in the last two days, and when it can not be read."""
    end = feed.valid_until
    if end is None or (not feed.problem and end - now > _LAST_SECONDS):
        return []
    return [Expiry("metadata", end)]


def token_ends(token: ApiToken) -> list[Expiry]:
    """The end of a token that counts still: it is not renewed, another takes its place."""
    return [] if token.revoked_at else [Expiry("API token", token.expires_at)]
