"""A client registers itself, and manages that (RFC 7591, RFC 7592).

The initial access token is an API token of the supplier. What is registered waits for approval,
and the token that manages it is known by its hash.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.core.acts import described
from gateway.core.api_tokens import ApiToken, Owner, Scope, check_scope, check_token
from gateway.core.model import Json, Service, Standing
from gateway.core.ports import Document, HttpRequest
from gateway.errors import GatewayError, ScopeMissing, TokenNotFor, TokenRefused
from gateway.services import Parts
from gateway.trust.metadata.endpoints import address_fault

from .client import hash_secret
from .client_metadata import MetadataRefused, metadata_of
from .clients import changed_client, new_client
from .errors import NO_STORE, BearerError, OAuthError, json_document

REGISTRATION_PATH = "/oidc/register"
_TOKEN_BYTES = 32
_MOST_IN_TEST = 20
_KEPT = "registration_token_hash"


@dataclass(frozen=True, slots=True)
class ClientRegistration:
    parts: Parts

    def register(self, request: HttpRequest) -> Document:
        """201 with what was registered (RFC 7591 §3.2.1), or an error."""
        try:
            return self._register(request)
        except OAuthError as error:
            return error.document()

    def manage(self, request: HttpRequest) -> Document:
        """Read, change or remove a client (RFC 7592 §2)."""
        try:
            service, token = self._managed(request)
            if request.method == "GET":
                return self._answer(service, token)
            if request.method == "PUT":
                return self._change(service, token, request)
            return self._remove(service)
        except OAuthError as error:
            return error.document()

    def _register(self, request: HttpRequest) -> Document:
        owner = self._supplier(request)
        self._check_number(owner.owner)
        try:
            service, secret = new_client(_body(request), owner.owner, self._fault, self.parts)
        except MetadataRefused as refused:
            raise OAuthError(refused.error, str(refused)) from refused
        token = self.parts.random(_TOKEN_BYTES)
        service = replace(service, config={**service.config, _KEPT: hash_secret(token)})
        actor, acts = f"token {owner.id}", self.parts.acts
        with acts.recording(actor, "service registered", service.id, None, described(service)):
            self.parts.services.add(service)
        return self._answer(service, token, 201, secret)

    def _supplier(self, request: HttpRequest) -> ApiToken:
        """Whose initial access token it is (RFC 7591 §3)."""
        try:
            token = check_token(self.parts.api_tokens, _bearer(request), self.parts.clock())
        except TokenRefused as error:
            raise _not_allowed("the initial access token is not valid") from error
        try:
            check_scope(token, Owner.SUPPLIER, Scope.CLIENTS_REGISTER)
        except (TokenNotFor, ScopeMissing) as error:
            wrong = f"a supplier's token with {Scope.CLIENTS_REGISTER} is needed"
            raise BearerError("insufficient_scope", wrong, 403) from error
        return token

    def _check_number(self, supplier_id: str) -> None:
        """Who lost a token loses no more than this."""
        own = [s for s in self.parts.registry.services() if s.supplier_id == supplier_id]
        if sum(service.standing is not Standing.APPROVED for service in own) >= _MOST_IN_TEST:
            wrong = f"{_MOST_IN_TEST} services wait for approval already"
            raise OAuthError("invalid_client_metadata", wrong)

    def _managed(self, request: HttpRequest) -> tuple[Service, str]:
        """The client of the address, if the token is its own (RFC 7592 §2)."""
        token = _bearer(request)
        try:
            client_id = (request.view_args or {}).get("client_id", "")
            service = self.parts.services.find(client_id)
        except GatewayError as error:
            raise _not_allowed("unknown client or token") from error
        kept = str(service.config.get(_KEPT) or "")
        same = hmac.compare_digest(hash_secret(token), kept)
        if service.protocol != "oidc" or not same:
            raise _not_allowed("unknown client or token")
        return service, token

    def _change(self, service: Service, token: str, request: HttpRequest) -> Document:
        """All of its metadata anew (RFC 7592 §2.2)."""
        asked = _body(request)
        _check_same(asked, service)
        try:
            changed = changed_client(service, asked, self._fault)
        except MetadataRefused as refused:
            raise OAuthError(refused.error, str(refused)) from refused
        before, after = described(service), described(changed)
        actor, acts = f"client {service.id}", self.parts.acts
        with acts.recording(actor, "service changed", service.id, before, after):
            self.parts.services.replace(changed)
        return self._answer(changed, token)

    def _remove(self, service: Service) -> Document:
        """RFC 7592 §2.3; an approved one, with links and grades, is not removed by a token."""
        if service.standing is Standing.APPROVED:
            raise OAuthError("access_denied", "an approved service is removed by people", 403)
        actor, acts = f"client {service.id}", self.parts.acts
        with acts.recording(actor, "service removed", service.id, described(service), None):
            self.parts.services.remove(service.id)
        return Document(b"", "application/json", 204, NO_STORE)

    def _answer(
        self, service: Service, token: str, status: int = 200, secret: str | None = None
    ) -> Document:
        """RFC 7591 §3.2.1, RFC 7592 §3; the secret is said once."""
        base = self.parts.settings.base_url + REGISTRATION_PATH
        record = {
            "client_id": service.identifier,
            **({"client_secret": secret, "client_secret_expires_at": 0} if secret else {}),
            "registration_access_token": token,
            "registration_client_uri": f"{base}/{service.identifier}",
            **metadata_of(service),
        }
        return json_document(record, status, dict(NO_STORE))

    def _fault(self, address: str) -> str | None:
        return address_fault(address, allow_loopback=self.parts.settings.allow_loopback)


def _check_same(asked: Mapping[str, Any], service: Service) -> None:
    """A client says who it is, and can not choose a secret (RFC 7592 §2.2)."""
    if asked.get("client_id") != service.identifier:
        raise OAuthError("invalid_client_metadata", "client_id is not that of the address")
    secret = asked.get("client_secret")
    if secret is not None and hash_secret(str(secret)) != service.config.get("secret_hash"):
        raise OAuthError("invalid_client_metadata", "client_secret is not the client's own")


def _bearer(request: HttpRequest) -> str:
    """RFC 6750 §2.1."""
    scheme, _, token = (request.headers.get("Authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _not_allowed("no bearer token")
    return token.strip()


def _not_allowed(description: str) -> OAuthError:
    return BearerError("invalid_token", description, 401)


def _body(request: HttpRequest) -> Json:
    try:
        record = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise OAuthError("invalid_client_metadata", "the body is not JSON") from error
    if not isinstance(record, dict):
        raise OAuthError("invalid_client_metadata", "the body is not a JSON object")
    return record
