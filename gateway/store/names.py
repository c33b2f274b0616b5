"""Identifiers (entityID, client_id, issuer): one registered value a protocol has each."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from gateway.core import model
from gateway.store.register import Objection
from gateway.store.rows import Kind

Named = TypeVar("Named", model.Service, model.Connection)


def objection_to_name(
    connection: Connection, kind: Kind[Any], batch: Sequence[Named]
) -> Objection[Named]:
    """Objects to an identifier that another value has, in the table or earlier in the batch."""
    row = kind.table.c
    identifiers = {value.identifier for value in batch}
    query = select(row.protocol, row.identifier, row.id).where(
        row.identifier.in_(identifiers), ~row.removed
    )
    owners = {(found.protocol, found.identifier): found.id for found in connection.execute(query)}

    def objection(value: Named) -> str | None:
        owner = owners.setdefault((value.protocol, value.identifier), value.id)
        if owner == value.id:
            return None
        return (
            f"{value.identifier} is registered already, as {kind.noun} {owner}; remove that first"
        )

    return objection
