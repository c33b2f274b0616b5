"""An OpenID client as it is registered, and its authentication at our endpoints."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote_plus

from gateway.core.model import Service
from gateway.core.ports import HttpRequest, Registry
from gateway.errors import UnknownService

from .errors import OAuthError


@dataclass(frozen=True, slots=True)
class Client:
    """What a client registered; its secret is known by its hash alone."""

    service: Service
    redirect_uris: tuple[str, ...]
    secret_hash: str
    initiate_login_uri: str | None
    post_logout_redirect_uris: tuple[str, ...]
    id_token_algorithm: str


def client_of(service: Service) -> Client:
    config = service.config
    initiate = config.get("initiate_login_uri")
    return Client(
        service=service,
        redirect_uris=_texts(config["redirect_uris"]),
        secret_hash=str(config["secret_hash"]),
        initiate_login_uri=str(initiate) if initiate else None,
        post_logout_redirect_uris=_texts(config.get("post_logout_redirect_uris") or ()),
        id_token_algorithm=str(config.get("id_token_algorithm") or "RS256"),
    )


def hash_secret(secret: str) -> str:
    """Our secrets carry 256 random bits, so that a plain hash can not be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(request: HttpRequest, form: dict[str, str], registry: Registry) -> Client:
    """client_secret_basic or client_secret_post, not both (RFC 6749 §2.3.1).

    Raises OAuthError invalid_client.
    """
    header = request.headers.get("Authorization")
    if header and "client_secret" in form:
        raise OAuthError("invalid_request", "two ways of authentication")
    client_id, secret = (
        _basic(header) if header else (form.get("client_id"), form.get("client_secret"))
    )
    if not client_id or not secret or form.get("client_id", client_id) != client_id:
        raise OAuthError("invalid_client", "no client credentials", status=401)
    try:
        client = client_of(registry.service_named("oidc", client_id))
    except UnknownService as error:
        raise OAuthError("invalid_client", "unknown client", status=401) from error
    if not hmac.compare_digest(hash_secret(secret), client.secret_hash):
        raise OAuthError("invalid_client", "wrong secret", status=401)
    return client


def _basic(header: str) -> tuple[str, str]:
    """The user name and password are form-encoded inside (RFC 6749 §2.3.1)."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client", "another scheme than Basic", status=401)
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise OAuthError("invalid_client", "credentials are not base64", status=401) from error
    return unquote_plus(name), unquote_plus(secret)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(cast("Sequence[str]", value))
