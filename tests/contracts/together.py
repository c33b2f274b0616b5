"""Several processes that do the same at the same moment."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from threading import Barrier
from typing import Any

START_SECONDS = 60

_barriers: list[Barrier] = []


def together(count: int, work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Run `work(ready, number, *arguments)` in `count` new processes; the results, in order.

    `work` opens what it needs and calls `ready()`, which returns when all are there.
    """
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(count, timeout=START_SECONDS)
    with ProcessPoolExecutor(count, context, _meet_at, (barrier,)) as pool:
        running = [pool.submit(_run, work, number, arguments) for number in range(count)]
        return [each.result() for each in running]


def alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run `work(*arguments)` in a new process; its result."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(work, *arguments).result()


def _meet_at(barrier: Barrier) -> None:
    _barriers.append(barrier)


def _run(work: Callable[..., Any], number: int, arguments: tuple[Any, ...]) -> Any:
    return work(_barriers[0].wait, number, *arguments)
