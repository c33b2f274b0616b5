"""The first tables: the registry, links, pseudonym keys, the change counter, short-lived state."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_suppliers_and_services()
    _create_connections_and_schools()
    _create_grants_and_links()
    _create_the_rest()


def _change_columns() -> tuple[sa.Column[int], sa.Column[bool]]:
    return (
        sa.Column("changed", sa.BigInteger, nullable=False, index=True),
        sa.Column("removed", sa.Boolean, nullable=False),
    )


def _name_once(table: str) -> None:
    op.create_index(
        f"uq_{table}_identifier",
        table,
        ["protocol", "identifier"],
        unique=True,
        sqlite_where=sa.text("removed = 0"),
        postgresql_where=sa.text("NOT removed"),
    )


def _create_suppliers_and_services() -> None:
    op.create_table(
        "suppliers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("national_eckid", sa.Boolean, nullable=False),
        *_change_columns(),
    )
    op.create_table(
        "services",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "supplier_id", sa.Text, sa.ForeignKey("suppliers.id"), nullable=False, index=True
        ),
        sa.Column("protocol", sa.Text, nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("config", sa.JSON, nullable=False),
        sa.Column("asks", sa.JSON, nullable=False),
        sa.Column("targets", sa.JSON, nullable=False),
        sa.Column("start_address", sa.Text),
        sa.Column("attribute_names", sa.Text, nullable=False),
        sa.Column("brin_form", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        *_change_columns(),
    )
    _name_once("services")


def _create_connections_and_schools() -> None:
    op.create_table(
        "connections",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("protocol", sa.Text, nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("config", sa.JSON, nullable=False),
        sa.Column("announce_returns", sa.JSON, nullable=False),
        *_change_columns(),
    )
    _name_once("connections")
    op.create_table(
        "schools",
        sa.Column("brin", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("town", sa.Text, nullable=False),
        sa.Column(
            "connection_id", sa.Text, sa.ForeignKey("connections.id"), nullable=False, index=True
        ),
        sa.Column("digi_delivery_id", sa.Text),
        *_change_columns(),
    )


def _create_grants_and_links() -> None:
    op.create_table(
        "grants",
        sa.Column("brin", sa.Text, sa.ForeignKey("schools.brin"), primary_key=True),
        sa.Column(
            "service_id", sa.Text, sa.ForeignKey("services.id"), primary_key=True, index=True
        ),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("switched_off", sa.Boolean, nullable=False),
        *_change_columns(),
    )
    op.create_table(
        "links",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("service_id", sa.Text, sa.ForeignKey("services.id"), nullable=False, index=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_the_rest() -> None:
    op.create_table(
        "pseudonym_keys",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
    )
    counter = op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counter, [{"id": 1, "value": 0}])
    op.create_table(
        "short_lived",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("member", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary),
        sa.Column("expires_at", sa.Double, nullable=False, index=True),
    )
