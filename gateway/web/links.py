"""Deep links: `/d/CODE`, and `/d/CODE/nearest` when what it led to is gone."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from gateway.core.model import Brin, Link, LinkRequest, Place, School, Service
from gateway.core.ports import Arrived, Whereabouts
from gateway.core.resolve import place_near, place_of
from gateway.errors import GatewayError
from gateway.services import Services
from gateway.web.application import this_request
from gateway.web.chooser import hinted_school
from gateway.web.flow import Dispatcher
from gateway.web.visits import (
    is_ahead,
    is_framed,
    is_person,
    nothing_yet,
    out_of_frame,
    small_page,
)

Resolve = Callable[[Whereabouts, Service, float], Place]


@dataclass(frozen=True, slots=True)
class DeepLinks:
    services: Services
    dispatcher: Dispatcher

    def blueprint(self) -> Blueprint:
        pages = Blueprint("links", __name__)
        pages.get("/d/<code>")(self.follow)
        pages.get("/d/<code>/nearest")(self.follow_nearest)
        return pages

    def follow(self, code: str) -> Response:
        return self._lead(code, place_of)

    def follow_nearest(self, code: str) -> Response:
        """To the nearest place that lives, for whom the page of a gone one asked."""
        return self._lead(code, place_near)

    def _lead(self, code: str, resolve: Resolve) -> Response:
        """A person goes on; a machine, and a browser that looks ahead, begins nothing."""
        request = this_request()
        if is_ahead(request):
            return nothing_yet()
        found = self.services.parts.links.find(code)
        if not is_person(request):
            return small_page(found, self._school(found.link.school), self.services.parts.clock())
        if is_framed(request) and self.dispatcher.session(request) is None:
            return out_of_frame(request)
        asked = self._asked(found, resolve)
        return self.dispatcher.begin_here(request, asked, self._hint(found.link))

    def arrived(self, arrival: Arrived) -> Response:
        """A school sent somebody to a link, unasked."""
        found = self.services.parts.links.find(arrival.code)
        return self.dispatcher.arrive(request, self._asked(found, place_of), arrival)

    def _asked(self, found: Whereabouts, resolve: Resolve) -> LinkRequest:
        parts, link, material = self.services.parts, found.link, found.material
        service = parts.registry.service(link.service_id)
        return LinkRequest(
            service_id=service.id,
            code=link.code,
            place=resolve(found, service, parts.clock()),
            audience=link.audience,
            material_id=material.id if material and material.is_listed else None,
        )

    def _hint(self, link: Link) -> Brin | None:
        """The school in the address; else the one that the link is for, where nothing else says
        which: neither a session nor a school's own portal."""
        hinted = hinted_school(self.services)
        if hinted or self.dispatcher.cookies.announced(request):
            return hinted
        school = self._school(link.audience.school)
        return school.brin if school and not self.dispatcher.session(request) else None

    def _school(self, brin: Brin | None) -> School | None:
        try:
            return self.services.parts.registry.school(brin) if brin else None
        except GatewayError:
            return None
