"""A client proves itself at an endpoint that it asks without a browser."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from gateway.core.ports import Clock, HttpRequest, Registry
from gateway.errors import UnknownService
from gateway.trust.client_assertion import ASSERTION_TYPE, AssertionRefused, ClientAssertions

from .client import Client, hash_secret
from .errors import OAuthError
from .parameters import ParameterRefused, single_values

METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt")


@dataclass(frozen=True, slots=True)
class Authentication:
    registry: Registry
    assertions: ClientAssertions
    clock: Clock

    def read(self, request: HttpRequest) -> tuple[Client, dict[str, str]]:
        """The client and what it asks; in one way alone (RFC 6749 §2.3), the one that it
        registered for. Raises OAuthError."""
        try:
            form = single_values(request.form)
        except ParameterRefused as error:
            raise OAuthError("invalid_request", str(error)) from error
        header = request.headers.get("Authorization")
        ways = [header, form.get("client_secret"), form.get("client_assertion")]
        if sum(way is not None for way in ways) > 1:
            raise OAuthError("invalid_request", "two ways of authentication")
        client = self._asserted(form) if ways[2] else self._by_secret(header, form)
        if form.get("client_id", client.service.identifier) != client.service.identifier:
            raise OAuthError("invalid_client", "client_id is another's", status=401)
        return client, form

    def _asserted(self, form: Mapping[str, str]) -> Client:
        """private_key_jwt (RFC 7523 §2.2, Core §9)."""
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise OAuthError("invalid_client", "client_assertion_type is another", status=401)
        try:
            return Client(self.assertions.service(form["client_assertion"]))
        except AssertionRefused as error:
            raise OAuthError("invalid_client", f"client_assertion: {error}", status=401) from error

    def _by_secret(self, header: str | None, form: Mapping[str, str]) -> Client:
        """client_secret_basic or client_secret_post (RFC 6749 §2.3.1)."""
        client_id, secret = (
            _basic(header) if header else (form.get("client_id"), form.get("client_secret"))
        )
        if not client_id or not secret:
            raise OAuthError("invalid_client", "no client credentials", status=401)
        try:
            client = Client(self.registry.service_named("oidc", client_id))
        except UnknownService as error:
            raise OAuthError("invalid_client", "unknown client", status=401) from error
        if client.secret_hash is None:
            raise OAuthError("invalid_client", "this client signs", status=401)
        if not self._is_secret(client, hash_secret(secret)):
            raise OAuthError("invalid_client", "wrong secret", status=401)
        return client

    def _is_secret(self, client: Client, digest: str) -> bool:
        """Its secret, or the one before while that still serves."""
        old, until = client.old_secret or ("", 0)
        is_old = hmac.compare_digest(digest, old) and self.clock() < until
        return hmac.compare_digest(digest, client.secret_hash or "") or is_old


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
