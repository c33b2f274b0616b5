"""An OpenID supplier inside the test, on plain requests and PyJWT: checks every token strictly."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests

SKEW_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that was begun: the address to open and what only the client knows."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A finished login: the verified claims of the id_token, and what userinfo says."""

    claims: dict[str, Any]
    userinfo: dict[str, Any]
    id_token: str
    access_token: str


class OidcClient:
    """A confidential client; give its `redirect_uri` as a browser's stop."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str = "http://tool.test/callback",
    ) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri

    @cached_property
    def discovery(self) -> dict[str, Any]:
        """The provider's configuration (OpenID Connect Discovery §4.3)."""
        found = _json(requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=10))
        assert found["issuer"] == self.issuer
        return found

    def begin(self, **changes: str | None) -> Attempt:
        """Return a login by code and PKCE; a parameter in `changes` is replaced, None leaves it out."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        valid = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _digest(verifier, 32),
            "code_challenge_method": "S256",
        }
        query = {name: value for name, value in {**valid, **changes}.items() if value is not None}
        url = f"{self.discovery['authorization_endpoint']}?{urlencode(query)}"
        return Attempt(url, state, nonce, verifier)

    def finish(self, attempt: Attempt, callback: str) -> Tokens:
        """Take the address to which the browser was sent back; redeem its code and verify all."""
        answer = read_callback(callback)
        assert callback.startswith(self.redirect_uri + "?")
        assert answer["state"] == attempt.state, answer
        assert answer.get("iss", self.issuer) == self.issuer
        tokens = _json(self.redeem(attempt, answer["code"]))
        assert tokens["token_type"].lower() == "bearer"
        claims = self.verify(tokens["id_token"], attempt, tokens["access_token"])
        userinfo = _json(self.ask_userinfo(tokens["access_token"]))
        assert userinfo["sub"] == claims["sub"]
        return Tokens(claims, userinfo, tokens["id_token"], tokens["access_token"])

    def redeem(self, attempt: Attempt, code: str, **changes: str) -> requests.Response:
        """Ask the token endpoint with client_secret_basic (RFC 6749 §4.1.3)."""
        valid = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        return requests.post(
            self.discovery["token_endpoint"],
            data={**valid, **changes},
            auth=(self.client_id, self.client_secret),
            timeout=10,
        )

    def ask_userinfo(self, access_token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {access_token}"}
        return requests.get(self.discovery["userinfo_endpoint"], headers=headers, timeout=10)

    def verify(self, id_token: str, attempt: Attempt, access_token: str) -> dict[str, Any]:
        """Return the claims of a right id_token (OpenID Connect Core §3.1.3.7)."""
        header = jwt.get_unverified_header(id_token)
        assert header["alg"] in {"RS256", "ES256"}, header
        keys = jwt.PyJWKSet.from_dict(_json(requests.get(self.discovery["jwks_uri"], timeout=10)))
        claims: dict[str, Any] = jwt.decode(
            id_token,
            keys[header["kid"]].key,
            algorithms=[header["alg"]],
            audience=self.client_id,
            issuer=self.issuer,
            leeway=SKEW_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"], "strict_aud": True},
        )
        assert claims["nonce"] == attempt.nonce
        assert claims.get("azp", self.client_id) == self.client_id
        if "at_hash" in claims:
            assert claims["at_hash"] == _digest(access_token, 16)
        return claims


def read_callback(url: str) -> dict[str, str]:
    """Return the parameters with which the browser was sent back; each may stand there once."""
    fields = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in fields.values()), url
    return {name: values[0] for name, values in fields.items()}


def _digest(text: str, length: int) -> str:
    digest = hashlib.sha256(text.encode()).digest()[:length]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _json(response: requests.Response) -> dict[str, Any]:
    assert response.ok, f"{response.status_code} from {response.url}: {response.text[:500]}"
    found: dict[str, Any] = response.json()
    return found
