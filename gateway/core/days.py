"""Days as people at school mean them: in the Netherlands, the last one included; and how long a
link lasts."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "Europe/Amsterdam"
_HERE = ZoneInfo(ZONE)
_YEAR_ENDS = (7, 31)
_NEARLY_OVER_MONTH = 6
_LONGEST_DAYS = 3 * 366


def today(now: float) -> date:
    return datetime.fromtimestamp(now, UTC).astimezone(_HERE).date()


def begin_of(day: date) -> int:
    """The first second of a day, in seconds since the epoch."""
    return int(datetime.combine(day, time.min, _HERE).timestamp())


def end_of(day: date) -> int:
    """The first second after a day."""
    return begin_of(day + timedelta(days=1))


def last_day(until: int) -> date:
    """The last day of a link that is valid until a moment."""
    return today(until - 1)


def school_year_end(day: date) -> date:
    """The end of the school year; from June on that of the next."""
    return date(day.year + (day.month >= _NEARLY_OVER_MONTH), *_YEAR_ENDS)


def latest_end(day: date) -> date:
    """How far ahead a link may last, so that the number of live codes stays bounded."""
    return day + timedelta(days=_LONGEST_DAYS)


def usual_end(now: float) -> int:
    """When a link of today ends unless another day is chosen."""
    return end_of(school_year_end(today(now)))


def last_end(now: float) -> int:
    """When a link of today ends at the latest."""
    return end_of(latest_end(today(now)))


def days_before(day: date, count: int) -> list[date]:
    """The last `count` days, this one included, the oldest first."""
    return [day - timedelta(days=back) for back in reversed(range(count))]
