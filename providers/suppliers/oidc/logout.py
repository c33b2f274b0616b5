"""Logout that a client starts (OpenID Connect RP-Initiated Logout 1.0)."""

from dataclasses import dataclass
from typing import Any

import jwt

from gateway.core.ports import EndSession, HttpRequest, Outcome, Redirect
from gateway.errors import SupplierError
from gateway.services import Parts
from gateway.trust.jose import ALGORITHMS

from .authorize import to_client
from .client import Client, client_of

_ASK = Redirect("/logout", 303)


@dataclass(frozen=True, slots=True)
class LogoutEndpoint:
    parts: Parts
    issuer: str

    def handle(self, request: HttpRequest) -> Outcome:
        """With a hint that we signed the session ends at once; else the person is asked (§2)."""
        source = request.form if request.method == "POST" else request.args
        fields = {name: source.getlist(name)[0] for name in source.keys()}  # noqa: SIM118
        claims = self._hint(fields.get("id_token_hint", ""))
        client = self._client(claims, fields)
        if claims is None or client is None:
            return _ASK
        uri = fields.get("post_logout_redirect_uri", "")
        state = fields.get("state")
        back = to_client(uri, {"state": state}) if uri in client.post_logout_redirect_uris else None
        reply = (lambda everywhere: back) if back else None  # noqa: ARG005
        return EndSession(client.service, str(claims["sid"]), reply)

    def _client(self, claims: dict[str, Any] | None, fields: dict[str, str]) -> Client | None:
        """The hint's audience, and no other client_id beside it (§2)."""
        audience = str((claims or {}).get("aud", ""))
        if not audience or fields.get("client_id", audience) != audience:
            return None
        try:
            return client_of(self.parts.registry.service_named("oidc", audience))
        except SupplierError:
            return None

    def _hint(self, token: str) -> dict[str, Any] | None:
        """An ID token of ours, also an expired one (§2)."""
        for row in self.parts.keyring.jwks()["keys"]:
            key = jwt.PyJWK(dict(row))
            try:
                claims: dict[str, Any] = jwt.decode(
                    token,
                    key.key,
                    algorithms=[name for name in ALGORITHMS if name == row["alg"]],
                    issuer=self.issuer,
                    options={"verify_exp": False, "verify_aud": False, "require": ["sid", "aud"]},
                )
            except jwt.PyJWTError:
                continue
            return claims
        return None
