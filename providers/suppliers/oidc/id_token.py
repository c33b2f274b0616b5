"""What an ID token says (OpenID Connect Core §2)."""

import hashlib
from dataclasses import dataclass
from typing import Any

from gateway.core.attributes import Vocabulary
from gateway.core.model import Release
from gateway.core.ports import Clock, Fault, Keyring
from gateway.trust import base64url

from .client import Client
from .faults import wrong_token


@dataclass(frozen=True, slots=True)
class IdTokens:
    """`lifetime` in seconds."""

    issuer: str
    keyring: Keyring
    vocabulary: Vocabulary
    clock: Clock
    lifetime: int

    def make(self, client: Client, release: Release, access_token: str, nonce: str | None) -> str:
        """Signed as the client registered (Core §2, §3.1.3.6; a refreshed one: §12.2)."""
        claims = self.claims(client, release, access_token, nonce)
        return self.keyring.signer(client.id_token_algorithm).sign_jwt(claims)

    def make_wrong(
        self, client: Client, release: Release, access_token: str, nonce: str | None, fault: Fault
    ) -> str:
        """One that the client must refuse."""
        claims = self.claims(client, release, access_token, nonce)
        signer = self.keyring.signer(client.id_token_algorithm)
        return wrong_token(claims, fault, signer, self.clock)

    def claims(
        self, client: Client, release: Release, access_token: str, nonce: str | None
    ) -> dict[str, Any]:
        """What it says, not yet signed."""
        now = int(self.clock())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": client.service.identifier,
            "iat": now,
            "exp": now + self.lifetime,
            "auth_time": release.authenticated_at,
            "acr": release.authn_context,
            "sid": release.session_index,
            "at_hash": _half_hash(access_token),
            **person_claims(release, self.vocabulary),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return claims


def person_claims(release: Release, vocabulary: Vocabulary) -> dict[str, Any]:
    """`sub`, the supplier's own pseudonym, and what else was released, under its claim names."""
    claims: dict[str, Any] = {"sub": release.pseudonym}
    for name, values in release.attributes.items():
        word = vocabulary[name]
        claims[word.oidc] = list(values) if word.many else values[0]
    return claims


def _half_hash(token: str) -> str:
    """at_hash: the left half of SHA-256 (Core §3.1.3.6)."""
    half = hashlib.sha256(token.encode()).digest()[:16]
    return base64url.encode(half)
