"""Metadata Query Protocol (draft-young-md-query) for our own entities: `/saml/mdq/entities/<id>`.

An id is an entityID, or `{sha1}` and its digest in hex (§3.2.2 of the SAML profile). Our entityIDs
are the addresses at which the metadata lies, so that each is answered by its own.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request

from gateway.core.ports import Document, HttpRequest, Outcome
from gateway.errors import NotFound
from gateway.services import Services
from gateway.web.replies import render

_PATHS = ("/saml/metadata", "/school/saml/metadata")
Handle = Callable[[HttpRequest], Outcome]


@dataclass(frozen=True, slots=True)
class MetadataQuery:
    """`entities` gives the metadata of each by entityID and by digest."""

    entities: Mapping[str, Handle]

    def blueprint(self) -> Blueprint:
        pages = Blueprint("mdq", __name__)
        pages.get("/saml/mdq/entities/<path:entity_id>")(self.entity)
        return pages

    def entity(self, entity_id: str) -> Response:
        handle = self.entities.get(entity_id)
        if handle is None:
            raise NotFound("an entity that is not ours")
        found = handle(request)
        assert isinstance(found, Document)
        return render(found)


def metadata_query(services: Services) -> MetadataQuery:
    base = services.parts.settings.base_url
    routes = [
        *(route for protocol in services.schools.values() for route in protocol.routes()),
        *(route for protocol in services.suppliers.values() for route in protocol.routes()),
    ]
    named: dict[str, Handle] = {}
    for route in routes:
        if route.path in _PATHS:
            entity_id = f"{base}{route.path}"
            digest = hashlib.sha1(entity_id.encode()).hexdigest()  # noqa: S324  # as the profile says
            named |= {entity_id: route.handle, f"{{sha1}}{digest}": route.handle}
    return MetadataQuery(named)
