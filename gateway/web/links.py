"""Deep links: `/d/CODE`."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from gateway.core.model import LinkRequest
from gateway.core.resolve import place_of
from gateway.services import Services
from gateway.web.chooser import hinted_school
from gateway.web.flow import Dispatcher


@dataclass(frozen=True, slots=True)
class DeepLinks:
    services: Services
    dispatcher: Dispatcher

    def blueprint(self) -> Blueprint:
        pages = Blueprint("links", __name__)
        pages.get("/d/<code>")(self.follow)
        return pages

    def follow(self, code: str) -> Response:
        """The link's target may have left the service's addresses since it was made."""
        parts = self.services.parts
        found = parts.links.find(code)
        service = parts.registry.service(found.link.service_id)
        place = place_of(found, service, parts.clock())
        asked = LinkRequest(service.id, found.link.code, place, found.link.audience)
        return self.dispatcher.begin_here(request, asked, hinted_school(self.services))
