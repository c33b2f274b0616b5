"""A gateway's site with a service of each launch form, and its store filled with links."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from bench.links.fill import Size, fill
from bench.links.journeys import LinkWorld
from bench.links.parties import Party
from bench.site import Site


class LinkSite:
    """Fills once; can be opened on one store after another. The links are in SQLite always."""

    def __init__(
        self, site: Site, parties: Mapping[str, Party], size: Size, say: Callable[[str], None]
    ) -> None:
        self.size = size
        self._site = site
        self._parties = parties
        services = {form: party.id for form, party in parties.items()}
        started = perf_counter()
        self._followed = fill(site.database, services, size)
        say(f"{size}, in {perf_counter() - started:.0f} s")

    @contextmanager
    def open(self, store: str) -> Iterator[tuple[LinkWorld, int]]:
        """The world of the logins and the id of the gateway's process."""
        with self._site.open(store) as running:
            world = LinkWorld(
                registered=running.world.registered,
                keys=running.world.keys,
                school=running.world.school,
                parties=self._parties,
                followed=self._followed,
            )
            yield world, running.pid

    @property
    def database(self) -> Path:
        return self._site.database
