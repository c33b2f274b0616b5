"""What the OpenID school is asked, and what a person's login there grants."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from demo.federation import Person


class OAuthError(Exception):
    """An error of RFC 6749 §4.1.2.1 or §5.2, by its code and an explanation."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}
        self.status = status


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """The checked parameters of OpenID Core §3.1.2.1 and RFC 7636 §4.3."""

    scope: frozenset[str]
    nonce: str | None
    code_challenge: str

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "AuthorizationRequest":
        """Raises OAuthError, to be sent to the redirect_uri (which is checked before)."""
        if values.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "only response_type=code")
        scope = frozenset(values.get("scope", "").split())
        if "openid" not in scope:
            raise OAuthError("invalid_scope", "the scope openid is missing")
        if values.get("code_challenge_method") != "S256" or not values.get("code_challenge"):
            raise OAuthError("invalid_request", "a code_challenge by S256 is required")
        if values.get("prompt") == "none":
            raise OAuthError("login_required", "every login of this school asks who you are")
        return cls(scope, values.get("nonce"), values["code_challenge"])


@dataclass(frozen=True, slots=True)
class Grant:
    person: Person
    request: AuthorizationRequest
    auth_time: int

    def proves(self, verifier: str) -> bool:
        """RFC 7636 §4.6."""
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=")
        return hmac.compare_digest(challenge, self.request.code_challenge.encode())
