"""Logout that a client starts (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.core.ports import EndSession, HttpRequest, Outcome, Redirect, Registry
from gateway.errors import MalformedRequest, SupplierError

from .answers import with_query
from .client import Client
from .own_tokens import OwnTokens
from .parameters import ParameterRefused, single_values

_ASK = Redirect("/logout", 303)


@dataclass(frozen=True, slots=True)
class LogoutEndpoint:
    registry: Registry
    own_tokens: OwnTokens

    def handle(self, request: HttpRequest) -> Outcome:
        """With a hint that we signed the session ends at once; else the person is asked (§2)."""
        try:
            fields = single_values(request.form if request.method == "POST" else request.args)
        except ParameterRefused as error:
            raise MalformedRequest(str(error)) from error
        claims = self.own_tokens.read(fields.get("id_token_hint", ""))
        client = self._client(claims, fields)
        if claims is None or client is None:
            return _ASK
        uri = fields.get("post_logout_redirect_uri", "")
        state, subject = fields.get("state"), claims["sub"]
        known = uri in client.post_logout_redirect_uris
        back = with_query(uri, {"state": state}) if known else None
        reply = (lambda ending: back) if back else None  # noqa: ARG005
        named = (str(claims["sid"]),)
        return EndSession(client.service, named, lambda ended: ended.pseudonym == subject, reply)

    def _client(self, claims: Mapping[str, Any] | None, fields: Mapping[str, str]) -> Client | None:
        """The hint's audience, and no other client_id beside it (§2)."""
        audience = str((claims or {}).get("aud", ""))
        if not audience or fields.get("client_id", audience) != audience:
            return None
        try:
            return Client(self.registry.service_named("oidc", audience))
        except SupplierError:
            return None
