"""The same logins with ten and with thousands of schools and services registered."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.crowd import register_crowd
from bench.load import Measured, Plan, measure
from bench.site import Site

PATHS = ("saml-saml-cold", "saml-warm")
SMALL, BIG = (10, 10), (10_000, 2_000)  # schools, services
BOUND = 1.10


@dataclass(frozen=True, slots=True)
class Growth:
    """CPU ms a login, a value a round, the small registration's and the big one's in turns."""

    path: str
    small_ms: list[float]
    big_ms: list[float]

    @property
    def ratio(self) -> float:
        return min(self.big_ms) / min(self.small_ms)

    def __str__(self) -> str:
        small, big = (
            " ".join(f"{value:.2f}" for value in values) for values in (self.small_ms, self.big_ms)
        )
        return (
            f"{self.path}: {self.ratio:.3f} times the CPU of ten with {BIG[0]} schools and {BIG[1]}"
            f" services registered (ms a login, in turns: {small}; {big})"
        )


def grow(
    folder: Path, workers: int, store: str, logins: int, rounds: int, say: Callable[[str], None]
) -> list[Growth]:
    """Run small, big, small, big ... for each of PATHS, both gateways up all the time."""
    sites = []
    for name, (schools, services) in (("small", SMALL), ("big", BIG)):
        say(f"registering {schools} schools and {services} services")
        site = Site(folder / name, workers)
        register_crowd(site.command, folder / name, schools, services)
        sites.append(site)
    with ExitStack() as stack:
        running = [stack.enter_context(site.open(store)) for site in sites]
        found = []
        for path in PATHS:
            plan = Plan(path, concurrency=1, logins=logins, warm_up=40)
            growth = Growth(path, [], [])
            for _ in range(rounds):
                for one, values in zip(running, (growth.small_ms, growth.big_ms), strict=True):
                    values.append(_cpu_ms(plan, measure(plan, one.world, one.pid)))
            say(str(growth))
            found.append(growth)
    return found


def broken_bounds(growths: list[Growth]) -> list[str]:
    return [f"{growth}; the bound is {BOUND}" for growth in growths if growth.ratio > BOUND]


def _cpu_ms(plan: Plan, measured: Measured) -> float:
    return measured.cpu_s * 1000 / plan.logins
