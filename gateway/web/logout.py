"""Logging out: by the person here, a service or the school. Says which services were reached."""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError

from gateway.core.model import Session
from gateway.core.ports import (
    AutoPost,
    Document,
    EndAtSchool,
    Ending,
    EndSession,
    LogoutHeard,
    Redirect,
)
from gateway.errors import MalformedRequest
from gateway.services import Services
from gateway.web.cookies import Cookies
from gateway.web.farewell_book import Farewell, FarewellBook
from gateway.web.farewells import Farewells
from gateway.web.headers import POLICY, WITH_FORM_ELSEWHERE, framing_headers
from gateway.web.replies import redirect, render


@dataclass(frozen=True, slots=True)
class Logout:
    services: Services
    cookies: Cookies
    farewells: Farewells
    book: FarewellBook

    def blueprint(self) -> Blueprint:
        pages = Blueprint("logout", __name__)
        pages.get("/logout")(self.ask)
        pages.post("/logout")(self.by_person)
        pages.get("/logout/done")(self.done)
        pages.register_error_handler(CSRFError, self.ask_again)
        pages.get("/logout/status/<farewell>")(self.status)
        pages.get("/logout/post/<name>")(self.post)
        return pages

    def ask(self) -> str:
        return render_template("logout.html")

    def ask_again(self, _error: CSRFError) -> Response:
        """The form of a page that was open too long, of another site, or of a browser that has
        forgotten us since: it ends nothing. The GET has the cookies, and says what is so."""
        self.services.parts.audit("logout.unproved")
        return redirect("/logout/done", 303)

    def done(self) -> Response:
        """Says that nobody is signed in here, where that is so."""
        secret = self.cookies.session(request)
        if secret and self.services.parts.sessions.find(secret):
            return redirect("/logout")
        return _page(Farewell(), None)

    def status(self, farewell: str) -> dict[str, list[str]]:
        """What was answered to a farewell until now: names of services, `told` and `open`."""
        return self.book.answers(farewell)

    def post(self, name: str) -> Response:
        """In a frame of the farewell: a form that goes to a service, once."""
        form = self.book.take_form(name)
        return render(form) if form else Response(status=204)

    def by_person(self) -> Response:
        secret = self.cookies.session(request)
        response = _page(self._farewell_to(secret) if secret else Farewell(), None)
        self.cookies.forget_device(request, response)
        return response

    def _farewell_to(self, secret: str) -> Farewell:
        """Said anew to a second click, which may break off the page of the first."""
        if not self.book.is_first(secret) and (said := self.book.said(secret)):
            return said
        session = self.services.parts.sessions.end(secret)
        farewell = self._farewell([session] if session else [], "person")
        self.book.keep(secret, farewell)
        return farewell

    def by_service(self, asked: EndSession) -> Response:
        """A service ended what it knows; the person goes back to it, over a page of ours where
        the browser has others to tell. Raises MalformedRequest when it named somebody else and
        can not be answered."""
        found = self._found(asked)
        ended = self._end_meant(found, asked)
        farewell = self._farewell(ended, "service", asked.service.id)
        all_meant = len(ended) == len(found) and bool(found or asked.session_names)
        back = asked.reply(_ending(ended, farewell, all_meant=all_meant)) if asked.reply else None
        if back is None and not all_meant:
            raise MalformedRequest("the sessions are not those of the person that is named")
        return self._forgetting(_led_back(farewell, back), ended)

    def by_school(self, asked: EndAtSchool) -> Response:
        """A school ended what it calls sessions: all of them end here, and their services are
        told; it hears of it as a service does."""
        sessions = self.services.parts.sessions
        found = [sessions.end_by_school(name) for name in asked.sessions]
        ended = [session for session in found if session]
        farewell = self._farewell(ended, "school")
        return self._forgetting(_led_back(farewell, asked.reply(farewell.everywhere)), ended)

    def heard(self, heard: LogoutHeard) -> Response:
        """In a frame: there is nothing to show."""
        self.services.parts.audit("logout.answered", service=heard.service.id, done=int(heard.done))
        self.book.hear(heard)
        return Response(status=204)

    def _found(self, asked: EndSession) -> list[Session]:
        """The living sessions that a service names, or that of this browser."""
        sessions, names = self.services.parts.sessions, self.services.parts.session_names
        if not asked.session_names:
            secret = self.cookies.session(request)
            found = [sessions.find(secret) if secret else None]
        else:
            read = (names.read(asked.service.id, name) for name in asked.session_names)
            found = [sessions.named(index) for index in dict.fromkeys(read) if index]
        return [each for each in found if each]

    def _end_meant(self, found: list[Session], asked: EndSession) -> list[Session]:
        sessions = self.services.parts.sessions
        known = partial(self.farewells.known_as, service=asked.service, by_itself=True)
        return [
            ended
            for session in found
            if asked.means(known(session)) and (ended := sessions.end_named(session.index))
        ]

    def _forgetting(self, response: Response, ended: list[Session]) -> Response:
        """Without the cookie, where it is of a session that ended: who follows a service's
        logout may be signed in as somebody else."""
        secret = self.cookies.session(request)
        is_of = self.services.parts.sessions.is_of
        if secret and any(is_of(session, secret) for session in ended):
            self.cookies.end_session(response)
        return response

    def _farewell(self, ended: list[Session], by: str, service: str | None = None) -> Farewell:
        farewell = self.farewells.say(ended, service) if ended else Farewell()
        self.services.parts.audit(
            "logout",
            by=by,
            service=service or "",
            school=ended[0].identity.school if ended else "",
            told=farewell.told,
            asked=farewell.asked,
            open=farewell.open,
        )
        return farewell


def _ending(ended: list[Session], farewell: Farewell, *, all_meant: bool) -> Ending:
    if all_meant:
        return Ending.WHOLE if farewell.everywhere else Ending.PARTIAL
    return Ending.PARTIAL if ended else Ending.REFUSED


def _led_back(farewell: Farewell, back: Redirect | AutoPost | Document | None) -> Response:
    """To who ended the session, over a page of ours where the browser has others to tell."""
    if isinstance(back, Document):
        return render(back)
    if back is None or farewell.frames:
        return _page(farewell, back)
    if isinstance(back, AutoPost):
        return render(back)
    return redirect(back.address, 303 if request.method == "POST" else 302)


def _page(farewell: Farewell, back: Redirect | AutoPost | None) -> Response:
    response = make_response(render_template("logged_out.html", farewell=farewell, back=back))
    policy = WITH_FORM_ELSEWHERE if isinstance(back, AutoPost) else POLICY
    response.headers.update(framing_headers(farewell.origins, policy))
    return response
