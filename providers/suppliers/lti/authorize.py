"""A tool's authentication request, checked (LTI Security §5.1.1.2, OpenID Connect Core §3.2.2.1).

Until client_id and redirect_uri are known to belong together an error is a page of ours; after
that it goes to the redirect_uri.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.ports import HttpRequest, Registry
from gateway.errors import MalformedRequest, UnregisteredAddress

from .tool import Tool, tool_of

_LENGTH_LIMIT = 4096
_FIXED = {
    "response_type": "id_token",
    "response_mode": "form_post",
    "prompt": "none",
}


@dataclass(frozen=True, slots=True)
class Authentication:
    """What a tool asks: `login_hint` and `message_hint` as it brought them back."""

    tool: Tool
    redirect_uri: str
    state: str | None
    nonce: str
    login_hint: str
    message_hint: str


@dataclass(frozen=True, slots=True)
class AuthenticationError(Exception):
    """An error that goes to a redirect_uri that is the tool's own."""

    redirect_uri: str
    state: str | None
    error: str
    description: str


def read_authentication(request: HttpRequest, registry: Registry) -> Authentication:
    """Raises SupplierError, AuthenticationError."""
    fields = _single_values(request)
    tool = tool_of(registry.service_named("lti", fields.get("client_id", "")))
    redirect_uri = _redirect_uri(fields, tool)
    state = fields.get("state")
    if (fault := _fault(fields)) is not None:
        raise AuthenticationError(redirect_uri, state, *fault)
    return Authentication(
        tool=tool,
        redirect_uri=redirect_uri,
        state=state,
        nonce=fields["nonce"],
        login_hint=fields["login_hint"],
        message_hint=fields["lti_message_hint"],
    )


def _single_values(request: HttpRequest) -> dict[str, str]:
    """Each parameter once (RFC 6749 §3.1); GET and POST (OpenID Connect Core §3.1.2.1)."""
    source = request.form if request.method == "POST" else request.args
    found: dict[str, str] = {}
    for name in source.keys():  # noqa: SIM118  # a MultiDict is no dict
        values = source.getlist(name)
        if len(values) > 1:
            raise MalformedRequest(f"parameter {name[:40]!r} is there twice")
        if len(values[0]) > _LENGTH_LIMIT:
            raise MalformedRequest(f"parameter {name[:40]!r} is too long")
        if values[0]:
            found[name] = values[0]
    return found


def _redirect_uri(fields: Mapping[str, str], tool: Tool) -> str:
    """Compared as a whole string (RFC 9700 §4.1.3, LTI Security §5.1.1.2)."""
    asked = fields.get("redirect_uri")
    if asked is None:
        raise MalformedRequest("no redirect_uri")
    if asked not in tool.redirect_uris:
        raise UnregisteredAddress(f"redirect_uri is not registered for {tool.service.id}")
    return asked


def _fault(fields: Mapping[str, str]) -> tuple[str, str] | None:
    """An error and its description; None when all is as LTI Security §5.1.1.2 has it."""
    if {"request", "request_uri"} & fields.keys():
        return "request_not_supported", "request objects are not supported"
    for name, value in _FIXED.items():
        if fields.get(name) != value:
            unsupported = name == "response_type" and name in fields
            error = "unsupported_response_type" if unsupported else "invalid_request"
            return error, f"{name} must be {value}"
    if "openid" not in fields.get("scope", "").split():
        return "invalid_scope", "scope must hold openid"
    for name in ("nonce", "login_hint", "lti_message_hint"):
        if name not in fields:
            return "invalid_request", f"{name} is missing"
    return None
