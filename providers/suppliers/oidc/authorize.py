"""The authentication request of a client, checked (OpenID Connect Core §3.1.2.1 and .2).

Until client and redirect_uri are known to belong together an error is a page of ours; after
that it goes to the redirect_uri.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from gateway.core.model import Brin, Demands, Json, SupplierRequest
from gateway.core.ports import Begin, HttpRequest, MultiDict, Redirect, Registry
from gateway.errors import GatewayError, MalformedRequest, UnregisteredAddress

from .client import Client, client_of

_LENGTH_LIMIT = 4096
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PROMPTS = {"none", "login", "consent", "select_account"}


@dataclass(frozen=True, slots=True)
class AuthorizationError(Exception):
    """An error that goes to a redirect_uri that is the client's own."""

    redirect_uri: str
    state: str | None
    error: str
    description: str


def read_authorization(request: HttpRequest, registry: Registry) -> Begin:
    """The login that a client asks for; raises SupplierError, AuthorizationError."""
    fields = _single_values(request)
    client = client_of(registry.service_named("oidc", fields.get("client_id", "")))
    redirect_uri = _redirect_uri(fields, client)
    try:
        _check_response_type(fields)
        _check_request_objects(fields)
        _check_scope(fields)
        challenge = _challenge(fields)
        demands = _demands(fields)
    except _Invalid as invalid:
        raise AuthorizationError(
            redirect_uri, fields.get("state"), invalid.error, invalid.description
        ) from invalid
    payload: Json = {
        "redirect_uri": redirect_uri,
        "state": fields.get("state"),
        "nonce": fields.get("nonce"),
        "challenge": challenge,
        "scope": fields["scope"],
    }
    asked = SupplierRequest(client.service.id, payload, demands)
    return Begin(asked, _school(fields, registry))


class _Invalid(Exception):  # never leaves this module
    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description


def _single_values(request: HttpRequest) -> dict[str, str]:
    """Each parameter once, empty ones as absent (RFC 6749 §3.1); GET and POST (Core §3.1.2.1)."""
    source: MultiDict = request.form if request.method == "POST" else request.args
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


def _redirect_uri(fields: Mapping[str, str], client: Client) -> str:
    """Compared as a whole string (RFC 9700 §4.1.3, Core §3.1.2.1)."""
    asked = fields.get("redirect_uri")
    if asked is None:
        raise MalformedRequest("no redirect_uri")
    if asked not in client.redirect_uris:
        raise UnregisteredAddress(f"redirect_uri is not registered for {client.service.id}")
    return asked


def _check_response_type(fields: Mapping[str, str]) -> None:
    if "response_type" not in fields:
        raise _Invalid("invalid_request", "response_type is missing")
    if fields["response_type"] != "code":
        raise _Invalid("unsupported_response_type", "response_type must be code")
    if fields.get("response_mode", "query") != "query":
        raise _Invalid("invalid_request", "response_mode must be query")


def _check_request_objects(fields: Mapping[str, str]) -> None:
    """Core §3.1.2.6: refused aloud, never ignored."""
    if "request" in fields:
        raise _Invalid("request_not_supported", "request objects are not supported")
    if "request_uri" in fields:
        raise _Invalid("request_uri_not_supported", "request_uri is not supported")


def _check_scope(fields: Mapping[str, str]) -> None:
    if "openid" not in fields.get("scope", "").split():
        raise _Invalid("invalid_scope", "scope must hold openid")


def _challenge(fields: Mapping[str, str]) -> str | None:
    """RFC 7636 §4.3; only S256, since plain protects nothing (RFC 9700 §2.1.1)."""
    challenge, method = fields.get("code_challenge"), fields.get("code_challenge_method")
    if challenge is None and method is None:
        return None
    if method != "S256":
        raise _Invalid("invalid_request", "code_challenge_method must be S256")
    if challenge is None or not _CHALLENGE.fullmatch(challenge):
        raise _Invalid("invalid_request", "code_challenge must be 43 base64url characters")
    return challenge


def _demands(fields: Mapping[str, str]) -> Demands:
    """Read prompt and max_age (Core §3.1.2.1)."""
    prompts = set(fields.get("prompt", "").split())
    if prompts - _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise _Invalid("invalid_request", "prompt is not understood")
    max_age = fields.get("max_age")
    if max_age is not None and not re.fullmatch(r"[0-9]{1,9}", max_age):
        raise _Invalid("invalid_request", "max_age must be a number of seconds")
    return Demands(
        fresh="login" in prompts,
        passive="none" in prompts,
        max_age=None if max_age is None else int(max_age),
    )


def _school(fields: Mapping[str, str], registry: Registry) -> Brin | None:
    """The school named by `school` or by `login_hint=brin:...`; an unknown one is no hint."""
    hint = fields.get("login_hint", "")
    named = fields.get("school") or (hint.removeprefix("brin:") if hint.startswith("brin:") else "")
    try:
        return registry.school(named).brin if named else None
    except GatewayError:
        return None


def to_client(redirect_uri: str, fields: Mapping[str, str | None]) -> Redirect:
    """The redirect_uri with its own query kept and ours behind it (RFC 6749 §4.1.2)."""
    query = urlencode({name: value for name, value in fields.items() if value is not None})
    joiner = "&" if urlsplit(redirect_uri).query else "?"
    return Redirect(f"{redirect_uri}{joiner}{query}")
