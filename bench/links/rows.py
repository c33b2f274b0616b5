"""What is measured of links: a row each, and a full store against one of ten links."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

from bench.growth import Growth, in_turns
from bench.links.fill import Size, forget_pages, read_pages
from bench.links.journeys import COLD, COLD_LEGS, SCHOOL_LEG, LinkJourney
from bench.links.results import LinkResult, summarise
from bench.links.site import LinkSite
from bench.load import Measured, Plan, measure
from bench.options import WARM_UP, Options

SMALL = Size(links=10, fragments=100)
STATES = {"in memory": read_pages, "not in memory before": forget_pages}
GROWN_PATHS = ("link-template-warm", "link-saml-warm", "link-saml-cold")

Say = Callable[[str], None]

Tell = Callable[[LinkResult, Sequence[Measured]], None]


def rows(options: Options, site: LinkSite, tell: Tell) -> Iterator[LinkResult]:
    for store in options.link_stores:
        with site.open(store) as (world, pid):
            for path in options.link_paths:
                for concurrency in options.link_concurrencies:
                    plan = _plan(path, concurrency, options.logins)
                    repeats = [
                        measure(plan, world, pid, LinkJourney) for _ in range(options.repeats)
                    ]
                    row = summarise(plan, store, site.size, repeats)
                    tell(row, repeats)
                    yield row


def grow(options: Options, small: LinkSite, big: LinkSite, say: Say) -> list[Growth]:
    """Those of GROWN_PATHS that are asked, in turns, each on a gateway that has just started: with
    the store in the system's memory before, and with nothing of it there."""
    paths = [path for path in GROWN_PATHS if path in options.link_paths]
    store = options.link_stores[-1]
    found = []
    for path, (state, prepare) in product(paths, STATES.items()):
        plan = _plan(path, 1, options.logins)
        # A gateway that has just started is at its own work for a moment.
        plan = replace(plan, warm_up=plan.logins)
        measures = (
            partial(_measure_anew, plan, small, store, prepare),
            partial(_measure_anew, plan, big, store, prepare),
        )
        found.append(in_turns(plan, f"{big.size}, {state}", measures, options.repeats))
        say(str(found[-1]))
    return found


def _measure_anew(
    plan: Plan, site: LinkSite, store: str, prepare: Callable[[Path], None]
) -> Measured:
    prepare(site.database)
    with site.open(store) as (world, pid):
        return measure(plan, world, pid, LinkJourney)


def _plan(path: str, concurrency: int, logins: int) -> Plan:
    warm_up = max(5, WARM_UP // concurrency)
    if path in COLD:
        return Plan(path, concurrency, logins, warm_up, COLD_LEGS, SCHOOL_LEG)
    return Plan(path, concurrency, 2 * logins, warm_up)
