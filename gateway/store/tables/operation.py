"""Feeds, records of logins, jobs, keys, changes, and the short-lived store."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store.tables.base import metadata

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
    Column("expires_at", Double, nullable=False),
)
"""A value has the empty member; a set has a row for each member and no values."""
