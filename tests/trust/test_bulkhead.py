"""A host that hangs holds a few threads, and is told of at once after that."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from gateway.errors import FetchRefused
from gateway.trust.bulkhead import Bulkhead
from tests.core.people import HeldClock

NEVER = 3600.0  # longer than a test may take
LONG = 30.0


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def inside() -> Iterator[ExitStack]:
    """Who is in and stays."""
    with ExitStack() as stack:
        yield stack


def make(clock: HeldClock, patience_s: float = NEVER) -> Bulkhead:
    return Bulkhead(for_one=2, for_all=3, patience_s=patience_s, clock=clock)


def test_a_host_that_hangs_is_refused_and_another_is_not(
    clock: HeldClock, inside: ExitStack
) -> None:
    bulkhead = make(clock)
    for _ in range(2):
        inside.enter_context(bulkhead.waiting_for("hangs.test"))
    clock.now += NEVER
    with pytest.raises(FetchRefused, match="hangs"):
        inside.enter_context(bulkhead.waiting_for("hangs.test"))
    inside.enter_context(bulkhead.waiting_for("other.test"))


def test_all_hosts_together_leave_threads_for_who_waits_for_none(
    clock: HeldClock, inside: ExitStack
) -> None:
    bulkhead = make(clock)
    for host in ("a.test", "a.test", "b.test"):
        inside.enter_context(bulkhead.waiting_for(host))
    clock.now += NEVER
    with pytest.raises(FetchRefused, match=r"^c"):
        inside.enter_context(bulkhead.waiting_for("c.test"))


def test_a_busy_host_is_waited_for_though_it_keeps_somebody_long(clock: HeldClock) -> None:
    bulkhead = make(clock)
    with ThreadPoolExecutor(1) as threads, bulkhead.waiting_for("busy.test"):
        clock.now += NEVER
        with bulkhead.waiting_for("busy.test"):
            third = threads.submit(lambda: inside_alone(bulkhead))
            assert not third.done()
        assert third.result(LONG)


def inside_alone(bulkhead: Bulkhead) -> bool:
    with bulkhead.waiting_for("busy.test"):
        return True


def test_nobody_waits_longer_than_it_takes_a_host_that_is_well(
    clock: HeldClock, inside: ExitStack
) -> None:
    bulkhead = make(clock, patience_s=0.01)
    for _ in range(2):
        inside.enter_context(bulkhead.waiting_for("slow.test"))
    with pytest.raises(FetchRefused):
        inside.enter_context(bulkhead.waiting_for("slow.test"))


def test_an_error_makes_room(clock: HeldClock) -> None:
    bulkhead = make(clock)
    for _ in range(3):
        with pytest.raises(OSError, match="gone"), bulkhead.waiting_for("away.test"):
            raise OSError("gone")
