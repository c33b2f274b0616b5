"""A document of metadata into the database, a batch a transaction."""

import contextlib
from collections.abc import Callable, Iterator

from gateway.core.feeds import Feed
from gateway.core.model import Connection, Service, Supplier
from gateway.errors import RegistrationRefused
from gateway.feeds.parties import (
    NewId,
    P,
    Stamp,
    new_connection,
    new_service,
    on_what_stands,
    renewed_connection,
    renewed_service,
)
from gateway.store.register import Register
from gateway.store.repositories import Repositories
from gateway.trust.metadata.problems import Severity
from gateway.trust.metadata.read import Entity
from gateway.trust.metadata.roles import ServiceProvider
from providers.suppliers.saml.profiles import with_profile
from providers.suppliers.saml.registration import name_of

_BATCH = 500
Takes = Callable[[str, Service | Connection | None], bool]
"""Whether a document speaks for an entity: by its entityID and the party that it is registered
as, or None."""
Report = Callable[[str], None]


class Import:
    """Puts entities into the database. `own` are the entityIDs of the feed's parties as they
    stand, the first to end first. `taken` and `refused` are entityIDs; `valid_until` is the
    first end of those taken over."""

    def __init__(
        self,
        database: Repositories,
        feed: Feed | None,
        takes: Takes,
        supplier_id: str | None,
        key_version: int,
        new_id: NewId,
        report: Report,
    ) -> None:
        self._database = database
        self._stamp = Stamp(feed)
        self._takes = takes
        self._supplier_id = supplier_id
        self._key_version = key_version
        self._new_id = new_id
        self._report = report
        self._suppliers: list[Supplier] = []
        self._services = {s.identifier: s for s in database.services.all() if s.protocol == "saml"}
        self._connections = {
            c.identifier: c for c in database.connections.all() if c.protocol == "saml"
        }
        self.own = self._own(feed)
        self.passed_over = 0
        self.taken: set[str] = set()
        self.refused: set[str] = set()
        self.valid_until: float | None = None

    def _own(self, feed: Feed | None) -> list[str]:
        parties: list[Service | Connection] = [
            *self._services.values(),
            *self._connections.values(),
        ]
        ends = {
            party.identifier: int(str(party.config.get("valid_until") or 0))
            for party in parties
            if feed is not None and party.config.get("feed") == feed.id
        }
        return sorted(ends, key=lambda name: ends[name])

    def run(self, entities: Iterator[Entity]) -> str:
        services: list[Service] = []
        connections: list[Connection] = []
        total = 0
        for entity in entities:
            total += 1
            self._look_at(entity)
            services += self._service(entity)
            connections += self._connection(entity)
            if len(services) + len(connections) >= _BATCH:
                self._write(services, connections)
                services, connections = [], []
        self._write(services, connections)
        return (
            f"{total} entities: {len(self._services)} services and {len(self._connections)}"
            f" connections stand registered, {self.passed_over} were passed over"
        )

    def _look_at(self, entity: Entity) -> None:
        if entity.refused:
            self.passed_over += 1
            self.refused.add(entity.entity_id)
        for problem in entity.problems:
            if problem.severity is Severity.ERROR:  # a role is left out, if not the whole entity
                self._report(str(problem))

    def _is_taken(self, known: Service | Connection | None, entity: Entity) -> bool:
        if not self._takes(entity.entity_id, known):
            return False
        self.taken.add(entity.entity_id)
        if entity.valid_until is not None:
            self.valid_until = min(self.valid_until or entity.valid_until, entity.valid_until)
        return True

    def _service(self, entity: Entity) -> Iterator[Service]:
        role = entity.service_provider
        if role is None:
            return
        known = self._services.get(role.entity_id)
        if not self._is_taken(known, entity):
            return
        if known:
            yield renewed_service(known, entity, role, self._stamp)
        else:
            owner = self._supplier_id or self._own_supplier(role)
            fresh = new_service(entity, role, self._new_id("svc"), owner, self._stamp)
            yield with_profile(fresh)

    def _own_supplier(self, role: ServiceProvider) -> str:
        """A supplier for this service alone: who shares one shares pseudonyms."""
        supplier = Supplier(self._new_id("sup"), name_of(role), self._key_version)
        self._suppliers.append(supplier)
        return supplier.id

    def _connection(self, entity: Entity) -> Iterator[Connection]:
        role = entity.identity_provider
        if role is None:
            return
        known = self._connections.get(role.entity_id)
        if not self._is_taken(known, entity):
            return
        if known:
            yield renewed_connection(known, entity, role, self._stamp)
        else:
            yield new_connection(entity, role, self._new_id("idp"), self._stamp)

    def _write(self, services: list[Service], connections: list[Connection]) -> None:
        self._database.suppliers.add_all(self._suppliers)
        self._suppliers = []
        self._put(self._database.services, services, self._services)
        self._put(self._database.connections, connections, self._connections)

    def _standing(self, book: Register[P], party: P) -> Iterator[P]:
        """None when it was removed since."""
        with contextlib.suppress(RegistrationRefused):
            yield on_what_stands(book.find(party.id), party)

    def _put(self, book: Register[P], parties: list[P], known: dict[str, P]) -> None:
        """Add the new ones, renew those that changed, report those that are refused."""
        fresh: list[P] = [party for party in parties if party.identifier not in known]
        renewed: list[P] = [
            party
            for party in parties
            if party.identifier in known and party != known[party.identifier]
        ]
        standing: list[P] = [kept for party in renewed for kept in self._standing(book, party)]
        refused = [*book.add_all(fresh), *book.replace_all(standing)]
        for party, reason in refused:
            self.passed_over += 1
            self.taken.discard(party.identifier)
            self.refused.add(party.identifier)
            self._report(f"{party.identifier}: {reason.detail}")
        gone = {party.identifier for party, _ in refused}
        known.update({p.identifier: p for p in parties if p.identifier not in gone})
