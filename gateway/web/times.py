"""Moments and days as people in the Netherlands read them, whatever clock the server keeps."""

from datetime import UTC, datetime

from flask_babel import format_datetime, to_user_timezone


def moment(seconds: float) -> str:
    """A day and a time in words, in the language of the page."""
    return str(format_datetime(datetime.fromtimestamp(seconds, UTC), "EEEE d MMMM y HH:mm"))


def day_of(seconds: float) -> str:
    """The day here as yyyy-mm-dd."""
    return f"{to_user_timezone(datetime.fromtimestamp(seconds, UTC)):%Y-%m-%d}"
