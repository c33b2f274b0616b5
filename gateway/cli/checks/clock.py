"""The clock: as the kernel judges it, and against that of a store elsewhere."""

import ctypes
import time
from collections.abc import Iterable

from sqlalchemy import text

from gateway.cli.checks import Finding
from gateway.cli.context import open_engine
from gateway.errors import GatewayError
from gateway.settings import Settings
from gateway.store.state_redis import connect_redis

_CLOCK_SECONDS = 5
_TIME_ERROR = 5
_STA_UNSYNC = 0x40
_RUN = "Run a time service (NTP): schools and suppliers refuse what is of another time."
_KEPT = {
    True: Finding("ok", "clock is kept by a time service"),
    False: Finding("warning", "no time service keeps the clock", _RUN),
    None: Finding("warning", "the kernel does not say whether the clock is kept", _RUN),
}


class _Timex(ctypes.Structure):
    """The head of Linux' struct timex, and room for the rest (adjtimex(2))."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offsets", ctypes.c_long * 4),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 32),
    )


def is_synchronised() -> bool | None:
    """Whether a time service keeps the clock, as the kernel knows it; None when it does not say."""
    times = _Timex()
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(times))
    except (AttributeError, OSError):
        return None
    if state < 0:
        return None
    return state != _TIME_ERROR and not times.status & _STA_UNSYNC


def check_clock(settings: Settings) -> Iterable[Finding]:
    """Logins are refused by a clock that is wrong."""
    yield _KEPT[is_synchronised()]
    yield from _against_store(settings)


def _against_store(settings: Settings) -> Iterable[Finding]:
    try:
        ours, theirs = time.time(), _store_time(settings)
    except GatewayError:
        return  # the store is away, as was said above
    if theirs is None:
        return
    if abs(ours - theirs) > _CLOCK_SECONDS:
        yield Finding(
            "error",
            f"clock differs {ours - theirs:+.0f} s from the store's",
            "Run a time service (NTP) on both.",
        )
    else:
        yield Finding("ok", "clock agrees with the store's")


def _store_time(settings: Settings) -> float | None:
    """None for SQLite, whose clock is ours."""
    if settings.redis_url:
        seconds, _ = connect_redis(settings.redis_url).time()
        return float(seconds)
    engine = open_engine(settings)
    if engine.dialect.name == "sqlite":
        return None
    with engine.connect() as connection:
        return float(connection.execute(text("SELECT extract(epoch FROM now())")).scalar_one())
