"""A measured row of links, and its bounds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench import growth, results
from bench.links.fill import Size
from bench.links.journeys import WARM
from bench.load import Measured, Plan
from bench.results import Result

BOUND_MS = 100.0

NOTES = f"""\
link-*: /d/CODE of a random one of the links stored, to a fragment, for the school; resolve and
    launch until the person stands at the target. saml: an unsolicited response. start: the
    service's start address, which asks by an AuthnRequest. oidc: third-party-initiated login,
    code, id_token. lti: login initiation, the tool's question, the message. template: the address
    of a service with a session of its own.
cold: a new browser; the school's answer (the POST of its Response) is counted in school_answer_ms
    (CPU) and school_answer_p50_ms alone, in no other column. All logins of a run go to the school,
    then all come back, then all are launched.
store: where short-lived state lies; links and materials lie in SQLite in both.
Bounds of --check: a warm link at concurrency 1 takes the gateway at most {BOUND_MS:.0f} ms (p99);
    with all stored at most {growth.BOUND} times the CPU of ten links, whether the system has the
    database in memory when the gateway starts or not."""


@dataclass(frozen=True, slots=True)
class LinkResult(Result):
    """One JSON line: as for other logins, without the school's answer, which stands beside it."""

    links: int
    fragments: int
    school_answer_ms: float
    school_answer_p50_ms: float


def summarise(plan: Plan, store: str, size: Size, repeats: Sequence[Measured]) -> LinkResult:
    school = results.cheapest(repeats).aside
    return LinkResult(
        **asdict(results.summarise(plan, store, repeats)),
        links=size.links,
        fragments=size.fragments,
        school_answer_ms=round(results.cpu_ms_per_login(plan, school), 3),
        school_answer_p50_ms=results.percentile_ms(school.latencies_s, 50),
    )


def broken_bounds(rows: Sequence[LinkResult]) -> list[str]:
    """The warm rows of one browser above BOUND_MS, a line each."""
    return [
        f"{results.name(row)}: {row.p99_ms} ms, the bound is {BOUND_MS} ms"
        for row in rows
        if row.path in WARM and row.concurrency == 1 and row.p99_ms > BOUND_MS
    ]
