"""Logging out: by the person here, or by a service. Says which services were reached."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.links import origin
from gateway.core.model import Session
from gateway.core.ports import AutoPost, EndSession
from gateway.services import Services
from gateway.web.cookies import Cookies
from gateway.web.farewells import Farewell, Farewells
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
        response = _page(self._farewell(session, None), None)
        self.cookies.forget_device(request, response)
        return response

    def by_service(self, asked: EndSession) -> Response:
        """A service ended the session that it knows; the person goes back to it, over a page of
        ours where the browser has others to tell."""
        session = self._end_named(asked)
        farewell = self._farewell(session, asked.service.id)
        back = asked.reply(farewell.everywhere) if asked.reply else None
        if isinstance(back, AutoPost):
            response = render(back)
        elif back is None or farewell.frames:
            response = _page(farewell, back.address if back else None)
        else:
            response = redirect(back.address, 303 if request.method == "POST" else 302)
        return self._forgetting(response, session)

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

    def _farewell(self, session: Session | None, by: str | None) -> Farewell:
        farewell = Farewells(self.services).say(session, by) if session else Farewell()
        self.services.parts.audit(
            "logout",
            by="service" if by else "person",
            service=by or "",
            school=session.identity.school if session else "",
            told=farewell.told,
            asked=farewell.asked,
            open=farewell.open,
        )
        return farewell


def _page(farewell: Farewell, back: str | None) -> Response:
    page = render_template("logged_out.html", farewell=farewell, back=back)
    response = make_response(page)
    if farewell.frames:
        response.headers.update(framing_headers(origin(each) for each in farewell.frames))
    return response
