"""A tool registers itself with a token of ours (LTI Dynamic Registration 1.0 §3.5, RFC 7591).

The service that comes of it waits for approval: until then the test school alone reaches it.
"""

import json
from dataclasses import dataclass
from typing import Any

from gateway.core.model import Service
from gateway.core.ports import Document, HttpRequest
from gateway.errors import GatewayError
from gateway.services import Parts
from gateway.trust.metadata.endpoints import address_fault

from .invitation import Invitation, InvitationRefused, read_invitation
from .metadata import MetadataRefused, answer_metadata, read_metadata
from .services.answers import document

_ID_BYTES = 12


class RegistrationError(Exception):
    """An error for the tool (RFC 7591 §3.2.2); the description is for its developer."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status

    def document(self) -> Document:
        record = {"error": self.error, "error_description": self.description}
        challenge = {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}  # noqa: PLR2004
        return document(record, status=self.status, headers=challenge)


@dataclass(frozen=True, slots=True)
class Registration:
    parts: Parts

    def handle(self, request: HttpRequest) -> Document:
        """201 with what was registered, or an error; a token is spent by good metadata alone."""
        try:
            return self._register(request)
        except RegistrationError as error:
            return error.document()

    def _register(self, request: HttpRequest) -> Document:
        invitation = self._invitation(request)
        asked = _body(request)
        service = self._service(invitation, asked)
        self._spend(invitation)
        try:
            self.parts.services.add(service)
        except GatewayError as error:
            raise RegistrationError(
                "invalid_client_metadata", "it can not be registered"
            ) from error
        self.parts.audit("lti.registered", service=service.id, supplier=service.supplier_id)
        return document(answer_metadata(asked, service), status=201)

    def _invitation(self, request: HttpRequest) -> Invitation:
        """From the header (RFC 6750 §2.1)."""
        scheme, _, token = (request.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            raise RegistrationError("invalid_token", "no bearer token", 401)
        try:
            return read_invitation(token.strip(), self.parts.sealer, self.parts.clock)
        except InvitationRefused as error:
            raise RegistrationError("invalid_token", str(error), 401) from error

    def _service(self, invitation: Invitation, asked: dict[str, Any]) -> Service:
        loopback = self.parts.settings.allow_loopback
        try:
            return read_metadata(
                asked,
                service_id=f"svc-{self.parts.random(_ID_BYTES)}",
                supplier_id=invitation.supplier_id,
                fault=lambda address: address_fault(address, allow_loopback=loopback),
            )
        except MetadataRefused as refused:
            raise RegistrationError(refused.error, str(refused)) from refused

    def _spend(self, invitation: Invitation) -> None:
        lifetime = max(invitation.expires_at - int(self.parts.clock()), 0) + 60
        if not self.parts.state.once([f"lti-invitation:{invitation.id}"], lifetime):
            raise RegistrationError("invalid_token", "the registration token was used", 401)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        record = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise RegistrationError("invalid_client_metadata", "the body is not JSON") from error
    if not isinstance(record, dict):
        raise RegistrationError("invalid_client_metadata", "the body is not a JSON object")
    return record
