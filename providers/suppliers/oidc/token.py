"""The token endpoint: a code becomes an ID token and an access token (Core §3.1.3).

Cost: one take from the store, one signature.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.core.attributes import Vocabulary
from gateway.core.model import Release
from gateway.core.ports import Document, HttpRequest
from gateway.services import Parts

from .client import Client, authenticate
from .errors import NO_STORE, OAuthError, json_document
from .grants import CodeGrant, Grants

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    parts: Parts
    grants: Grants
    issuer: str

    def handle(self, request: HttpRequest) -> Document:
        try:
            return self._exchange(request)
        except OAuthError as error:
            return error.document()

    def _exchange(self, request: HttpRequest) -> Document:
        form = _single_values(request)
        client = authenticate(request, form, self.parts.registry)
        if form.get("grant_type") != "authorization_code":
            raise OAuthError("unsupported_grant_type", "grant_type must be authorization_code")
        redeemed = self.grants.redeem_code(form.get("code", ""))
        if redeemed is None:
            raise OAuthError("invalid_grant", "the code is unknown, used or too old")
        grant, token = redeemed
        _check_grant(grant, client, form)
        signer = self.parts.keyring.signer(client.id_token_algorithm)
        record = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.grants.token_seconds,
            "scope": grant.scope,
            "id_token": signer.sign_jwt(self._id_token(grant, token)),
        }
        return json_document(record, headers=NO_STORE)

    def _id_token(self, grant: CodeGrant, token: str) -> dict[str, Any]:
        """Core §2 and §3.1.3.6."""
        release, now = grant.release, int(self.parts.clock())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": grant.client_id,
            "iat": now,
            "exp": now + self.grants.token_seconds,
            "auth_time": release.authenticated_at,
            "acr": release.authn_context,
            "sid": release.session_index,
            "at_hash": _half_hash(token),
            **person_claims(release, self.parts.vocabulary),
        }
        if grant.nonce is not None:
            claims["nonce"] = grant.nonce
        return claims


def person_claims(release: Release, vocabulary: Vocabulary) -> dict[str, Any]:
    """`sub`, the supplier's own pseudonym, and what else was released, under its claim names."""
    claims: dict[str, Any] = {"sub": release.pseudonym}
    for name, values in release.attributes.items():
        word = vocabulary[name]
        claims[word.oidc] = list(values) if word.many else values[0]
    return claims


def _check_grant(grant: CodeGrant, client: Client, form: Mapping[str, str]) -> None:
    """RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9700 §2.1.1 (no verifier without a challenge)."""
    if grant.client_id != client.service.identifier:
        raise OAuthError("invalid_grant", "the code was given to another client")
    if grant.redirect_uri != form.get("redirect_uri"):
        raise OAuthError("invalid_grant", "redirect_uri is not that of the request")
    verifier = form.get("code_verifier")
    if (grant.challenge is None) != (verifier is None):
        raise OAuthError("invalid_grant", "code_verifier and code_challenge belong together")
    if grant.challenge and not _proves(verifier or "", grant.challenge):
        raise OAuthError("invalid_grant", "code_verifier does not prove the code_challenge")


def _proves(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)


def _half_hash(token: str) -> str:
    """at_hash: the left half of SHA-256 (Core §3.1.3.6)."""
    half = hashlib.sha256(token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def _single_values(request: HttpRequest) -> dict[str, str]:
    """Each parameter once (RFC 6749 §3.2)."""
    found: dict[str, str] = {}
    for name in request.form.keys():  # noqa: SIM118  # a MultiDict is no dict
        values = request.form.getlist(name)
        if len(values) > 1:
            raise OAuthError("invalid_request", "a parameter is there twice")
        found[name] = values[0]
    return found
