"""From verified claims to what the school asserted; tenant and domain are checked here.

Entra ID and Google are rows of a table: which claim lasts, which claim pins the school.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gateway.core.identify import Asserted
from gateway.core.model import Connection
from gateway.errors import ForeignSchool, MissingAttribute
from gateway.trust.jose import is_time

_UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
_VALUES_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Habits:
    """What is particular to a provider: the lasting id, and the claim of its organisation."""

    subject_claim: str = "sub"
    tenant_claim: str | None = None


_HABITS = {
    "login.microsoftonline.com": Habits(subject_claim="oid", tenant_claim="tid"),
    "accounts.google.com": Habits(tenant_claim="hd"),
}
_DEFAULT = Habits()


def habits_of(issuer: str) -> Habits:
    return _HABITS.get(urlsplit(issuer).hostname or "", _DEFAULT)


def asserted(claims: Mapping[str, Any], connection: Connection, now: float) -> Asserted:
    """Raises MissingAttribute, ForeignSchool."""
    habits = habits_of(connection.identifier)
    _check_tenant(claims, connection, habits)
    subject = claims.get(habits.subject_claim)
    if not isinstance(subject, str) or not subject:
        raise MissingAttribute(f"claim {habits.subject_claim}")
    at = claims.get("auth_time", claims["iat"])
    return Asserted(
        subject=subject,
        attributes={name: _texts(value) for name, value in claims.items()},
        authenticated_at=int(min(at, now)) if is_time(at) else int(now),
        authn_context=str(claims.get("acr") or _UNSPECIFIED),
    )


def _check_tenant(claims: Mapping[str, Any], connection: Connection, habits: Habits) -> None:
    """One tenant or domain a school: a private account is not a pupil (design.md §7.13)."""
    tenant, domain = connection.config.get("tenant"), connection.config.get("hosted_domain")
    if habits.tenant_claim and not (tenant or domain):
        raise ForeignSchool("this connection names no tenant or domain")
    if tenant and claims.get(habits.tenant_claim or "tid") != tenant:
        raise ForeignSchool("the account is of another tenant")
    if domain and claims.get("hd") != domain:
        raise ForeignSchool("the account is not of the school's domain")


def _texts(value: object) -> tuple[str, ...]:
    """A claim as a list of texts; what is no text or list of texts says nothing to us."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value[:_VALUES_LIMIT] if isinstance(item, str))
    return ()
