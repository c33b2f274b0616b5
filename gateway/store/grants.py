"""What schools decided about services, as the commands write it."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, Engine, select

from gateway.core.model import Affiliation, Grants
from gateway.errors import RegistrationRefused
from gateway.store.changes import changing
from gateway.store.register import present, unknown
from gateway.store.rows import SCHOOLS, SERVICES, grants_of, grants_row
from gateway.store.tables import grants
from gateway.store.upsert import write_over


class GrantBook:
    """Each change raises RegistrationRefused when the school or the service is unknown."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._write = write_over(grants, engine)

    def grant(self, brin: str, service_id: str, attribute: str) -> None:
        """Let the service know an attribute that it asks."""
        self._change(
            brin, service_id, lambda old: replace(old, attributes=old.attributes | {attribute})
        )

    def revoke(self, brin: str, service_id: str, attribute: str) -> None:
        self._change(
            brin, service_id, lambda old: replace(old, attributes=old.attributes - {attribute})
        )

    def allow(
        self, brin: str, service_id: str, roles: frozenset[Affiliation], groups: frozenset[str]
    ) -> None:
        """Let these roles and these class groups in, in place of what was said before; none named
        is all."""
        self._change(brin, service_id, lambda old: replace(old, roles=roles, groups=groups))

    def decide(self, brin: str, service_id: str, grants: Grants) -> None:
        """In place of all that was decided before."""
        self._change(brin, service_id, lambda _: grants)

    def switch_off(self, brin: str, service_id: str) -> None:
        """Let nobody of the school into the service."""
        self._change(brin, service_id, lambda old: replace(old, switched_off=True))

    def switch_on(self, brin: str, service_id: str) -> None:
        self._change(brin, service_id, lambda old: replace(old, switched_off=False))

    def off(self) -> frozenset[tuple[str, str]]:
        """What is switched off, as school and service."""
        query = select(grants.c.brin, grants.c.service_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(grants.c.switched_off, ~grants.c.removed))
            return frozenset((row.brin, row.service_id) for row in rows)

    def of_school(self, brin: str) -> dict[str, Grants]:
        """All that the school decided, by service; raises RegistrationRefused."""
        query = select(grants).where(grants.c.brin == brin, ~grants.c.removed)
        with self._engine.connect() as connection:
            if not present(connection, SCHOOLS, [brin]):
                raise RegistrationRefused(unknown(SCHOOLS, brin))
            found = connection.execute(query.order_by(grants.c.service_id))
            return {row.service_id: grants_of(row) for row in found}

    def _change(self, brin: str, service_id: str, edit: Callable[[Grants], Grants]) -> None:
        key = {"brin": brin, "service_id": service_id}
        with changing(self._engine) as change:
            for kind, name in ((SCHOOLS, brin), (SERVICES, service_id)):
                if not present(change.connection, kind, [name]):
                    raise RegistrationRefused(unknown(kind, name))
            row = grants_row(edit(_current(change.connection, brin, service_id)))
            marks = {"changed": change.number, "removed": False}
            change.connection.execute(self._write, {**key, **row, **marks})


def _current(connection: Connection, brin: str, service_id: str) -> Grants:
    query = select(grants).where(
        grants.c.brin == brin, grants.c.service_id == service_id, ~grants.c.removed
    )
    row = connection.execute(query).one_or_none()
    return grants_of(row) if row else Grants()
