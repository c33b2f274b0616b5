"""Suppliers and their services, as the commands write them."""

from collections.abc import Sequence

import sqlalchemy as sa

from gateway.core.api_tokens import Owner
from gateway.core.model import Service, Supplier
from gateway.errors import RegistrationRefused
from gateway.store import tables
from gateway.store.api_tokens import forget_tokens
from gateway.store.catalogue_removal import remove_catalogue
from gateway.store.changes import Change
from gateway.store.names import objection_to_name
from gateway.store.register import Objection, Register, mark_removed, present, unknown
from gateway.store.rows import SERVICES, SUPPLIERS


class Suppliers(Register[Supplier]):
    kind = SUPPLIERS

    def _remove(self, change: Change, key: str) -> None:
        services = tables.services.c
        owned = sa.select(services.id).where(services.supplier_id == key, ~services.removed)
        if ids := change.connection.execute(owned.order_by(services.id)).scalars().all():
            raise RegistrationRefused(
                f"supplier {key} has services ({', '.join(ids)}); remove those first"
            )
        forget_tokens(change.connection, Owner.SUPPLIER, key)
        super()._remove(change, key)


class Services(Register[Service]):
    kind = SERVICES

    def _objection(self, connection: sa.Connection, batch: Sequence[Service]) -> Objection[Service]:
        owners = present(connection, SUPPLIERS, {service.supplier_id for service in batch})
        named_twice = objection_to_name(connection, self.kind, batch)

        def objection(service: Service) -> str | None:
            if service.supplier_id not in owners:
                return unknown(SUPPLIERS, service.supplier_id)
            return named_twice(service)

        return objection

    def _remove(self, change: Change, key: str) -> None:
        """With its materials, links, grades and what schools granted it: of no use without it."""
        remove_catalogue(change.connection, key)
        change.connection.execute(sa.delete(tables.links).where(tables.links.c.service_id == key))
        items = tables.lti_line_items
        change.connection.execute(sa.delete(items).where(items.c.service_id == key))
        mark_removed(change, tables.grants, tables.grants.c.service_id == key)
        reports = tables.reports
        change.connection.execute(sa.delete(reports).where(reports.c.service_id == key))
        super()._remove(change, key)
