"""A school's OpenID Provider says that somebody signed out there (OpenID Connect Back-Channel
Logout 1.0): program to program, without the browser."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from gateway.core.model import Connection
from gateway.core.ports import Document, EndAtSchool, HttpRequest, Outcome
from gateway.core.sessions import named_by_school
from gateway.errors import (
    BadSignature,
    FetchRefused,
    MalformedAnswer,
    ReplayedAnswer,
    SchoolError,
    SchoolUnreachable,
)
from gateway.services import Parts
from gateway.trust.jose import TokenRefused, verify_token

from .discovery import Discovery

_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_TYPES = {None, "JWT", "logout+jwt"}
_TOKEN_LIMIT = 8192
_UNCACHED = {"Cache-Control": "no-store"}
_JTI_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class BackChannelLogout:
    parts: Parts
    discovery: Discovery

    def handle(self, request: HttpRequest) -> Outcome:
        """§2.5 and §2.8: 200 when the session ended or there was none; 400 for a token that does
        not hold."""
        try:
            return self._read(request)
        except SchoolError as error:
            self.parts.audit("logout.refused", code=error.code, detail=error.detail)
            body = json.dumps({"error": "invalid_request", "error_description": error.code})
            return Document(body.encode(), "application/json", 400, _UNCACHED)

    def _read(self, request: HttpRequest) -> EndAtSchool:
        tokens = request.form.getlist("logout_token")
        if len(tokens) != 1 or len(tokens[0]) > _TOKEN_LIMIT:
            raise MalformedAnswer("not exactly one logout_token")
        connection = self.parts.registry.connection_named("oidc", _issuer(tokens[0]))
        claims = self._verified(tokens[0], connection)
        _check_claims(claims)
        if not self.parts.state.once([f"jti:{connection.id} {claims['jti']}"], _JTI_SECONDS):
            raise ReplayedAnswer(f"logout token of connection {connection.id}")
        kind = "sid" if "sid" in claims else "sub"
        name = named_by_school(connection.id, kind, str(claims[kind]))
        return EndAtSchool(connection, (name,), _done)

    def _verified(self, token: str, connection: Connection) -> Mapping[str, Any]:
        """§2.6, the first six steps: as an ID token is, by the same keys."""
        provider = self.discovery.find(connection.identifier)
        try:
            if jwt.get_unverified_header(token).get("typ") not in _TYPES:
                raise MalformedAnswer("a token of another type")
            return verify_token(
                token,
                provider.keys,
                issuer=provider.issuer,
                audience=str(connection.config["client_id"]),
                skew=self.parts.settings.clock_skew_seconds,
                required=("exp", "iat", "jti"),
            )
        except (TokenRefused, jwt.PyJWTError) as error:
            raise BadSignature(f"logout token of {provider.issuer}: {error}") from error
        except FetchRefused as error:
            raise SchoolUnreachable(f"keys of {provider.issuer}: {error}") from error


def session_names(claims: Mapping[str, Any], connection: Connection) -> tuple[str, ...]:
    """By what the provider may end the session, when it says that it keeps one (`sid`)."""
    if not isinstance(claims.get("sid"), str):
        return ()
    named = (("sid", claims["sid"]), ("sub", str(claims["sub"])))
    return tuple(named_by_school(connection.id, *each) for each in named)


def _issuer(token: str) -> str:
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, RecursionError) as error:
        raise MalformedAnswer("the logout token is no JWT") from error
    return str(claims.get("iss", ""))


def _check_claims(claims: Mapping[str, Any]) -> None:
    """§2.4 and §2.6: what makes it a logout token, and no ID token."""
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_EVENT), dict):
        raise MalformedAnswer("not the event of a logout")
    if "nonce" in claims:
        raise MalformedAnswer("a logout token with a nonce")
    if not any(name in claims for name in ("sid", "sub")):
        raise MalformedAnswer("neither sid nor sub")
    if any(not isinstance(claims[n], str) for n in ("sid", "sub", "jti") if n in claims):
        raise MalformedAnswer("sid, sub and jti are texts")


def _done(_everywhere: bool) -> Document:  # what an EndAtSchool asks
    return Document(b"", "text/plain", 200, _UNCACHED)
