"""Schools and the connections that sign for them, as the commands write them."""

from collections.abc import Sequence

import sqlalchemy as sa

from gateway.core import test_school
from gateway.core.api_tokens import Owner
from gateway.core.model import Connection, School, institution
from gateway.errors import RegistrationRefused
from gateway.store import tables
from gateway.store.api_tokens import forget_tokens
from gateway.store.changes import Change
from gateway.store.names import objection_to_name
from gateway.store.register import Objection, Register, mark_removed, present, unknown
from gateway.store.rows import CONNECTIONS, SCHOOLS

_school = tables.schools.c


class Connections(Register[Connection]):
    kind = CONNECTIONS

    def _objection(
        self, connection: sa.Connection, batch: Sequence[Connection]
    ) -> Objection[Connection]:
        return objection_to_name(connection, self.kind, batch)

    def _remove(self, change: Change, key: str) -> None:
        if brins := _schools_of(change.connection, key):
            raise RegistrationRefused(
                f"connection {key} serves schools ({', '.join(brins)}); remove those first"
            )
        super()._remove(change, key)


class Schools(Register[School]):
    kind = SCHOOLS

    def _objection(self, connection: sa.Connection, batch: Sequence[School]) -> Objection[School]:
        known = present(connection, CONNECTIONS, {school.connection_id for school in batch})

        def objection(school: School) -> str | None:
            if institution(school.brin) == test_school.BRIN:
                return f"{test_school.BRIN} is the test school, which is always there"
            if school.connection_id in known:
                return None
            return unknown(CONNECTIONS, school.connection_id)

        return objection

    def _remove(self, change: Change, key: str) -> None:
        """With what it granted and, when it was the last one there, its connection."""
        connection_id = change.connection.execute(
            sa.select(_school.connection_id).where(_school.brin == key)
        ).scalar_one()
        mark_removed(change, tables.grants, tables.grants.c.brin == key)
        forget_tokens(change.connection, Owner.SCHOOL, key)
        super()._remove(change, key)
        if not _schools_of(change.connection, connection_id):
            mark_removed(change, tables.connections, tables.connections.c.id == connection_id)


def _schools_of(connection: sa.Connection, connection_id: str) -> Sequence[str]:
    query = sa.select(_school.brin).where(_school.connection_id == connection_id, ~_school.removed)
    return connection.execute(query.order_by(_school.brin)).scalars().all()
