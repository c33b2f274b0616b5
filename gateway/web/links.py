"""Deep links: `/d/CODE`."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from gateway.core.links import is_target
from gateway.core.model import LinkRequest
from gateway.errors import UnregisteredAddress
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
        link = parts.links.find(code)
        service = parts.registry.service(link.service_id)
        if not is_target(service, link.target):
            raise UnregisteredAddress(f"link {link.code} of service {service.id}")
        asked = LinkRequest(service.id, link.code, link.target)
        return self.dispatcher.begin_link(request, asked, hinted_school(self.services))
