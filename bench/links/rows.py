"""What is measured of links: a row each, and a store that was not read against one of ten links."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial

from bench.growth import Growth, in_turns
from bench.links.fill import Size
from bench.links.journeys import COLD, COLD_LEGS, SCHOOL_LEG, LinkJourney, LinkWorld
from bench.links.results import LinkResult, summarise
from bench.links.site import LinkSite
from bench.load import Measured, Plan, measure
from bench.options import WARM_UP, Options

SMALL = Size(links=10, fragments=100)
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
    """Those of GROWN_PATHS that are asked, in turns, both gateways up all the time. Nothing of the
    big store is left in the system's memory when its turn begins."""
    paths = [path for path in GROWN_PATHS if path in options.link_paths]
    store = options.link_stores[-1]
    with ExitStack() as stack:
        small_world, small_pid = stack.enter_context(small.open(store))
        big_world, big_pid = stack.enter_context(big.open(store))
        found = []
        for path in paths:
            plan = _plan(path, 1, options.logins)
            measures = (
                partial(measure, plan, small_world, small_pid, LinkJourney),
                partial(_measure_cold, plan, big, big_world, big_pid),
            )
            found.append(in_turns(plan, str(big.size), measures, options.repeats))
            say(str(found[-1]))
    return found


def _measure_cold(plan: Plan, site: LinkSite, world: LinkWorld, pid: int) -> Measured:
    site.forget_pages()
    return measure(plan, world, pid, LinkJourney)


def _plan(path: str, concurrency: int, logins: int) -> Plan:
    warm_up = max(5, WARM_UP // concurrency)
    if path in COLD:
        return Plan(path, concurrency, logins, warm_up, COLD_LEGS, SCHOOL_LEG)
    return Plan(path, concurrency, 2 * logins, warm_up)
