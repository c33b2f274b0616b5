"""Staff and how they prove who they are, what they did, reports, tokens of the API."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from gateway.store.tables.base import metadata

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
