"""The endpoint at which a client pushes its authorization request (RFC 9126 §2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.ports import Document, HttpRequest
from gateway.errors import SupplierError

from .authentication import Authentication
from .authorize import AuthorizationError, AuthorizationRequests
from .client import Client
from .errors import NO_STORE, InvalidRequest, OAuthError, json_document
from .pushed import SECONDS, PushedRequests

_CREATED = 201
_OF_AUTHENTICATION = {"client_secret", "client_assertion", "client_assertion_type"}


@dataclass(frozen=True, slots=True)
class ParEndpoint:
    authentication: Authentication
    requests: AuthorizationRequests
    pushed: PushedRequests

    def handle(self, request: HttpRequest) -> Document:
        """Kept when it is right now; it is looked at again when the browser comes."""
        try:
            return self._keep(request)
        except OAuthError as error:
            return error.document()

    def _keep(self, request: HttpRequest) -> Document:
        client, form = self.authentication.read(request)
        if "request_uri" in form:
            raise OAuthError("invalid_request", "request_uri can not be pushed")
        asked = {name: form[name] for name in form if name not in _OF_AUTHENTICATION}
        fields = self._checked({**asked, "client_id": client.service.identifier}, client)
        record = {"request_uri": self.pushed.keep(fields), "expires_in": SECONDS}
        return json_document(record, _CREATED, NO_STORE)

    def _checked(self, fields: Mapping[str, str], client: Client) -> Mapping[str, str]:
        """What stands in a signed request object counts alone (§3); raises OAuthError."""
        signed = {name: fields[name] for name in ("client_id", "request") if name in fields}
        try:
            opened = self.requests.opened(signed if "request" in fields else fields, client)
            self.requests.begin(opened, client)
        except (InvalidRequest, AuthorizationError) as wrong:
            raise OAuthError(wrong.error, wrong.description) from wrong
        except SupplierError as error:
            raise OAuthError("invalid_request", error.detail) from error
        return opened
