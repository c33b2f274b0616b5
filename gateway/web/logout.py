"""Logging out: by the person here, a service or the school. Says which services were reached."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.links import origin
from gateway.core.model import Session
from gateway.core.ports import AutoPost, Document, EndAtSchool, EndSession, Redirect
from gateway.services import Services
from gateway.web.cookies import Cookies
from gateway.web.farewells import Farewell, Farewells, joined
from gateway.web.headers import framing_headers
from gateway.web.replies import redirect, render


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
        response = _page(self._farewell(session, None, "person"), None)
        self.cookies.forget_device(request, response)
        return response

    def by_service(self, asked: EndSession) -> Response:
        """A service ended the session that it knows; the person goes back to it, over a page of
        ours where the browser has others to tell."""
        session = self._end_named(asked)
        farewell = self._farewell(session, asked.service.id, "service")
        back = asked.reply(farewell.everywhere) if asked.reply else None
        return self._forgetting(_led_back(farewell, back), session)

    def by_school(self, asked: EndAtSchool) -> Response:
        """A school ended what it calls sessions: all of them end here, and their services are
        told; it hears of it as a service does."""
        ended = [self.services.parts.sessions.end_by_school(name) for name in asked.sessions]
        sessions = [session for session in ended if session]
        farewell = joined([self._farewell(each, None, "school") for each in sessions])
        response = _led_back(farewell, asked.reply(farewell.everywhere))
        for session in sessions:
            self._forgetting(response, session)
        return response

    def _forgetting(self, response: Response, session: Session | None) -> Response:
        """Without the cookie, where it is of the session that ended: who follows a service's
        logout may be signed in as somebody else."""
        secret = self.cookies.session(request)
        if session and secret and self.services.parts.sessions.is_of(session, secret):
            self.cookies.end_session(response)
        return response

    def _end_named(self, asked: EndSession) -> Session | None:
        parts = self.services.parts
        name = asked.session_index
        index = parts.session_names.read(asked.service.id, name) if name else None
        return parts.sessions.end_named(index) if index else None

    def _farewell(self, session: Session | None, by: str | None, who: str) -> Farewell:
        farewell = Farewells(self.services).say(session, by) if session else Farewell()
        self.services.parts.audit(
            "logout",
            by=who,
            service=by or "",
            school=session.identity.school if session else "",
            told=farewell.told,
            asked=farewell.asked,
            open=farewell.open,
        )
        return farewell


def _led_back(farewell: Farewell, back: Redirect | AutoPost | Document | None) -> Response:
    """To who ended the session, over a page of ours where the browser has others to tell."""
    if isinstance(back, AutoPost | Document):
        return render(back)
    if back is None or farewell.frames:
        return _page(farewell, back.address if back else None)
    return redirect(back.address, 303 if request.method == "POST" else 302)


def _page(farewell: Farewell, back: str | None) -> Response:
    page = render_template("logged_out.html", farewell=farewell, back=back)
    response = make_response(page)
    if farewell.frames:
        response.headers.update(framing_headers(origin(each) for each in farewell.frames))
    return response
