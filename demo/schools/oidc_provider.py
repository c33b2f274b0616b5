"""The protocol of the OpenID school: code flow with PKCE (OpenID Core §3.1, RFC 7636)."""

import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import RSAAlgorithm

from demo.federation import Person, School
from demo.memory import Memory
from demo.schools.oidc_grants import AuthorizationRequest, Grant, OAuthError

KEY_ID = "demo"
CODE_LIFETIME = 60  # seconds
TOKEN_LIFETIME = 600  # seconds


@dataclass(frozen=True, slots=True)
class Client:
    """The one party that may ask this school for a login: the gateway."""

    id: str
    secret: str
    redirect_uri: str

    def asks(self, values: Mapping[str, str]) -> bool:
        """Whether client_id and redirect_uri are this client's; only then may an error go back."""
        return (values.get("client_id"), values.get("redirect_uri")) == (self.id, self.redirect_uri)

    def proves(self, client_id: str | None, secret: str | None) -> bool:
        return client_id == self.id and hmac.compare_digest(
            self.secret.encode(), (secret or "").encode()
        )


class Provider:
    """Codes and access tokens live in memory, each as long as its lifetime."""

    def __init__(self, issuer: str, school: School, client: Client, key: RSAPrivateKey) -> None:
        self.issuer = issuer
        self.client = client
        self._school = school
        self._key = key
        self._codes = Memory[Grant]()
        self._tokens = Memory[Grant]()

    def discovery(self) -> dict[str, object]:
        """OpenID Discovery §3."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict[str, object]:
        public = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [public | {"kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def code(self, asked: AuthorizationRequest, person: Person) -> str:
        """OpenID Core §3.1.2.5."""
        code = secrets.token_urlsafe(32)
        self._codes.set(code, Grant(person, asked, int(time.time())), CODE_LIFETIME)
        return code

    def exchange(self, form: Mapping[str, str]) -> dict[str, object]:
        """The answer to an authenticated token request (OpenID Core §3.1.3). Raises OAuthError."""
        if form.get("grant_type") != "authorization_code":
            raise OAuthError("unsupported_grant_type", "only authorization_code")
        grant = self._codes.take(form.get("code", ""))
        if grant is None or form.get("redirect_uri") != self.client.redirect_uri:
            raise OAuthError("invalid_grant", "unknown, used or expired code")
        if not grant.proves(form.get("code_verifier", "")):
            raise OAuthError("invalid_grant", "the code_verifier does not fit")
        access_token = secrets.token_urlsafe(32)
        self._tokens.set(access_token, grant, TOKEN_LIFETIME)
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFETIME,
            "id_token": self._id_token(grant),
        }

    def userinfo(self, access_token: str) -> dict[str, str]:
        """OpenID Core §5.3. Raises OAuthError."""
        grant = self._tokens.get(access_token)
        if grant is None:
            raise OAuthError("invalid_token", "unknown or expired access token", 401)
        return self._claims(grant)

    def _id_token(self, grant: Grant) -> str:
        """OpenID Core §2."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": self.client.id,
            "iat": now,
            "exp": now + TOKEN_LIFETIME,
            "auth_time": grant.auth_time,
            **self._claims(grant),
        }
        if grant.request.nonce:
            claims["nonce"] = grant.request.nonce
        return jwt.encode(claims, self._key, "RS256", {"kid": KEY_ID})

    def _claims(self, grant: Grant) -> dict[str, str]:
        """The standard claims by scope (OpenID Core §5.4); the school's own go with every login."""
        said = self._school.attributes(grant.person)
        standard = {
            "profile": {"given_name": said.pop("givenName"), "family_name": said.pop("sn")},
            "email": {"email": said.pop("mail")},
        }
        claims = {"sub": said.pop("uid")} | said
        for scope in grant.request.scope & standard.keys():
            claims |= standard[scope]
        return claims
