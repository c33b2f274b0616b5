"""What a reader of metadata is told beforehand, and the times of metadata."""

from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

CLOCK_SKEW_S = 180


@dataclass(frozen=True, slots=True)
class Rules:
    """How metadata is judged. `now` is in seconds since the epoch.

    `allow_loopback` accepts plain http: and loopback addresses; `accept_expired` makes a
    warning of a validUntil that has passed, to read old samples.
    """

    now: float
    allow_loopback: bool = False
    accept_expired: bool = False


def valid_until(element: etree._Element) -> float | None:
    """An element's own validUntil in seconds since the epoch; raises ValueError.

    Core §1.3.3 wants it in UTC; some metadata gives an offset, which is as clear.
    """
    text = element.get("validUntil")
    if text is None:
        return None
    moment = datetime.fromisoformat(text.strip())
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).timestamp()
    except OverflowError as error:
        raise ValueError("out of range") from error


def day(seconds: float) -> str:
    """The day of a moment, for people."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
