"""What of a service ends before long, and how soon somebody must act."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.core.model import Service

STEPS_DAYS = (7, 30, 60)
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Expiry:
    """`what` names it for people who know the protocol; `until` in seconds since the epoch."""

    what: str
    until: float


@dataclass(frozen=True, slots=True)
class Expiring:
    """`step`: 60, 30 or 7 days, the smallest that is left; 0 when it has ended."""

    service: Service
    expiry: Expiry
    step: int


def step_of(until: float, now: float) -> int | None:
    """How near an end is, as `Expiring.step` says it; None when it is far."""
    left = until - now
    if left <= 0:
        return 0
    return next((step for step in STEPS_DAYS if left <= step * _DAY_SECONDS), None)


def expiring(service: Service, expiries: Iterable[Expiry], now: float) -> Iterator[Expiring]:
    """Those that end within the widest step, the soonest first."""
    for expiry in sorted(expiries, key=lambda each: each.until):
        step = step_of(expiry.until, now)
        if step is not None:
            yield Expiring(service, expiry, step)
