"""Who works at the teacher's pages, and what the school switched on for that person."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request

from gateway.core.link_state import LinkState, state_by
from gateway.core.model import Identity, Service
from gateway.core.portal import services_for
from gateway.core.ports import Whereabouts
from gateway.errors import NotATeacher, ServiceNotForSchool, UnknownLink
from gateway.services import Parts
from gateway.web.signed_in import SignIn, Visitor, to_sign_in


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher at work; `services` are those that the school lets this person into, by id."""

    visitor: Visitor
    services: Mapping[str, Service]

    def service(self, service_id: str) -> Service:
        """Raises ServiceNotForSchool."""
        try:
            return self.services[service_id]
        except KeyError:
            raise ServiceNotForSchool(f"service {service_id[:200]!r}") from None


@dataclass(frozen=True, slots=True)
class Desk:
    """What all pages of teachers need."""

    parts: Parts
    sign_in: SignIn

    def teacher(self) -> Teacher:
        """Who is signed in; a stranger signs in first. Raises NotATeacher."""
        session = self.sign_in.dispatcher.session(request)
        if session is None:
            abort(to_sign_in(_here(), request.args.get("school")))
        return self._teacher(session.identity)

    def own_link(self, teacher: Teacher, code: str) -> Whereabouts:
        """A link that this teacher made; raises UnknownLink for all others."""
        found = self.parts.links.find(code)
        visitor = teacher.visitor
        if (found.link.school, found.link.maker) != (visitor.school, visitor.own_id):
            raise UnknownLink("the link of another")
        return found

    def state(self, found: Whereabouts) -> LinkState:
        return state_by(self.parts.registry, found, self.parts.clock())

    def _teacher(self, identity: Identity) -> Teacher:
        visitor = self.sign_in.visitor_of(identity)
        if not visitor.teaches:
            raise NotATeacher("a page of teachers")
        services = services_for(self.parts.registry, identity)
        return Teacher(visitor, {service.id: service for service in services})


def _here() -> str:
    """The address asked for; after a form, which can not be sent again, the list of links."""
    if request.method != "GET":
        return "/links"
    query = request.query_string.decode("ascii", "ignore")
    return request.path + (f"?{query}" if query else "")
