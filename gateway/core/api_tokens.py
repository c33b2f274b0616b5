"""Tokens for the HTTP API: `id.secret`, for named uses and until a day. Only a digest of the secret
is kept.

A secret has 32 random bytes, so that a plain SHA-256 of it can not be turned back.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from gateway.errors import RegistrationRefused, ScopeMissing, TokenEnded, TokenNotFor, TokenRefused

_SECRET_BYTES = 32
_LONGEST = 200
_DAY_SECONDS = 24 * 3600
USUAL_DAYS = 365
MOST_DAYS = 730


class Owner(StrEnum):
    """Whose token it is: a supplier publishes materials, a school's software makes links."""

    SUPPLIER = "supplier"
    SCHOOL = "school"


class Scope(StrEnum):
    """What a token may be used for; no scope holds another."""

    MATERIALS_READ = "materials:read"
    MATERIALS_WRITE = "materials:write"
    WARNINGS_READ = "warnings:read"
    CLIENTS_REGISTER = "clients:register"
    LINKS_READ = "links:read"
    LINKS_WRITE = "links:write"
    LICENCES_READ = "licences:read"
    LICENCES_WRITE = "licences:write"


SCOPES: Mapping[Owner, Sequence[Scope]] = {
    Owner.SUPPLIER: (
        Scope.MATERIALS_READ,
        Scope.MATERIALS_WRITE,
        Scope.WARNINGS_READ,
        Scope.CLIENTS_REGISTER,
    ),
    Owner.SCHOOL: (
        Scope.LINKS_READ,
        Scope.LINKS_WRITE,
        Scope.LICENCES_READ,
        Scope.LICENCES_WRITE,
    ),
}
"""Those that there are for a kind of party."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as kept. `owner` is a supplier's id or a BRIN; `name` says what it is for;
    `last_used` is a day (yyyy-mm-dd); it counts before `expires_at`."""

    id: str
    kind: Owner
    owner: str
    name: str
    digest: str = field(repr=False)
    created_at: int
    scopes: tuple[Scope, ...]
    expires_at: int
    last_used: str | None = None
    revoked_at: int | None = None


class ApiTokens(Protocol):
    """The tokens that were given out."""

    def add(self, token: ApiToken) -> None: ...

    def of(self, kind: Owner, owner: str) -> Sequence[ApiToken]:
        """Those of one party, the oldest first, revoked ones too."""

    def revoke(self, kind: Owner, token_id: str, now: int) -> None:
        """Raises RegistrationRefused when a party of this kind has no such living token."""

    def find(self, token_id: str) -> ApiToken | None: ...

    def used(self, token_id: str, day: str) -> None:
        """Remember the last day on which a token was used."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody wants a token for; `days` is how long it counts."""

    name: str
    scopes: Collection[str]
    days: int = USUAL_DAYS


def new_token(
    token_id: str, kind: Owner, owner: str, terms: Terms, now: float
) -> tuple[ApiToken, str]:
    """A token, and the text of it that is shown once; raises RegistrationRefused."""
    scopes = tuple(scope for scope in SCOPES[kind] if scope in terms.scopes)
    if not scopes or len(scopes) != len(set(terms.scopes)):
        raise RegistrationRefused(f"scopes of a {kind} are: {', '.join(SCOPES[kind])}")
    if not 1 <= terms.days <= MOST_DAYS:
        raise RegistrationRefused(f"a token counts for 1 to {MOST_DAYS} days")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    until = int(now) + terms.days * _DAY_SECONDS
    digest = _digest(secret)
    token = ApiToken(token_id, kind, owner, terms.name, digest, int(now), scopes, until)
    return token, f"{token_id}.{secret}"


def check_scope(token: ApiToken, kind: Owner, scope: Scope) -> None:
    """Raises TokenNotFor for a token of another kind of party, ScopeMissing."""
    if token.kind is not kind:
        raise TokenNotFor(f"token {token.id} is of a {token.kind}, not of a {kind}")
    if scope not in token.scopes:
        raise ScopeMissing(scope)


def check_token(tokens: ApiTokens, text: str, now: float) -> ApiToken:
    """The token that a text is; raises TokenRefused, which never says what is wrong with it, but
    for TokenEnded, which only who has the token gets to read."""
    token_id, _, secret = text.partition(".")
    plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST
    token = tokens.find(token_id) if plain and token_id and secret else None
    # The digest is made and compared for a token that is not there too: it takes as long.
    same = hmac.compare_digest(_digest(secret), token.digest if token else _digest(""))
    if token is None or not same or token.revoked_at is not None:
        raise TokenRefused(f"token {token.id if token else 'that is not there'}")
    if now >= token.expires_at:
        raise TokenEnded(f"token {token.id}")
    day = datetime.fromtimestamp(now, UTC).date().isoformat()
    if token.last_used != day:
        tokens.used(token.id, day)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
