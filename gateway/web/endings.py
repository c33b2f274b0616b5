"""What of all parties ends before long: for the operator's first page, and for `/metrics`."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.core.expiry import EndOf, Expiring, certificate_ends, expiring, feed_ends
from gateway.core.feeds import Feed
from gateway.core.model import Connection, Service
from gateway.core.ports import Clock, FeedBook, Registry


@dataclass(frozen=True, slots=True)
class Ending:
    """`kind` is service, connection or feed; `id` and `name` are the party's."""

    kind: str
    id: str
    name: str
    what: str
    until: float
    step: int


@dataclass(frozen=True, slots=True)
class Endings:
    registry: Registry
    feeds: FeedBook
    clock: Clock
    end_of: EndOf

    def all(self) -> list[Ending]:
        """The soonest first. Of connections, those that a school signs in by."""
        found = [*self._services(), *self._connections(), *self._feeds()]
        return sorted(found, key=lambda ending: ending.until)

    def _services(self) -> Iterator[Ending]:
        for service in self.registry.services():
            ends = certificate_ends(service, self.end_of)
            for found in expiring(service, ends, self.clock()):
                yield _ending("service", service.name, found)

    def _connections(self) -> Iterator[Ending]:
        named = {each.connection_id: each.name for each in reversed(self.registry.schools())}
        for connection_id, name in named.items():
            connection = self.registry.connection(connection_id)
            ends = certificate_ends(connection, self.end_of)
            for found in expiring(connection, ends, self.clock()):
                yield _ending("connection", name, found)

    def _feeds(self) -> Iterator[Ending]:
        for feed in self.feeds.all():
            for found in expiring(feed, feed_ends(feed, self.clock()), self.clock()):
                yield _ending("feed", feed.address, found)


def _ending(
    kind: str, name: str, found: Expiring[Service] | Expiring[Connection] | Expiring[Feed]
) -> Ending:
    return Ending(kind, found.party.id, name, found.expiry.what, found.expiry.until, found.step)
