"""Names and Role Provisioning 2.0: who is in a context (NRPS §2).

We know no class lists. The members are the people of the school who launched the tool, for as
long as a session lasts, and of each what the school releases to the tool now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.core.model import Release
from gateway.core.ports import Document
from gateway.services import Parts
from providers.suppliers.lti.person import name_claims
from providers.suppliers.lti.terms import CLAIM, RESOURCE_LINK_REQUEST

from .addresses import Addresses
from .answers import document
from .contexts import Call, Context
from .paging import Page, read_page
from .people import Member, People, person_digest

_CONTAINER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


@dataclass(frozen=True, slots=True)
class Members:
    parts: Parts
    addresses: Addresses
    people: People

    def show(self, call: Call) -> Document:
        """The membership container, filtered by `role` and `rlid` (NRPS §2.4)."""
        context, page = call.context, read_page(call.request, ("role", "rlid"))
        found = self._wanted(context, page)[: page.limit + 1]
        shown = found[: page.limit]
        container, headers = self.addresses.members(context.id), dict[str, str]()
        if len(found) > page.limit:
            last = person_digest(context.service.id, shown[-1].pseudonym)
            headers = page.next_link(container, last)
        released, place = self._released(context), page.filters.get("rlid")
        record = {
            "id": container,
            "context": {"id": context.id, "title": context.schools[0].name},
            "members": [_out(member, released, place) for member in shown],
        }
        self.parts.audit("lti.members", service=context.service.id, school=context.school)
        return document(record, _CONTAINER, headers=headers)

    def _wanted(self, context: Context, page: Page) -> list[Member]:
        role, place = page.filters.get("role"), page.filters.get("rlid")
        return [
            member
            for member in self.people.members(context.service.id, context.school)
            if person_digest(context.service.id, member.pseudonym) > page.after
            and (role is None or {role, _MEMBERSHIP + role} & set(member.roles))
            and (place is None or place in member.places)
        ]

    def _released(self, context: Context) -> frozenset[str]:
        """What every school of the context lets the tool know at this moment."""
        policy, grants = self.parts.release, self.parts.registry.grants
        allowed = (
            policy.allowed(context.service, grants(school.brin, context.service.id))
            for school in context.schools
        )
        return frozenset.intersection(*map(frozenset, allowed))


def _out(member: Member, released: frozenset[str], place: str | None) -> Mapping[str, Any]:
    names = {name: values for name, values in member.names.items() if name in released}
    known = Release("", member.pseudonym, names, 0, "", "")
    record: dict[str, Any] = {
        "status": "Active",
        "user_id": member.pseudonym,
        "roles": member.roles,
        **name_claims(known),
    }
    if place is not None:  # NRPS §2.4.2
        record["message"] = [{f"{CLAIM}message_type": RESOURCE_LINK_REQUEST}]
    return record
