"""Browsers in processes of their own, and what the gateway spends while they log in."""

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from time import perf_counter
from typing import TYPE_CHECKING

from bench import process_tree
from bench.errors import BenchError, LoginError
from bench.journeys import Journey, World
from bench.keys import rsa_sign_ms

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

FORK = multiprocessing.get_context("fork")
PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Plan:
    path: str
    concurrency: int
    logins: int
    warm_up: int  # logins of each browser before the measured stretch


@dataclass(frozen=True, slots=True)
class Browsed:
    """What one browser saw."""

    latencies_s: list[float]
    failures: list[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What all browsers saw, and the gateway's cost of it."""

    elapsed_s: float
    cpu_s: float
    rsa_sign_ms: float
    peak_rss_mb: float
    latencies_s: list[float]
    failures: list[str]


def measure(plan: Plan, world: World, gateway_pid: int) -> Measured:
    """Warm up, read the CPU, let the browsers go, read the CPU, let them verify what they got."""
    with _browsers(plan, world) as pipes:
        _hear(pipes)
        unit = rsa_sign_ms(world.school.key)
        cpu_before, started = process_tree.cpu_seconds(gateway_pid), perf_counter()
        _let_go(pipes)
        _hear(pipes)
        elapsed, cpu_after = perf_counter() - started, process_tree.cpu_seconds(gateway_pid)
        unit = min(unit, rsa_sign_ms(world.school.key))
        _let_go(pipes)
        seen = [message for message in _hear(pipes) if message is not None]
    return Measured(
        elapsed_s=elapsed,
        cpu_s=cpu_after - cpu_before,
        rsa_sign_ms=unit,
        peak_rss_mb=process_tree.peak_rss_mb(gateway_pid),
        latencies_s=[latency for browsed in seen for latency in browsed.latencies_s],
        failures=[failure for browsed in seen for failure in browsed.failures],
    )


@contextmanager
def _browsers(plan: Plan, world: World) -> Iterator[list[Pipe]]:
    tickets = FORK.Value("i", plan.logins)
    pipes, processes = [], []
    for number in range(plan.concurrency):
        ours, theirs = FORK.Pipe()
        process = FORK.Process(target=_browse, args=(plan, world, number, tickets, theirs))
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    try:
        yield pipes
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _hear(pipes: list[Pipe]) -> list[Browsed | None]:
    """Wait until every browser has come to its next stop."""
    messages = []
    for pipe in pipes:
        try:
            message = pipe.recv() if pipe.poll(PATIENCE_S) else "a browser does not get ahead"
        except EOFError:
            message = "a browser process ended early"
        if isinstance(message, str):
            raise BenchError(message)
        messages.append(message)
    return messages


def _let_go(pipes: list[Pipe]) -> None:
    for pipe in pipes:
        pipe.send(None)


def _browse(
    plan: Plan, world: World, number: int, tickets: "Synchronized[int]", pipe: Pipe
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the parent's, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        journey = Journey(plan.path, world, number)
        for _ in range(plan.warm_up):
            journey.login()
    except LoginError as error:
        pipe.send(f"{plan.path} fails: {error}")
        return
    _stop(pipe)
    logins, failures = [], []
    while _take(tickets):
        try:
            logins.append(journey.login())
        except LoginError as error:
            failures.append(str(error))
    _stop(pipe)
    failures += journey.verify(logins)
    pipe.send(Browsed([login.latency_s for login in logins], failures))


def _stop(pipe: Pipe) -> None:
    pipe.send(None)
    pipe.recv()


def _take(tickets: "Synchronized[int]") -> bool:
    with tickets.get_lock():
        tickets.value -= 1
        return tickets.value >= 0
