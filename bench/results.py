"""A measured row, and what is printed of it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from math import ceil
from typing import Any

from bench.journeys import is_cold
from bench.load import Cost, Measured, Plan

BOUND_R = {"cold": 14.0, "warm": 5.5}
AIM_R = {"cold": 11.0, "warm": 4.0}


@dataclass(frozen=True, slots=True)
class Result:
    """One JSON line; times in milliseconds, `ratio` in R."""

    path: str
    store: str
    concurrency: int
    logins: int
    failed: int
    cpu_ms_per_login: float
    rsa_sign_ms: float
    ratio: float
    logins_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    peak_rss_mb: float


def summarise(plan: Plan, store: str, repeats: Sequence[Measured]) -> Result:
    """The repeat that cost the gateway least; failures of all repeats count."""
    best = cheapest(repeats)
    cpu_ms = cpu_ms_per_login(plan, best.cost)
    latencies_s = best.cost.latencies_s
    return Result(
        path=plan.path,
        store=store,
        concurrency=plan.concurrency,
        logins=plan.logins,
        failed=sum(len(measured.failures) for measured in repeats),
        cpu_ms_per_login=round(cpu_ms, 3),
        rsa_sign_ms=round(best.rsa_sign_ms, 4),
        ratio=round(cpu_ms / best.rsa_sign_ms, 2),
        logins_per_s=round(plan.logins / best.cost.elapsed_s, 1),
        p50_ms=percentile_ms(latencies_s, 50),
        p95_ms=percentile_ms(latencies_s, 95),
        p99_ms=percentile_ms(latencies_s, 99),
        peak_rss_mb=round(max(measured.peak_rss_mb for measured in repeats), 1),
    )


def cheapest(repeats: Sequence[Measured]) -> Measured:
    return min(repeats, key=lambda measured: measured.cost.cpu_s / measured.rsa_sign_ms)


def cpu_ms_per_login(plan: Plan, cost: Cost) -> float:
    return cost.cpu_s * 1000 / plan.logins


def json_line(row: Any) -> str:
    return json.dumps(asdict(row))


def table(results: Sequence[Any]) -> str:
    """Rows of one dataclass."""
    names = [field.name for field in fields(results[0])]
    rows = [names, *([str(value) for value in asdict(result).values()] for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(_align, row, widths, names)) for row in rows)


def _align(cell: str, width: int, column: str) -> str:
    return cell.ljust(width) if column in {"path", "store"} else cell.rjust(width)


def failures(results: Sequence[Result]) -> list[str]:
    return [f"{name(row)}: {row.failed} logins failed" for row in results if row.failed]


def broken_bounds(results: Sequence[Result]) -> list[str]:
    """The rows above BOUND_R, a line each."""
    found = []
    for row in results:
        bound = BOUND_R["cold" if is_cold(row.path) else "warm"]
        if row.ratio > bound:
            found.append(f"{name(row)}: {row.ratio} R, the bound is {bound} R")
    return found


def name(row: Result) -> str:
    return f"{row.path} on {row.store} at concurrency {row.concurrency}"


def percentile_ms(latencies_s: Sequence[float], percent: int) -> float:
    """Nearest rank."""
    if not latencies_s:
        return 0.0
    rank = ceil(len(latencies_s) * percent / 100)
    return round(sorted(latencies_s)[rank - 1] * 1000, 2)
