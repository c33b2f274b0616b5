"""What pupils and teachers may use, and have at hand: licences, the shelf, scores of tools."""

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Table, Text

from gateway.store.tables.base import metadata

licences = Table(
    "licences",
    metadata,
    Column("brin", ForeignKey("schools.brin"), primary_key=True),
    Column(
        "material_id", ForeignKey("materials.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    Column("group_name", Text, primary_key=True),
)
"""Which class groups of a school may use a material; no row: all who may use its service."""

shelf = Table(
    "shelf",
    metadata,
    Column("person", Text, primary_key=True),
    Column("tile", Text, primary_key=True),
    Column("used_at", BigInteger),
    Column("favourite", Boolean, nullable=False),
    Column("touched_at", BigInteger, nullable=False, index=True),
)
"""What a person, by the gateway's own pseudonym, opened and marked on the start page. A tile is
the root of a material, or a service."""


lti_line_items = Table(
    "lti_line_items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("service_id", ForeignKey("services.id"), nullable=False),
    Column("school", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("maximum", Double, nullable=False),
    Column("place_id", Text),
    Column("resource_id", Text),
    Column("tag", Text),
    Column("starts_at", Text),
    Column("ends_at", Text),
    Index("ix_lti_line_items_context", "service_id", "school", "id"),
    Index("ix_lti_line_items_place", "place_id", "service_id", "school"),
)
"""The columns of a tool's gradebook at one school."""

lti_scores = Table(
    "lti_scores",
    metadata,
    Column("line_item_id", ForeignKey("lti_line_items.id", ondelete="CASCADE"), primary_key=True),
    Column("person", Text, primary_key=True, index=True),
    Column("scored_at", BigInteger, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("sealed", Text, nullable=False),
)
"""The latest score of a person, whom a digest of the pseudonym names; the score is sealed.
`scored_at` is in microseconds since the epoch."""
