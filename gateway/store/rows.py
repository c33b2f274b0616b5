"""The nouns of `core.model` as rows of their tables and back: one place for both directions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import Column, Row, Table

from gateway.core.model import (
    Affiliation,
    Ask,
    Brin,
    BrinForm,
    Connection,
    Decision,
    Grants,
    School,
    Service,
    Standing,
    Supplier,
)
from gateway.store import tables

V = TypeVar("V")
Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind(Generic[V]):
    """How a noun lies in its table; `shown_by` is the command that lists its values."""

    noun: str
    shown_by: str
    table: Table
    to_row: Callable[[V], Values]
    from_row: Callable[[Row[Any]], V]

    @property
    def key(self) -> Column[str]:
        """The column that names a value."""
        return self.table.primary_key.columns[0]

    def key_of(self, value: V) -> str:
        return str(getattr(value, self.key.name))


def _supplier_row(supplier: Supplier) -> Values:
    return {
        "id": supplier.id,
        "name": supplier.name,
        "key_version": supplier.key_version,
        "national_eckid": supplier.national_eckid,
    }


def _supplier(row: Row[Any]) -> Supplier:
    return Supplier(row.id, row.name, row.key_version, row.national_eckid)


def _service_row(service: Service) -> Values:
    return {
        "id": service.id,
        "supplier_id": service.supplier_id,
        "protocol": service.protocol,
        "identifier": service.identifier,
        "name": service.name,
        "config": dict(service.config),
        "asks": [[ask.attribute, ask.purpose] for ask in service.asks],
        "targets": service.targets,
        "start_address": service.start_address,
        "attribute_names": service.attribute_names,
        "brin_form": service.brin_form,
        "active": service.active,
        "product_parameter": service.product_parameter,
        "standing": service.standing,
        "about": dict(service.about),
    }


def _service(row: Row[Any]) -> Service:
    return Service(
        id=row.id,
        supplier_id=row.supplier_id,
        protocol=row.protocol,
        identifier=row.identifier,
        name=row.name,
        config=row.config,
        asks=tuple(Ask(attribute, purpose) for attribute, purpose in row.asks),
        targets=tuple(row.targets),
        start_address=row.start_address,
        attribute_names=row.attribute_names,
        brin_form=BrinForm(row.brin_form),
        active=row.active,
        product_parameter=row.product_parameter,
        standing=Standing(row.standing),
        about=row.about or {},
    )


def _connection_row(connection: Connection) -> Values:
    return {
        "id": connection.id,
        "protocol": connection.protocol,
        "identifier": connection.identifier,
        "config": dict(connection.config),
        "announce_returns": connection.announce_returns,
    }


def _connection(row: Row[Any]) -> Connection:
    return Connection(row.id, row.protocol, row.identifier, row.config, tuple(row.announce_returns))


def _school_row(school: School) -> Values:
    return {
        "brin": school.brin,
        "name": school.name,
        "town": school.town,
        "connection_id": school.connection_id,
        "digi_delivery_id": school.digi_delivery_id,
        "admin_entitlement": school.admin_entitlement,
    }


def _school(row: Row[Any]) -> School:
    return School(
        brin=Brin(row.brin),
        name=row.name,
        town=row.town,
        connection_id=row.connection_id,
        digi_delivery_id=row.digi_delivery_id,
        admin_entitlement=row.admin_entitlement,
    )


def grants_row(grants: Grants) -> Values:
    return {
        "attributes": sorted(grants.attributes),
        "switched_off": grants.switched_off,
        "roles": sorted(grants.roles),
        "groups": sorted(grants.groups),
        "locations": sorted(grants.locations),
        "decisions": {name: [made.at, made.by] for name, made in grants.decisions.items()},
    }


def grants_of(row: Row[Any]) -> Grants:
    return Grants(
        attributes=frozenset(row.attributes),
        switched_off=row.switched_off,
        roles=frozenset(Affiliation(role) for role in row.roles or ()),
        groups=frozenset(row.groups or ()),
        locations=frozenset(row.locations or ()),
        decisions={name: Decision(*made) for name, made in (row.decisions or {}).items()},
    )


SUPPLIERS = Kind("supplier", "ketenpoort supplier list", tables.suppliers, _supplier_row, _supplier)
SERVICES = Kind("service", "ketenpoort service list", tables.services, _service_row, _service)
CONNECTIONS = Kind(
    "connection", "ketenpoort metadata list", tables.connections, _connection_row, _connection
)
SCHOOLS = Kind("school", "ketenpoort school list", tables.schools, _school_row, _school)
