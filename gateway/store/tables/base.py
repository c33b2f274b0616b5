"""What the tables have in common."""

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, Table

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def change_columns() -> tuple[Column[int], Column[bool]]:
    return (
        Column("changed", BigInteger, nullable=False, index=True),
        Column("removed", Boolean, nullable=False),
    )


def name_once(table: Table) -> None:
    """Let two rows of a protocol share an identifier only when one of them is removed."""
    present = ~table.c.removed
    Index(
        f"uq_{table.name}_identifier",
        table.c.protocol,
        table.c.identifier,
        unique=True,
        sqlite_where=present,
        postgresql_where=present,
    )
