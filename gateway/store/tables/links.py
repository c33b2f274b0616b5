"""Deep links and their uses."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    false,
    text,
)

from gateway.store.tables.base import metadata

links = Table(
    "links",
    metadata,
    Column("code", Text, primary_key=True),
    Column("service_id", ForeignKey("services.id"), nullable=False, index=True),
    Column("target", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("fragment_id", ForeignKey("fragments.id"), index=True),
    Column("school", Text),
    Column("maker", Text),
    Column("title", Text, nullable=False, server_default=text("''")),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("valid_from", BigInteger),
    Column("valid_until", BigInteger),
    Column("for_school", Text),
    Column("for_groups", JSON),
    Column("stopped_at", BigInteger),
    Column("previewed", Boolean, nullable=False, server_default=false()),
    Index("ix_links_maker", "school", "maker"),
    Index("ix_links_for_school", "for_school"),
    sqlite_with_rowid=False,
)
"""A million rows, found by their key: on SQLite they lie in its order, one read away."""

link_uses = Table(
    "link_uses",
    metadata,
    Column("code", ForeignKey("links.code", ondelete="CASCADE"), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("uses", Integer, nullable=False),
)
"""How often a link was followed, by day (yyyy-mm-dd)."""
