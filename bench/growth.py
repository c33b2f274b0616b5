"""The same logins with ten of something and with very many."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from bench.load import Measured, Plan
from bench.results import cpu_ms_per_login

BOUND = 1.10


@dataclass(frozen=True, slots=True)
class Growth:
    """CPU ms a login, a value a round, the small gateway's and the big one's in turns. `big`: of
    what it has many."""

    path: str
    big: str
    small_ms: list[float]
    big_ms: list[float]

    @property
    def ratio(self) -> float:
        """Infinite when the small one's CPU is less than the system counts."""
        small = min(self.small_ms)
        return min(self.big_ms) / small if small else inf

    def __str__(self) -> str:
        small, big = (
            " ".join(f"{value:.2f}" for value in values) for values in (self.small_ms, self.big_ms)
        )
        return (
            f"{self.path}: {self.ratio:.3f} times the CPU of ten with {self.big}"
            f" (ms a login, in turns: {small}; {big})"
        )


def in_turns(
    plan: Plan,
    big: str,
    measures: tuple[Callable[[], Measured], Callable[[], Measured]],
    rounds: int,
) -> Growth:
    """Measure small, big, small, big ..."""
    growth = Growth(plan.path, big, [], [])
    for _ in range(rounds):
        for measure, values in zip(measures, (growth.small_ms, growth.big_ms), strict=True):
            values.append(cpu_ms_per_login(plan, measure().cost))
    return growth


def broken_bounds(growths: list[Growth]) -> list[str]:
    return [f"{growth}; the bound is {BOUND}" for growth in growths if growth.ratio > BOUND]
