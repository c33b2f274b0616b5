"""What a service or connection takes from metadata, and what of it stays ours."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from gateway.core.feeds import Feed
from gateway.core.model import Connection, Json, JsonValue, Service
from gateway.trust.metadata.read import Entity
from gateway.trust.metadata.roles import IdentityProvider, ServiceProvider
from providers.suppliers.saml.registration import described_anew
from providers.suppliers.saml.registration import new_service as describe

P = TypeVar("P", Service, Connection)
NewId = Callable[[str], str]
_ROLE = {each.name for role in (IdentityProvider, ServiceProvider) for each in fields(role)}
_STAMP = {"feed", "valid_until"}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is kept beside a role that came from an address: which, and how long it holds. What
    was handed over in a file is read once, so it has no end."""

    feed: Feed | None

    def config(self, entity: Entity) -> dict[str, JsonValue]:
        if self.feed is None:
            return {}
        if entity.valid_until is None:
            return {"feed": self.feed.id}
        return {"feed": self.feed.id, "valid_until": int(entity.valid_until)}


def new_service(
    entity: Entity, role: ServiceProvider, service_id: str, supplier_id: str, stamp: Stamp
) -> Service:
    service = describe(role, service_id, supplier_id)
    return replace(service, config={**service.config, **stamp.config(entity)})


def new_connection(
    entity: Entity, role: IdentityProvider, connection_id: str, stamp: Stamp
) -> Connection:
    config = {**role.to_config(), **stamp.config(entity)}
    return Connection(connection_id, "saml", role.entity_id, config)


def renewed_service(known: Service, entity: Entity, role: ServiceProvider, stamp: Stamp) -> Service:
    return described_anew(known, {**role.to_config(), **stamp.config(entity), **_own(known)})


def renewed_connection(
    known: Connection, entity: Entity, role: IdentityProvider, stamp: Stamp
) -> Connection:
    return replace(known, config={**role.to_config(), **stamp.config(entity), **_own(known)})


def on_what_stands(current: P, renewed: P) -> P:
    """A renewed party on its row of this moment: while a document was fetched and read, somebody
    may have changed or suspended it."""
    config = {**_said(renewed), **_own(current)}
    if isinstance(current, Service):
        return described_anew(current, config)
    return replace(current, config=config)


def _said(party: Service | Connection) -> Json:
    """What its metadata says."""
    return {name: value for name, value in party.config.items() if name in _ROLE | _STAMP}


def _own(party: Service | Connection) -> Json:
    """What the operator set."""
    return {name: value for name, value in party.config.items() if name not in _ROLE | _STAMP}
