"""The token endpoint of the services: client credentials (RFC 6749 §4.4, LTI Security §4.1).

Cost: one key in the store for the assertion's `jti`, one write of the token.
"""

import json
import re
from dataclasses import dataclass

from gateway.core.model import Service
from gateway.core.ports import Document, HttpRequest
from gateway.errors import UnknownService
from gateway.services import Parts
from gateway.trust.client_assertion import ASSERTION_TYPE, AssertionRefused, ClientAssertions

from .answers import document
from .scopes import scopes_of

TOKEN_SECONDS = 3600
_LENGTH_LIMIT = 8192
_DESCRIPTION_LIMIT = 200
_NOT_ALLOWED = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")  # RFC 6749 §5.2


class TokenError(Exception):
    """RFC 6749 §5.2; the description is for the tool's developer."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = _NOT_ALLOWED.sub("'", description)[:_DESCRIPTION_LIMIT]

    def document(self) -> Document:
        record = {"error": self.error, "error_description": self.description}
        return document(record, status=401 if self.error == "invalid_client" else 400)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Access tokens: opaque, in the short-lived store."""

    parts: Parts

    def issue(self, service: Service, scopes: tuple[str, ...]) -> str:
        token = self.parts.random(32)
        record = json.dumps([service.id, scopes]).encode()
        self.parts.state.put(_key(token), record, TOKEN_SECONDS)
        return token

    def find(self, token: str) -> tuple[Service, frozenset[str]] | None:
        """The tool and what it may still do: a scope that was taken back counts no more."""
        data = self.parts.state.get(_key(token))
        if data is None:
            return None
        service_id, scopes = json.loads(data)
        try:
            service = self.parts.registry.service(service_id)
        except UnknownService:
            return None
        return (service, frozenset(scopes) & set(scopes_of(service))) if service.active else None


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    parts: Parts
    assertions: ClientAssertions
    tokens: Tokens

    def handle(self, request: HttpRequest) -> Document:
        try:
            return self._issue(request)
        except TokenError as error:
            self.parts.audit("lti.token_refused", code=error.error, detail=error.description)
            return error.document()

    def _issue(self, request: HttpRequest) -> Document:
        form = _single_values(request)
        if form.get("grant_type") != "client_credentials":
            raise TokenError("unsupported_grant_type", "grant_type must be client_credentials")
        service = self._authenticated(form)
        scopes = _granted(form.get("scope", ""), service)
        token = self.tokens.issue(service, scopes)
        self.parts.audit("lti.token", service=service.id, scopes=scopes)
        return document(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "scope": " ".join(scopes),
            }
        )

    def _authenticated(self, form: dict[str, str]) -> Service:
        """RFC 7523 §2.2, §3."""
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise TokenError("invalid_client", f"client_assertion_type must be {ASSERTION_TYPE}")
        try:
            service = self.assertions.service(form.get("client_assertion", ""))
        except AssertionRefused as error:
            raise TokenError("invalid_client", f"client_assertion: {error}") from error
        if form.get("client_id", service.identifier) != service.identifier:
            raise TokenError("invalid_client", "client_id is not that of the assertion")
        return service


def _granted(asked: str, service: Service) -> tuple[str, ...]:
    """What was asked and may be had (RFC 6749 §3.3)."""
    wanted = asked.split()
    scopes = tuple(scope for scope in scopes_of(service) if scope in wanted)
    if not scopes:
        raise TokenError("invalid_scope", "none of the scopes is granted to this tool")
    return scopes


def _single_values(request: HttpRequest) -> dict[str, str]:
    """Each parameter once (RFC 6749 §3.2)."""
    found: dict[str, str] = {}
    for name in request.form.keys():  # noqa: SIM118  # a MultiDict is no dict
        values = request.form.getlist(name)
        if len(values) > 1 or len(values[0]) > _LENGTH_LIMIT:
            raise TokenError("invalid_request", "a parameter is there twice or too long")
        found[name] = values[0]
    return found


def _key(token: str) -> str:
    return f"lti-token:{token}"
