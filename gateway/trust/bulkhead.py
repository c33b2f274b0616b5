"""One party that does not answer holds up nobody else."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.errors import FetchRefused


class NoRoom(FetchRefused):
    """Others wait already; nothing is known of the party itself."""


class Bulkhead:
    """Lets a few threads at once wait for one host, and a few more for all hosts together.

    Who finds no room waits for it as long as a host that is well keeps anybody. When all who are
    in have waited longer than that, their host hangs: the next one is told so at once.
    """

    def __init__(
        self,
        *,
        for_one: int,
        for_all: int,
        patience_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._for_one = for_one
        self._for_all = for_all
        self._patience_s = patience_s
        self._clock = clock
        self._left = threading.Condition()
        self._since: list[tuple[float, str]] = []  # when who is in came, and for which host

    @contextmanager
    def waiting_for(self, host: str) -> Iterator[None]:
        """Within, the thread waits for the host; raises NoRoom."""
        with self._left:
            self._left.wait_for(lambda: self._is_decided(host), self._patience_s)
            if self._in_the_way(host):
                raise NoRoom(f"{host} is waited for by others already")
            mine = (self._clock(), host)
            self._since.append(mine)
        try:
            yield
        finally:
            with self._left:
                self._since.remove(mine)
                self._left.notify_all()

    def _is_decided(self, host: str) -> bool:
        """There is room, or there will be none soon."""
        since = self._in_the_way(host)
        return not since or self._clock() - max(since) >= self._patience_s

    def _in_the_way(self, host: str) -> list[float]:
        """Since when those are in who leave no room for one more; empty when there is room."""
        of_host = [since for since, other in self._since if other == host]
        if len(of_host) >= self._for_one:
            return of_host
        everybody = [since for since, _ in self._since]
        return everybody if len(everybody) >= self._for_all else []
