"""Suppliers, services, connections, schools, and what a school lets a service know."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, Table, Text, text

from gateway.store.tables.base import change_columns, metadata, name_once

suppliers = Table(
    "suppliers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key_version", Integer, nullable=False),
    Column("national_eckid", Boolean, nullable=False),
    *change_columns(),
)

services = Table(
    "services",
    metadata,
    Column("id", Text, primary_key=True),
    Column("supplier_id", ForeignKey("suppliers.id"), nullable=False, index=True),
    Column("protocol", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("config", JSON, nullable=False),
    Column("asks", JSON, nullable=False),
    Column("targets", JSON, nullable=False),
    Column("start_address", Text),
    Column("attribute_names", Text, nullable=False),
    Column("brin_form", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("product_parameter", Text),
    Column("standing", Text, nullable=False, server_default=text("'approved'")),
    Column("about", JSON),
    *change_columns(),
)
name_once(services)

connections = Table(
    "connections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("protocol", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("config", JSON, nullable=False),
    Column("announce_returns", JSON, nullable=False),
    *change_columns(),
)
name_once(connections)

schools = Table(
    "schools",
    metadata,
    Column("brin", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("town", Text, nullable=False),
    Column("connection_id", ForeignKey("connections.id"), nullable=False, index=True),
    Column("digi_delivery_id", Text),
    Column("admin_entitlement", Text),
    *change_columns(),
)

grants = Table(
    "grants",
    metadata,
    Column("brin", ForeignKey("schools.brin"), primary_key=True),
    Column("service_id", ForeignKey("services.id"), primary_key=True, index=True),
    Column("attributes", JSON, nullable=False),
    Column("switched_off", Boolean, nullable=False),
    Column("roles", JSON),
    Column("groups", JSON),
    Column("locations", JSON),
    Column("decisions", JSON),
    *change_columns(),
)
