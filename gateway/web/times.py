"""Moments and days as people in the Netherlands read them, whatever clock the server keeps."""

from datetime import UTC, datetime
from functools import lru_cache

from flask_babel import format_datetime, to_user_timezone

_QUARTER = 900


def moment(seconds: float) -> str:
    """A day and a time in words, in the language of the page."""
    return str(format_datetime(datetime.fromtimestamp(seconds, UTC), "EEEE d MMMM y HH:mm"))


def day_of(seconds: float) -> str:
    """The day here as yyyy-mm-dd. Each login asks it, so it is computed once a quarter of an hour,
    of which every zone's offset is a multiple."""
    return _day_of_quarter(int(seconds) // _QUARTER)


@lru_cache(maxsize=1024)
def _day_of_quarter(quarter: int) -> str:
    return f"{to_user_timezone(datetime.fromtimestamp(quarter * _QUARTER, UTC)):%Y-%m-%d}"
