"""The ID token of an LTI message: a launch of a place, or a request to pick one.

LTI Core §5.3 and §5.4, LTI Security §5.1.2. Cost: one signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import gateway
from gateway.core.model import Place, Release
from gateway.core.ports import Clock, Keyring

from .custom import substituted
from .hints import Message
from .person import context_of, deployment_of, name_claims, roles_of, school_name
from .terms import (
    CLAIM,
    COURSE_OFFERING,
    DEEP_LINKING,
    DEEP_LINKING_REQUEST,
    IFRAME,
    RESOURCE_LINK_REQUEST,
    VERSION,
    WINDOW,
)
from .tool import Tool

PRODUCT_FAMILY = "ketenpoort"
_VALID_SECONDS = 300
ACCEPTED_TYPES = ("ltiResourceLink", "link")


@dataclass(frozen=True, slots=True)
class Parties:
    """A message and what it answers: for this tool, about this person."""

    tool: Tool
    nonce: str
    locale: str
    message: Message
    release: Release


@dataclass(frozen=True, slots=True)
class Messages:
    issuer: str
    keyring: Keyring
    clock: Clock

    def launch(self, parties: Parties, services: Mapping[str, object]) -> str:
        """LtiResourceLinkRequest (LTI Core §5.3), signed."""
        return self.keyring.signer().sign_jwt(self.launch_claims(parties, services))

    def launch_claims(self, parties: Parties, services: Mapping[str, object]) -> dict[str, Any]:
        """What a launch says; `services` are the claims of AGS and NRPS."""
        place = parties.message.place
        own = {
            f"{CLAIM}message_type": RESOURCE_LINK_REQUEST,
            f"{CLAIM}resource_link": _resource_link(place),
        }
        return self._claims(parties, {**own, **services}, place.custom)

    def pick(self, parties: Parties, return_url: str, data: str) -> str:
        """LtiDeepLinkingRequest (LTI Deep Linking §4.4)."""
        settings = {
            "deep_link_return_url": return_url,
            "accept_types": list(ACCEPTED_TYPES),
            "accept_presentation_document_targets": [WINDOW, IFRAME],
            "accept_multiple": True,
            "accept_lineitem": True,
            "auto_create": False,
            "data": data,
        }
        own = {
            f"{CLAIM}message_type": DEEP_LINKING_REQUEST,
            f"{DEEP_LINKING}deep_linking_settings": settings,
        }
        return self.keyring.signer().sign_jwt(self._claims(parties, own, {}))

    def _claims(
        self, parties: Parties, own: Mapping[str, object], custom: Mapping[str, str]
    ) -> dict[str, Any]:
        claims = {**self._common(parties), **own}
        if wanted := {**parties.tool.custom, **custom}:
            claims[f"{CLAIM}custom"] = substituted(wanted, claims, parties.release)
        return claims

    def _common(self, parties: Parties) -> dict[str, Any]:
        tool, release, now = parties.tool, parties.release, int(self.clock())
        return {
            "iss": self.issuer,
            "aud": tool.client_id,
            "sub": release.pseudonym,
            "iat": now,
            "exp": now + _VALID_SECONDS,
            "nonce": parties.nonce,
            **name_claims(release),
            f"{CLAIM}version": VERSION,
            f"{CLAIM}deployment_id": deployment_of(parties.tool.service.id, parties.release),
            f"{CLAIM}target_link_uri": parties.message.place.target,
            f"{CLAIM}roles": roles_of(release),
            f"{CLAIM}context": _context(parties),
            f"{CLAIM}tool_platform": self._platform(),
            f"{CLAIM}launch_presentation": self._presentation(parties),
        }

    def _platform(self) -> dict[str, str]:
        """LTI Core §5.4.2; the guid is our host, which never changes."""
        return {
            "guid": urlsplit(self.issuer).netloc,
            "name": "Ketenpoort",
            "url": self.issuer,
            "product_family_code": PRODUCT_FAMILY,
            "version": gateway.__version__,
        }

    def _presentation(self, parties: Parties) -> dict[str, str]:
        """LTI Core §5.4.4. A framed tool has no way back of its own: our page is around it."""
        shown = {"locale": parties.locale}
        if parties.message.framed:
            return {**shown, "document_target": IFRAME}
        return {**shown, "document_target": WINDOW, "return_url": f"{self.issuer}/"}


def _resource_link(place: Place) -> dict[str, str]:
    return {"id": place.id, "title": place.title} if place.title else {"id": place.id}


def _context(parties: Parties) -> dict[str, object]:
    """LTI Core §5.4.1."""
    context_id = context_of(parties.tool.service.id, parties.release)
    context: dict[str, object] = {"id": context_id, "type": [COURSE_OFFERING]}
    if name := school_name(parties.release):
        context["title"] = name
    return context
