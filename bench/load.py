"""Browsers in processes of their own, and what the gateway spends while they log in."""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, TypeVar

from bench import process_tree
from bench.errors import BenchError, LoginError
from bench.journeys import Login, World
from bench.keys import rsa_sign_ms

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

FORK = multiprocessing.get_context("fork")
PATIENCE_S = 300.0

_Login = TypeVar("_Login", bound=Login)
_World = TypeVar("_World", bound=World)


class Journey(Protocol[_Login]):
    """The logins of one browser process, in one leg or more: all go one leg before the next."""

    @property
    def legs(self) -> Sequence[Callable[[_Login], None]]:
        """Each raises LoginError when something is not as it should be."""

    def set_out(self) -> _Login: ...

    def waited_s(self) -> float:
        """How long the gateway had the turn since the beginning."""

    def verify(self, logins: Iterable[_Login]) -> list[str]:
        """What is wrong with the answers, a line a login."""


MakeJourney = Callable[[str, _World, int], Journey[_Login]]


@dataclass(frozen=True, slots=True)
class Plan:
    """`legs`: how many a login has; `aside`: the one that is counted by itself."""

    path: str
    concurrency: int
    logins: int
    warm_up: int  # logins of each browser before the measured stretch
    legs: int = 1
    aside: int | None = None


@dataclass(frozen=True, slots=True)
class Browsed:
    """What one browser saw: for each login the time of each leg."""

    latencies_s: list[list[float]]
    failures: list[str]


@dataclass(frozen=True, slots=True)
class Cost:
    elapsed_s: float
    cpu_s: float
    latencies_s: list[float]


@dataclass(frozen=True, slots=True)
class Measured:
    """The gateway's cost of what all browsers did, of the leg aside by itself."""

    cost: Cost
    aside: Cost
    rsa_sign_ms: float
    peak_rss_mb: float
    failures: list[str]


def measure(
    plan: Plan, world: _World, gateway_pid: int, make_journey: MakeJourney[_World, _Login]
) -> Measured:
    """Warm up, read the CPU, let the browsers go, read the CPU, let them verify what they got."""
    with _browsers(plan, world, make_journey) as pipes:
        _hear(pipes)
        unit = rsa_sign_ms(world.school.key)
        spent = [_spent(pipes, gateway_pid) for _ in range(plan.legs)]
        unit = min(unit, rsa_sign_ms(world.school.key))
        _let_go(pipes)
        seen = [message for message in _hear(pipes) if message is not None]
    latencies = [latency for browsed in seen for latency in browsed.latencies_s]
    aside = {leg for leg in range(plan.legs) if leg == plan.aside}
    return Measured(
        cost=_cost(set(range(plan.legs)) - aside, spent, latencies),
        aside=_cost(aside, spent, latencies),
        rsa_sign_ms=unit,
        peak_rss_mb=process_tree.peak_rss_mb(gateway_pid),
        failures=[failure for browsed in seen for failure in browsed.failures],
    )


def _spent(pipes: list[Pipe], gateway_pid: int) -> tuple[float, float]:
    """The time and the CPU of one leg."""
    cpu_before, started = process_tree.cpu_seconds(gateway_pid), perf_counter()
    _let_go(pipes)
    _hear(pipes)
    return perf_counter() - started, process_tree.cpu_seconds(gateway_pid) - cpu_before


def _cost(
    legs: set[int], spent: Sequence[tuple[float, float]], latencies: Iterable[list[float]]
) -> Cost:
    return Cost(
        elapsed_s=sum(spent[leg][0] for leg in legs),
        cpu_s=sum(spent[leg][1] for leg in legs),
        latencies_s=[sum((of_legs[leg] for leg in legs), 0.0) for of_legs in latencies],
    )


@contextmanager
def _browsers(
    plan: Plan, world: _World, make_journey: MakeJourney[_World, _Login]
) -> Iterator[list[Pipe]]:
    tickets = FORK.Value("i", plan.logins)
    pipes, processes = [], []
    for number in range(plan.concurrency):
        ours, theirs = FORK.Pipe()
        process = FORK.Process(
            target=_browse, args=(plan, world, number, tickets, theirs, make_journey)
        )
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
    plan: Plan,
    world: _World,
    number: int,
    tickets: "Synchronized[int]",
    pipe: Pipe,
    make_journey: MakeJourney[_World, _Login],
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the parent's, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        journey = make_journey(plan.path, world, number)
        for _ in range(plan.warm_up):
            login = journey.set_out()
            for leg in journey.legs:
                leg(login)
    except LoginError as error:
        pipe.send(f"{plan.path} fails: {error}")
        return
    logins: Iterable[_Login] = _setting_out(journey, tickets)
    failures: list[str] = []
    for leg in journey.legs:
        _stop(pipe)
        logins = list(_go(leg, logins, journey, failures))
    _stop(pipe)
    failures += journey.verify(logins)
    pipe.send(Browsed([login.waited_s for login in logins], failures))


def _setting_out(journey: Journey[_Login], tickets: "Synchronized[int]") -> Iterator[_Login]:
    while _take(tickets):
        yield journey.set_out()


def _go(
    leg: Callable[[_Login], None],
    logins: Iterable[_Login],
    journey: Journey[_Login],
    failures: list[str],
) -> Iterator[_Login]:
    """The logins that came through a leg."""
    for login in logins:
        before = journey.waited_s()
        try:
            leg(login)
        except LoginError as error:
            failures.append(str(error))
            continue
        login.waited_s.append(journey.waited_s() - before)
        yield login


def _stop(pipe: Pipe) -> None:
    pipe.send(None)
    pipe.recv()


def _take(tickets: "Synchronized[int]") -> bool:
    with tickets.get_lock():
        tickets.value -= 1
        return tickets.value >= 0
