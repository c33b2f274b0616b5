"""Learning materials, their fragments, and what they are found by."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gateway.store.tables.base import metadata

materials = Table(
    "materials",
    metadata,
    Column("id", Text, primary_key=True),
    Column("service_id", ForeignKey("services.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("root_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("isbn", Text),
    Column("product", Text),
    Column("description", Text, nullable=False),
    Column("subjects", JSON, nullable=False),
    Column("levels", JSON, nullable=False),
    Column("years", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("cover", Text),
    Column("gone_at", BigInteger),
    Column("revision", BigInteger, nullable=False, server_default=text("0")),
    UniqueConstraint("service_id", "key"),
)

fragments = Table(
    "fragments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("material_id", ForeignKey("materials.id"), nullable=False),
    Column("service_id", ForeignKey("services.id"), nullable=False),
    Column("parent_id", ForeignKey("fragments.id"), index=True),
    Column("position", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("locator", Text),
    Column("activity_type", Text),
    Column("objectives", JSON, nullable=False),
    Column("custom", JSON, nullable=False),
    Column("gone_at", BigInteger),
    Column("product", Text),
    UniqueConstraint("material_id", "key"),
    Index("ix_fragments_locator", "service_id", "locator"),
    sqlite_with_rowid=False,
)
"""The root of a material has no parent and the empty key; its locator is the access link."""

search_entries = Table(
    "search_entries",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("fragment_id", ForeignKey("fragments.id"), nullable=False),
    Column("tokens", Text, nullable=False),
    UniqueConstraint("fragment_id"),
)
"""What a living fragment is found by; `search_index` follows it by itself."""

_plain = Text().with_variant(Text(collation="C"), "postgresql")

search_words = Table(
    "search_words", metadata, Column("word", _plain, primary_key=True), sqlite_with_rowid=False
)
"""The words that fragments are or were found by."""

search_spellings = Table(
    "search_spellings",
    metadata,
    Column("shape", _plain, primary_key=True),
    Column("word", _plain, primary_key=True),
    sqlite_with_rowid=False,
)
"""A word by each shape that a misspelling of it shares."""
