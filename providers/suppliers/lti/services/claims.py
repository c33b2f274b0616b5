"""What a launch says of the services: where they are and what the tool may do there."""

from dataclasses import dataclass
from typing import Any

from gateway.core.model import Place, Service
from gateway.services import Parts
from providers.suppliers.lti.names import context_id

from .addresses import Addresses
from .scopes import GRADE_SCOPES, MEMBERS_READ, scopes_of

GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"


@dataclass(frozen=True, slots=True)
class ServiceClaims:
    """Cost: one read, for a tool that may use the gradebook."""

    parts: Parts
    addresses: Addresses

    def of(self, service: Service, school: str, place: Place) -> dict[str, Any]:
        scopes, context = scopes_of(service), context_id(service.id, school)
        claims: dict[str, Any] = {}
        grading = [scope for scope in scopes if scope in GRADE_SCOPES]
        if grading:
            only = self.parts.gradebook.only_item(service.id, school, place.id)
            claims[GRADES] = self._endpoint(grading, context, only)
        if MEMBERS_READ in scopes:
            claims[MEMBERS] = {
                "context_memberships_url": self.addresses.members(context),
                "service_versions": ["2.0"],
            }
        return claims

    def _endpoint(self, scopes: list[str], context: str, item_id: str | None) -> dict[str, Any]:
        """AGS §3.1: the line item of the place, when it has exactly one."""
        endpoint = {"scope": scopes, "lineitems": self.addresses.line_items(context)}
        if item_id is None:
            return endpoint
        return endpoint | {"lineitem": self.addresses.line_item(context, item_id)}
