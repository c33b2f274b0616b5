"""The stores that the contracts hold for, as values that another process can open too."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway.core.ports import State
from gateway.store.database import connect
from gateway.store.sealed import SealedState
from gateway.store.state_redis import RedisState, connect_redis
from gateway.store.state_sql import SqlState

WAIT_SECONDS = 10
LOOK_SECONDS = 1
"""How often a registry looks for changes."""


@dataclass(slots=True)
class HeldClock:
    """Stands still until it is moved."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class StateStore:
    """Where short-lived records lie, and under which key; none when they lie open."""

    url: str
    key: bytes | None

    @property
    def has_own_clock(self) -> bool:
        return self.url.startswith("redis:")

    @contextlib.contextmanager
    def open(self, clock: Callable[[], float] = time.time) -> Iterator[State]:
        with self._open_plain(clock) as plain:
            yield SealedState(plain, self.key) if self.key else plain

    @contextlib.contextmanager
    def _open_plain(self, clock: Callable[[], float]) -> Iterator[State]:
        if self.has_own_clock:
            with contextlib.closing(RedisState(connect_redis(self.url))) as state:
                yield state
            return
        engine = connect(self.url)
        with contextlib.closing(SqlState(engine, clock)) as state:
            yield state
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Passing:
    """Lets time pass: at once where the clock is ours, by waiting where it is the store's."""

    store: StateStore
    clock: HeldClock

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the shortest lifetime, a second, pass; then `holds()` must hold."""
        if not self.store.has_own_clock:
            self.clock.now += 1
            assert holds()
            return
        end = time.monotonic() + WAIT_SECONDS
        while not holds():
            assert time.monotonic() < end, "did not expire"
            time.sleep(0.02)
