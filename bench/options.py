import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import catalogue_search, journeys, servers
from bench.links import journeys as links
from bench.links.fill import Size

STORES = ("sqlite", "redis")
CONCURRENCIES = (1, 8)
FULL, QUICK = (200, 12), (150, 1)  # cold logins a run, repeats; a warm run has twice the logins
FULL_SIZE, QUICK_SIZE = Size(1_000_000, catalogue_search.FRAGMENTS), Size(20_000, 3000)
FULL_SEARCHES, QUICK_SEARCHES = catalogue_search.SEARCHES, 300
WARM_UP = 40
SEARCH, SCHOOL_SEARCH = "catalogue-search", "school-search"
PATHS = (*journeys.PATHS, *links.PATHS, SEARCH, SCHOOL_SEARCH)


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured. `link_*`: of links, which a quick run measures on one store only."""

    paths: list[str]
    stores: list[str]
    concurrencies: list[int]
    link_paths: list[str]
    link_stores: list[str]
    link_concurrencies: list[int]
    size: Size
    searches: int
    school_searches: int
    postgresql: str | None
    logins: int
    repeats: int
    workers: int
    scale: bool
    peer: bool
    check: bool
    json: Path | None


def read_options(arguments: Sequence[str] | None) -> Options:
    given = _parser().parse_args(arguments)
    logins, repeats = QUICK if given.quick else FULL
    size = QUICK_SIZE if given.quick else FULL_SIZE
    asked = given.path or PATHS
    stores = given.store or _stores()
    concurrencies = given.concurrency or list(CONCURRENCIES)
    searches = QUICK_SEARCHES if given.quick else FULL_SEARCHES
    return Options(
        paths=[path for path in journeys.PATHS if path in asked],
        stores=stores,
        concurrencies=concurrencies,
        link_paths=[path for path in links.PATHS if path in asked],
        link_stores=stores if given.store or not given.quick else stores[-1:],
        link_concurrencies=concurrencies if given.concurrency or not given.quick else [1],
        size=Size(given.links or size.links, given.fragments or size.fragments),
        searches=searches if SEARCH in asked else 0,
        school_searches=searches if SCHOOL_SEARCH in asked else 0,
        postgresql=given.postgresql,
        logins=given.logins or logins,
        repeats=given.repeats or repeats,
        workers=given.workers,
        scale=given.scale if given.scale is not None else not given.quick,
        peer=given.peer,
        check=given.check,
        json=given.json,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Drives real logins over HTTP against the gateway and measures what they cost.",
        epilog="An option that narrows (--path, --store, --concurrency) can be given repeatedly.",
    )
    parser.add_argument("--quick", action="store_true", help="few logins, under a minute in all")
    parser.add_argument(
        "--path", action="append", choices=PATHS, metavar="PATH", help=f"only: {', '.join(PATHS)}"
    )
    parser.add_argument(
        "--store",
        action="append",
        choices=STORES,
        help="only with this store of short-lived state; all else is in SQLite",
    )
    parser.add_argument("--concurrency", action="append", type=_positive, help="default: 1 and 8")
    parser.add_argument("--logins", type=_positive, help="logins a run; default: see --quick")
    parser.add_argument("--repeats", type=_positive, help="runs of each, the cheapest counts")
    parser.add_argument("--workers", type=_positive, default=2, help="gateway workers; default: 2")
    parser.add_argument(
        "--links", type=_positive, help=f"links stored; default: {FULL_SIZE.links:,}"
    )
    parser.add_argument(
        "--fragments", type=_positive, help=f"fragments stored; default: {FULL_SIZE.fragments:,}"
    )
    parser.add_argument(
        "--postgresql", metavar="URL", help="search in this empty database too, not in SQLite alone"
    )
    parser.add_argument(
        "--scale",
        action=argparse.BooleanOptionalAction,
        help="also against few schools, services and links; default: unless --quick",
    )
    parser.add_argument(
        "--peer", action="store_true", help="also SimpleSAMLphp as the hub, in the same rounds"
    )
    parser.add_argument("--check", action="store_true", help="fail when a bound is broken")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON lines here too")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _stores() -> list[str]:
    return list(STORES) if servers.has_redis() else ["sqlite"]
