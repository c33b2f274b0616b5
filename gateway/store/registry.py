"""Who takes part, in memory: what every login reads, without a query.

Readers take the snapshot as it stands and no lock. Once a second one request looks whether
the change counter moved; then it loads the rows that changed and puts a new snapshot in the
place of the old. The other threads go on with the old one meanwhile.
"""

import logging
import threading
from collections.abc import Iterable, Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from gateway.core import test_school
from gateway.core.model import Brin, Connection, Grants, School, Service, Supplier
from gateway.core.ports import Clock
from gateway.errors import UnknownSchool, UnknownService
from gateway.store.changes import last_change
from gateway.store.database import snapshot
from gateway.store.loading import Snapshot, load_changes

_LOOK_SECONDS = 1
_LOOK_AGAIN_SECONDS = 10
_NOTHING = Grants()

_log = logging.getLogger(__name__)


class MemoryRegistry:
    """The port `Registry`. One a process; made and used by any number of threads.

    Who asks for the test school by its BRIN finds it; it stands in no list.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._refreshing = threading.Lock()
        self._wait = _LOOK_SECONDS
        self._looked_at = clock()
        self._now = self._load(Snapshot())

    def refresh(self) -> None:
        """Take over what changed; to be called at the start of a request.

        At most once a second, by one thread, and when the database is away every ten seconds,
        so that nobody waits for it: the old snapshot serves on.
        """
        if 0 <= self._clock() - self._looked_at < self._wait:
            return
        if not self._refreshing.acquire(blocking=False):
            return
        try:
            self._look()
        finally:
            self._refreshing.release()

    def school(self, brin: str) -> School:
        found = self._now.schools.get(brin)
        if found is not None:
            return found
        if brin == test_school.BRIN:
            return test_school.SCHOOL
        raise UnknownSchool(f"BRIN {brin[:20]!r}")

    def schools(self) -> Sequence[School]:
        return self._now.all_schools

    def schools_of(self, connection_id: str) -> Sequence[School]:
        return self._now.schools_of.get(connection_id, ())

    def schools_at(self, institution: Brin) -> Sequence[School]:
        return self._now.schools_at.get(institution, ())

    def connection(self, connection_id: str) -> Connection:
        found = self._now.connections.get(connection_id)
        if found is not None:
            return found
        if connection_id == test_school.CONNECTION.id:
            return test_school.CONNECTION
        raise UnknownSchool(f"connection {connection_id!r}")

    def connection_named(self, protocol: str, identifier: str) -> Connection:
        found = self._now.connections_named.get((protocol, identifier))
        if found is None:
            raise UnknownSchool(f"{protocol} identity provider {identifier[:200]!r}")
        return found

    def supplier(self, supplier_id: str) -> Supplier:
        found = self._now.suppliers.get(supplier_id)
        if found is None:
            raise UnknownService(f"supplier {supplier_id!r}")
        return found

    def service(self, service_id: str) -> Service:
        found = self._now.services.get(service_id)
        if found is None:
            raise UnknownService(f"service {service_id[:200]!r}")
        return found

    def services(self) -> Iterable[Service]:
        return self._now.services.values()

    def service_named(self, protocol: str, identifier: str) -> Service:
        found = self._now.services_named.get((protocol, identifier))
        if found is None:
            raise UnknownService(f"{protocol} service {identifier[:200]!r}")
        return found

    def grants(self, brin: Brin, service_id: str) -> Grants:
        if brin == test_school.BRIN:
            return test_school.grants_of(self.service(service_id))
        return self._now.grants.get((brin, service_id), _NOTHING)

    def _look(self) -> None:
        self._looked_at = self._clock()
        try:
            self._now = self._load(self._now)
        except SQLAlchemyError as error:
            if self._wait == _LOOK_SECONDS:
                _log.warning("the registry can not be refreshed; the last one serves on: %s", error)
            self._wait = _LOOK_AGAIN_SECONDS
        else:
            self._wait = _LOOK_SECONDS

    def _load(self, old: Snapshot) -> Snapshot:
        with snapshot(self._engine) as connection:
            number = last_change(connection)
            return old if number == old.number else load_changes(connection, old, number)
