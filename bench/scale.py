"""The same logins with ten and with thousands of schools and services registered."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.crowd import register_crowd
from bench.growth import Growth, in_turns
from bench.journeys import Journey
from bench.load import Plan, measure
from bench.site import Site

PATHS = ("saml-saml-cold", "saml-warm")
SMALL, BIG = (10, 10), (10_000, 2_000)  # schools, services
GROWN = f"{BIG[0]} schools and {BIG[1]} services registered"


def grow(
    folder: Path, workers: int, store: str, logins: int, rounds: int, say: Callable[[str], None]
) -> list[Growth]:
    """Each of PATHS in turns, both gateways up all the time."""
    sites = []
    for name, (schools, services) in (("small", SMALL), ("big", BIG)):
        say(f"registering {schools} schools and {services} services")
        site = Site.register(folder / name, workers)
        register_crowd(site.command, folder / name, schools, services)
        sites.append(site)
    with ExitStack() as stack:
        small, big = (stack.enter_context(site.open(store)) for site in sites)
        found = []
        for path in PATHS:
            plan = Plan(path, concurrency=1, logins=logins, warm_up=40)
            measures = (
                partial(measure, plan, small.world, small.pid, Journey),
                partial(measure, plan, big.world, big.pid, Journey),
            )
            found.append(in_turns(plan, GROWN, measures, rounds))
            say(str(found[-1]))
    return found
