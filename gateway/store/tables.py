"""The tables, alike on SQLite and PostgreSQL.

The rows of the registry carry the number of the change that wrote them (`changed`), and a
removal is a mark, so that a running gateway loads only what changed since it last looked.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _change_columns() -> tuple[Column[int], Column[bool]]:
    return (
        Column("changed", BigInteger, nullable=False, index=True),
        Column("removed", Boolean, nullable=False),
    )


def _name_once(table: Table) -> None:
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


suppliers = Table(
    "suppliers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key_version", Integer, nullable=False),
    Column("national_eckid", Boolean, nullable=False),
    *_change_columns(),
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
    *_change_columns(),
)
_name_once(services)

connections = Table(
    "connections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("protocol", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("config", JSON, nullable=False),
    Column("announce_returns", JSON, nullable=False),
    *_change_columns(),
)
_name_once(connections)

schools = Table(
    "schools",
    metadata,
    Column("brin", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("town", Text, nullable=False),
    Column("connection_id", ForeignKey("connections.id"), nullable=False, index=True),
    Column("digi_delivery_id", Text),
    Column("admin_entitlement", Text),
    *_change_columns(),
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
    *_change_columns(),
)

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

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used", Text),
    Column("revoked_at", BigInteger),
    Column("scopes", JSON),
    Column("expires_at", BigInteger),
    Index("ix_api_tokens_owner", "kind", "owner"),
)
"""`owner` is a supplier's id or a school's BRIN, as `kind` says; `last_used` is a day."""

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

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("supplier_id", ForeignKey("suppliers.id"), index=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
)
"""Who works at the consoles of suppliers and, with no supplier, of the operator."""

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used", Text),
)
"""`id` is the credential's in base64url; `last_used` is a day."""

invitations = Table(
    "invitations",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("party", Text),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), index=True),
    Column("name", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)
"""`party` is a supplier's id or a school's BRIN, as the role says; with `staff_id` it gives a
member of staff who is there a further key."""

school_admins = Table(
    "school_admins",
    metadata,
    Column("brin", ForeignKey("schools.brin"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("named_at", BigInteger, nullable=False),
)
"""Administrators of a school by name; `person` is the gateway's own pseudonym."""

acts = Table(
    "acts",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False, index=True),
    Column("object", Text, nullable=False, index=True),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("digest", Text, nullable=False),
)
"""What was done in a console, chained: each digest covers the one before (`core.acts`)."""

reports = Table(
    "reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("service_id", ForeignKey("services.id"), nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),
    Column("findings", JSON, nullable=False),
)
"""What an integration check found; the id is unguessable and is the address to share it by."""

feeds = Table(
    "feeds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("certificate", Text),
    Column("checked_at", BigInteger),
    Column("fetched_at", BigInteger),
    Column("valid_until", BigInteger),
    Column("state", JSON, nullable=False),
)
"""Metadata by address: what is fetched on schedule, and how that went last."""

disclosures = Table(
    "disclosures",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("day", Text, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("person", "day", "sealed"),
)
"""What was shared of a person on a day, under a name and a key that only the person's own login
gives."""

login_counts = Table(
    "login_counts",
    metadata,
    Column("hour", BigInteger, primary_key=True),
    Column("school", Text, primary_key=True),
    Column("service_id", Text, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("logins", Integer, nullable=False),
)
"""Logins and failures by the hour (seconds since the epoch); `outcome` is an error's code, empty
when it went well."""

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""Which process does a job of which one at a time is enough."""

pseudonym_keys = Table(
    "pseudonym_keys",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("base", Text, nullable=False),
)

change_counter = Table(
    "change_counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
)
"""One row: the number of the last change."""

short_lived = Table(
    "short_lived",
    metadata,
    Column("key", Text, primary_key=True),
    Column("member", Text, primary_key=True),
    Column("value", LargeBinary),
    Column("expires_at", Double, nullable=False, index=True),
)
"""A value has the empty member; a set has a row for each member and no values."""
