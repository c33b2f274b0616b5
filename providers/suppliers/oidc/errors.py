"""Errors as OAuth says them (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6)."""

import json

from gateway.core.ports import Document
from gateway.errors import GatewayError, LoginRequired, MalformedRequest, StaleLogin, SupplierError

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthError(Exception):
    """An error for the client itself; the description is for its developer."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status

    def document(self) -> Document:
        headers = dict(NO_STORE)
        if self.status == 401:  # noqa: PLR2004  # RFC 6749 §5.2: says how to authenticate
            headers["WWW-Authenticate"] = 'Basic realm="ketenpoort"'
        return json_document(
            {"error": self.error, "error_description": self.description}, self.status, headers
        )


def error_code(error: GatewayError) -> str:
    """The error for the redirect_uri (Core §3.1.2.6)."""
    if isinstance(error, LoginRequired | StaleLogin):
        return "login_required"
    if isinstance(error, MalformedRequest):
        return "invalid_request"
    if isinstance(error, SupplierError):
        return "access_denied"
    return "server_error"


def json_document(
    record: object, status: int = 200, headers: dict[str, str] | None = None
) -> Document:
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return Document(body, "application/json", status, headers or {})
