"""The tables, alike on SQLite and PostgreSQL.

The rows of the registry carry the number of the change that wrote them (`changed`), and a
removal is a mark, so that a running gateway loads only what changed since it last looked.
"""

from gateway.store.tables.base import metadata
from gateway.store.tables.catalogue import (
    fragments,
    materials,
    search_entries,
    search_spellings,
    search_words,
)
from gateway.store.tables.consoles import (
    acts,
    api_tokens,
    invitations,
    passkeys,
    reports,
    school_admins,
    staff,
)
from gateway.store.tables.links import link_uses, links
from gateway.store.tables.operation import (
    change_counter,
    disclosures,
    feeds,
    leases,
    login_counts,
    pseudonym_keys,
    short_lived,
)
from gateway.store.tables.parties import connections, grants, schools, services, suppliers
from gateway.store.tables.people import licences, lti_line_items, lti_scores, shelf

__all__ = [
    "acts",
    "api_tokens",
    "change_counter",
    "connections",
    "disclosures",
    "feeds",
    "fragments",
    "grants",
    "invitations",
    "leases",
    "licences",
    "link_uses",
    "links",
    "login_counts",
    "lti_line_items",
    "lti_scores",
    "materials",
    "metadata",
    "passkeys",
    "pseudonym_keys",
    "reports",
    "school_admins",
    "schools",
    "search_entries",
    "search_spellings",
    "search_words",
    "services",
    "shelf",
    "short_lived",
    "staff",
    "suppliers",
]
