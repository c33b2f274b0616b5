"""Logging out: by the person here, or by a service. Says which services may still be open."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.model import Session
from gateway.core.ports import EndSession
from gateway.errors import GatewayError
from gateway.services import Services
from gateway.web.cookies import Cookies
from gateway.web.replies import redirect


@dataclass(frozen=True, slots=True)
class Logout:
    services: Services
    cookies: Cookies

    def blueprint(self) -> Blueprint:
        pages = Blueprint("logout", __name__)
        pages.get("/logout")(self.ask)
        pages.post("/logout")(self.by_person)
        return pages

    def ask(self) -> str:
        return render_template("logout.html")

    def by_person(self) -> Response:
        secret = self.cookies.session(request)
        session = self.services.parts.sessions.end(secret) if secret else None
        told = self.services.parts.sessions.services(session) if session else frozenset()
        return self._done(session, told)

    def by_service(self, asked: EndSession) -> Response:
        """A service ended the session that it knows; its own session is its own to end."""
        session, told = self._end_named(asked)
        others = told - {asked.service.id}
        self._audit(session, "service", asked.service.id)
        if asked.reply is None:
            return self._done(session, others)
        reply = asked.reply(not others)
        response = redirect(reply.address, 303 if request.method == "POST" else 302)
        return self._forgetting(response, session)

    def _forgetting(self, response: Response, session: Session | None) -> Response:
        """Without the cookie, where it is of the session that ended: who follows a service's
        logout may be signed in as somebody else."""
        secret = self.cookies.session(request)
        if session and secret and self.services.parts.sessions.is_of(session, secret):
            self.cookies.end_session(response)
        return response

    def _end_named(self, asked: EndSession) -> tuple[Session | None, frozenset[str]]:
        parts = self.services.parts
        name = asked.session_index
        index = parts.session_names.read(asked.service.id, name) if name else None
        session = parts.sessions.end_named(index) if index else None
        return session, parts.sessions.services(session) if session else frozenset()

    def _done(self, session: Session | None, told: Iterable[str]) -> Response:
        self._audit(session, "person", "")
        page = render_template("logged_out.html", services=sorted(self._names(told)))
        return self._forgetting(make_response(page), session)

    def _names(self, told: Iterable[str]) -> Iterable[str]:
        for service_id in told:
            try:
                yield self.services.parts.registry.service(service_id).name
            except GatewayError:
                continue

    def _audit(self, session: Session | None, by: str, service: str) -> None:
        school = session.identity.school if session else ""
        self.services.parts.audit("logout", by=by, service=service, school=school)
