"""Tokens for the HTTP API: `id.secret`. Only a digest of the secret is kept.

A secret has 32 random bytes, so that a plain SHA-256 of it can not be turned back.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from gateway.errors import TokenRefused

_SECRET_BYTES = 32
_LONGEST = 200


class Owner(StrEnum):
    """Whose token it is: a supplier publishes materials, a school's software makes links."""

    SUPPLIER = "supplier"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as kept. `owner` is a supplier's id or a BRIN; `name` says what it is for;
    `last_used` is a day (yyyy-mm-dd)."""

    id: str
    kind: Owner
    owner: str
    name: str
    digest: str = field(repr=False)
    created_at: int
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


def new_secret() -> tuple[str, str]:
    """A secret and the digest of it that is kept."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    return secret, _digest(secret)


def check_token(tokens: ApiTokens, text: str, now: float) -> ApiToken:
    """The token that a text is; raises TokenRefused, which never says what is wrong with it."""
    token_id, _, secret = text.partition(".")
    plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST
    token = tokens.find(token_id) if plain and token_id and secret else None
    # The digest is made and compared for a token that is not there too: it takes as long.
    same = hmac.compare_digest(_digest(secret), token.digest if token else _digest(""))
    if token is None or not same or token.revoked_at is not None:
        raise TokenRefused(f"token {token.id if token else 'that is not there'}")
    day = datetime.fromtimestamp(now, UTC).date().isoformat()
    if token.last_used != day:
        tokens.used(token.id, day)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
