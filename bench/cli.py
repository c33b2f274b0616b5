import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import catalogue_search, growth, results, scale, school_search
from bench.errors import BenchError
from bench.growth import Growth
from bench.journeys import Journey, World, is_cold
from bench.links import results as link_results
from bench.links import rows as links
from bench.links.parties import register_parties
from bench.links.site import LinkSite
from bench.load import Measured, Plan, measure
from bench.options import WARM_UP, Options, read_options
from bench.peer.comparison import compare
from bench.peer.journeys import PATHS as PEER_PATHS
from bench.peer.journeys import PeerJourney
from bench.peer.server import run_peer
from bench.results import Result
from bench.site import Running, Site

NOTES = f"""\
cpu_ms_per_login: user and system time of the gateway's processes, exited ones too; not of Redis,
    browsers, school and suppliers. ratio: in R = rsa_sign_ms, one RSA-2048/SHA-256 signature.
p50, p95, p99: the time in which the gateway had the turn, added up over a login's requests.
cold: a new browser, a school's signed Response with 20 attributes, the supplier's answer. warm: a
    session is there. OpenID logins end with the id_token, which holds the claims; no userinfo.
peak_rss_mb: the highest since the start of each gateway process, added up, shared pages too.
Aims: cold {results.AIM_R["cold"]} R, warm {results.AIM_R["warm"]} R; bounds of --check: cold \
{results.BOUND_R["cold"]} R, warm {results.BOUND_R["warm"]} R."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; 1 for failed logins or, with --check, a broken bound; 2 when it can not run."""
    options = read_options(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.json is not None:
        options.json.write_text("", encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory(prefix="ketenpoort-bench-") as folder:
            bench = _Bench(options, Path(folder))
            bench.run()
    except BenchError as error:
        _say(str(error))
        return 2
    except KeyboardInterrupt:
        _say("stopped")
        return 130
    complaints = bench.failures + (bench.broken if options.check else [])
    for complaint in complaints:
        _say(complaint)
    return 1 if complaints else 0


@dataclass(slots=True)
class _Bench:
    """Section after section, each shown when it is measured."""

    options: Options
    folder: Path
    failures: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def run(self) -> None:
        options = self.options
        if options.paths or options.link_paths:
            _say("registering the school and the services")
            site = Site.register(self.folder / "site", options.workers)
        if options.paths:
            self._logins(site)
        if options.link_paths:
            self._links(site)
        if options.searches:
            self._searches()
        if options.school_searches:
            self._school_searches()

    def _logins(self, site: Site) -> None:
        with ExitStack() as stack:
            peer = stack.enter_context(run_peer(site.school)) if self.options.peer else None
            rows, peer_rows = _measured(self.options, site, peer)
        self.failures += results.failures([*rows, *peer_rows])
        self.broken += results.broken_bounds(rows)
        self._show([*rows, *peer_rows], NOTES)
        if peer_rows:
            print(*compare(rows, peer_rows), "", sep="\n", flush=True)
        if self.options.scale:
            options = self.options
            self._show_growth(
                scale.grow(
                    *(self.folder, options.workers, options.stores[-1]),
                    *(options.logins, options.repeats, _say),
                )
            )

    def _links(self, site: Site) -> None:
        parties = register_parties(site.command, self.folder)
        ten_links = site.copy(self.folder / "ten-links")
        link_site = LinkSite(site, parties, self.options.size, _say)
        rows = list(links.rows(self.options, link_site, _tell))
        self.failures += results.failures(rows)
        self.broken += link_results.broken_bounds(rows)
        self._show(rows, link_results.NOTES)
        if self.options.scale:
            small = LinkSite(ten_links, parties, links.SMALL, _say)
            self._show_growth(links.grow(self.options, small, link_site, _say))

    def _searches(self) -> None:
        _say(f"searching {self.options.size.fragments} fragments")
        options = self.options
        if options.postgresql is None:
            _say("not on PostgreSQL: give --postgresql URL, of an empty database")
        urls = [f"sqlite:///{self.folder / 'search.db'}", options.postgresql]
        rows = [
            catalogue_search.measure(url, options.size.fragments, options.searches)
            for url in filter(None, urls)
        ]
        for row in rows:
            self.broken += catalogue_search.broken_bounds(row)
        self._show(rows, catalogue_search.NOTES)

    def _school_searches(self) -> None:
        _say("searching schools")
        row = school_search.measure(self.options.school_searches)
        self.broken += school_search.broken_bounds(row)
        self._show([row], school_search.NOTES)

    def _show(self, rows: Sequence[Any], notes: str) -> None:
        lines = "\n".join(map(results.json_line, rows)) + "\n"
        if self.options.json is not None:
            with self.options.json.open("a", encoding="utf-8") as out:
                out.write(lines)
        print(results.table(rows), notes, lines, sep="\n\n", flush=True)

    def _show_growth(self, growths: list[Growth]) -> None:
        self.broken += growth.broken_bounds(growths)
        print(*growths, "", sep="\n", flush=True)


def _measured(
    options: Options, site: Site, peer: Running | None
) -> tuple[list[Result], list[Result]]:
    """The gateway's rows and the peer's, in rounds over all paths: what disturbs the machine for a
    while disturbs no row alone."""
    plans = _plans(options, options.paths)
    peer_plans = _plans(options, PEER_PATHS)
    rows, peer_rounds = [], []
    for store in options.stores:
        with site.open(store) as gateway:
            rounds = []
            for number in range(1, options.repeats + 1):
                _say(f"{store}, round {number} of {options.repeats}")
                rounds.append(_round(plans, gateway, Journey))
                if peer:
                    peer_rounds.append(_round(peer_plans, peer, PeerJourney))
        rows += _summaries(plans, store, rounds)
    return rows, _summaries(peer_plans, "files", peer_rounds) if peer_rounds else []


def _round(
    plans: Sequence[Plan], running: Running, make_journey: Callable[[str, World, int], Journey]
) -> list[Measured]:
    return [measure(plan, running.world, running.pid, make_journey) for plan in plans]


def _summaries(
    plans: Sequence[Plan], store: str, rounds: Sequence[Sequence[Measured]]
) -> list[Result]:
    found = []
    for plan, *repeats in zip(plans, *rounds, strict=True):
        found.append(results.summarise(plan, store, repeats))
        _tell(found[-1], repeats)
    return found


def _plans(options: Options, paths: Iterable[str]) -> list[Plan]:
    return [_plan(options, path, at) for path in paths for at in options.concurrencies]


def _plan(options: Options, path: str, concurrency: int) -> Plan:
    logins = options.logins if is_cold(path) else 2 * options.logins
    return Plan(path, concurrency, logins, warm_up=max(5, WARM_UP // concurrency))


def _tell(result: Result, repeats: Sequence[Measured]) -> None:
    _say(
        f"{result.store:6}  {result.path:18}  concurrency {result.concurrency}"
        f"  {result.cpu_ms_per_login:.2f} ms  {result.ratio:.1f} R"
    )
    for failure in sorted({failure for measured in repeats for failure in measured.failures}):
        _say(f"  {result.failed} failed: {failure}")


def _say(line: str) -> None:
    print("bench:", line, file=sys.stderr, flush=True)
