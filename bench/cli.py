import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import results, scale, servers
from bench.errors import BenchError
from bench.journeys import COLD, PATHS
from bench.load import Plan, measure
from bench.results import Result
from bench.scale import Growth
from bench.site import Running, Site

STORES = ("sqlite", "redis")
CONCURRENCIES = (1, 8)
FULL, QUICK = (400, 3), (150, 1)  # cold logins a run, repeats; a warm run has twice the logins
WARM_UP = 40

NOTES = f"""\
cpu_ms_per_login: user and system time of the gateway's processes, exited ones too; not of Redis,
    browsers, school and suppliers. ratio: in R = rsa_sign_ms, one RSA-2048/SHA-256 signature.
p50, p95, p99: the time in which the gateway had the turn, added up over a login's requests.
cold: a new browser, a school's signed Response with 20 attributes, the supplier's answer. warm: a
    session is there. OpenID logins end with the id_token, which holds the claims; no userinfo.
peak_rss_mb: the highest since the start of each gateway process, added up, shared pages too.
Aims: cold {results.AIM_R["cold"]} R, warm {results.AIM_R["warm"]} R; bounds of --check: cold \
{results.BOUND_R["cold"]} R, warm {results.BOUND_R["warm"]} R."""


@dataclass(frozen=True, slots=True)
class Options:
    paths: list[str]
    stores: list[str]
    concurrencies: list[int]
    logins: int
    repeats: int
    workers: int
    scale: bool
    check: bool
    json: Path | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; 1 for failed logins or, with --check, a broken bound; 2 when it can not run."""
    options = _read(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="ketenpoort-bench-") as folder:
            rows = list(_run(options, Path(folder)))
            _show(rows, options.json)
            growths = _grow(options, Path(folder)) if options.scale else []
    except BenchError as error:
        _say(str(error))
        return 2
    except KeyboardInterrupt:
        _say("stopped")
        return 130
    print(*growths, sep="\n")
    return _judge(rows, growths, check=options.check)


def _read(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Drives real logins over HTTP against the gateway and measures what they cost.",
        epilog="An option that narrows (--path, --store, --concurrency) can be given repeatedly.",
    )
    parser.add_argument("--quick", action="store_true", help="few logins, under a minute in all")
    parser.add_argument("--path", action="append", choices=PATHS, help="only this path")
    parser.add_argument("--store", action="append", choices=STORES, help="only this store")
    parser.add_argument("--concurrency", action="append", type=_positive, help="default: 1 and 8")
    parser.add_argument("--logins", type=_positive, help="logins a run; default: see --quick")
    parser.add_argument("--repeats", type=_positive, help="runs of each, the best one counts")
    parser.add_argument("--workers", type=_positive, default=2, help="gateway workers; default: 2")
    parser.add_argument(
        "--scale",
        action=argparse.BooleanOptionalAction,
        help="also with 10,000 schools and 2,000 services; default: unless --quick",
    )
    parser.add_argument("--check", action="store_true", help="fail when a bound is broken")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON lines here too")
    given = parser.parse_args(arguments)
    logins, repeats = QUICK if given.quick else FULL
    return Options(
        paths=given.path or list(PATHS),
        stores=given.store or _stores(),
        concurrencies=given.concurrency or list(CONCURRENCIES),
        logins=given.logins or logins,
        repeats=given.repeats or repeats,
        workers=given.workers,
        scale=given.scale if given.scale is not None else not given.quick,
        check=given.check,
        json=given.json,
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _stores() -> list[str]:
    if servers.has_redis():
        return list(STORES)
    _say("redis-server is not installed: SQLite only")
    return ["sqlite"]


def _run(options: Options, folder: Path) -> Iterator[Result]:
    _say("registering the school and the services")
    site = Site(folder / "site", options.workers)
    for store in options.stores:
        with site.open(store) as running:
            for path in options.paths:
                for concurrency in options.concurrencies:
                    yield _measure(_plan(options, path, concurrency), store, options, running)


def _plan(options: Options, path: str, concurrency: int) -> Plan:
    logins = options.logins if path in COLD else 2 * options.logins
    return Plan(path, concurrency, logins, warm_up=max(5, WARM_UP // concurrency))


def _measure(plan: Plan, store: str, options: Options, running: Running) -> Result:
    repeats = [measure(plan, running.world, running.pid) for _ in range(options.repeats)]
    result = results.summarise(plan, store, repeats)
    _say(
        f"{store:6}  {plan.path:14}  concurrency {plan.concurrency}"
        f"  {result.cpu_ms_per_login:.2f} ms  {result.ratio:.1f} R"
    )
    for failure in sorted({failure for measured in repeats for failure in measured.failures}):
        _say(f"  {result.failed} failed: {failure}")
    return result


def _grow(options: Options, folder: Path) -> list[Growth]:
    return scale.grow(
        folder, options.workers, options.stores[-1], options.logins, options.repeats, _say
    )


def _show(rows: list[Result], file: Path | None) -> None:
    lines = "\n".join(map(results.json_line, rows))
    if file is not None:
        file.write_text(lines + "\n", encoding="utf-8")
    print(results.table(rows), NOTES, lines, sep="\n\n", flush=True)


def _judge(rows: list[Result], growths: list[Growth], *, check: bool) -> int:
    complaints = results.failures(rows)
    if check:
        complaints += results.broken_bounds(rows) + scale.broken_bounds(growths)
    for complaint in complaints:
        _say(complaint)
    return 1 if complaints else 0


def _say(line: str) -> None:
    print("bench:", line, file=sys.stderr, flush=True)
