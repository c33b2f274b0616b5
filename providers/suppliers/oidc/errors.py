"""Errors as OAuth says them (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6)."""

import re
from dataclasses import replace

import orjson

from gateway.core.ports import Document
from gateway.errors import (
    GatewayError,
    LoginRequired,
    MalformedRequest,
    StaleLogin,
    SupplierError,
    WrongContext,
)

_DESCRIPTION_LIMIT = 200
_NOT_ALLOWED = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")  # RFC 6749 §4.1.2.1, §5.2
# Core §5.5.1.1; the code is that of OpenID Connect Unmet Authentication Requirements 1.0.
_UNMET = "unmet_authentication_requirements"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class InvalidRequest(Exception):
    """An error and its description, for the developer of the client."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = _NOT_ALLOWED.sub("'", description)[:_DESCRIPTION_LIMIT]


class OAuthError(InvalidRequest):
    """An error for the client itself, which no browser carries."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error, description)
        self.status = status

    def document(self) -> Document:
        headers = dict(NO_STORE)
        if self.status == 401:  # noqa: PLR2004  # RFC 6749 §5.2: says how to authenticate
            headers["WWW-Authenticate"] = 'Basic realm="ketenpoort"'
        return json_document(
            {"error": self.error, "error_description": self.description}, self.status, headers
        )


class BearerError(OAuthError):
    """At an address that takes a bearer token (RFC 6750 §3.1)."""

    def document(self) -> Document:
        challenge = f'Bearer realm="ketenpoort", error="{self.error}"'
        said = super().document()
        return replace(said, headers={**NO_STORE, "WWW-Authenticate": challenge})


def error_code(error: GatewayError) -> str:
    """The error for the redirect_uri (Core §3.1.2.6)."""
    if isinstance(error, LoginRequired | StaleLogin):
        return "login_required"
    if isinstance(error, WrongContext):
        return _UNMET
    if isinstance(error, MalformedRequest):
        return "invalid_request"
    if isinstance(error, SupplierError):
        return "access_denied"
    return "server_error"


def json_document(
    record: object, status: int = 200, headers: dict[str, str] | None = None
) -> Document:
    return Document(orjson.dumps(record), "application/json", status, headers or {})
