"""The dispatcher: does what `core.flow.next_step` says, and nothing else.

Round trips to the store and signatures of our own, by path:

    warm (GET, session there)   1 read, 1 add the first time           1 signature
    the same, by a deep link    1 read for the link, 1 for the licence, 1 write of the shelf
    cold, first request         1 write of the flow                    1 (AuthnRequest)
    cold, school's answer       1 read, 1 write                        0
    cold, back at /flow/<id>    1 read, 1 write                        1
    an OpenID code              1 write more when warm, 1 read for its tokens; 1 only for those
    a pushed request            1 read, 1 once more than these; 1 read more when it is loaded again
    a school sends somebody     1 once, 1 write; 1 read, 1 write to ask; then as above

On PostgreSQL a write that must be the first of its kind is two, as the last two of a login are.
"""

import hmac
import time
from dataclasses import dataclass, replace

from flask import Blueprint, Request, Response, after_this_request, request, url_for
from flask_wtf.csrf import CSRFError

from gateway.core import flow as machine
from gateway.core import test_school
from gateway.core.journeys import leading_back
from gateway.core.model import (
    Beginning,
    Brin,
    Demands,
    Flow,
    LinkRequest,
    PageRequest,
    Question,
    Session,
    Tombstone,
)
from gateway.core.ports import Arrived, Begin
from gateway.core.test_school import is_invented
from gateway.errors import FlowLost, GatewayError, OtherBrowser, SchoolError
from gateway.services import Services
from gateway.web import references
from gateway.web.application import this_request
from gateway.web.arrivals import arrival_page
from gateway.web.cookies import Cookies, fingerprint, is_same_browser
from gateway.web.finish import START_PAGE, EndedMeanwhile, Finisher
from gateway.web.replies import go_on, redirect, render

_TRIES, _PAUSE_SECONDS = 10, 0.05


@dataclass(frozen=True, slots=True)
class Dispatcher:
    services: Services
    cookies: Cookies
    finisher: Finisher

    def blueprint(self) -> Blueprint:
        pages = Blueprint("flow", __name__)
        pages.get("/flow/<flow_id>")(self.resume_here)
        pages.post("/flow/<flow_id>/go-on")(self.confirm_here)
        pages.register_error_handler(CSRFError, self.look_again)
        return pages

    def begin(self, request: Request, begin: Begin) -> Response:
        """A service's request. A GET brings its cookies and goes on at once; a cross-site POST
        does not, so it comes back as a GET of our own. In a frame that the service sent here
        neither does, nor what a redirect makes of it: a page of ours goes on there."""
        flow = self._new_flow(request, begin.request, begin.school)
        if begin.reference is not None:
            return self._begin_by_reference(request, flow, begin.reference)
        if request.method == "GET" and not begin.framed:
            return self.dispatch(request, flow, stored=False)
        self.services.parts.flows.save(flow)
        path = f"/flow/{flow.id}"
        return go_on(path) if begin.framed else redirect(path, 303)

    def _begin_by_reference(self, request: Request, flow: Flow, reference: str) -> Response:
        """One that may be loaded again, here and nowhere else (RFC 9126 §4). By POST it counts
        once: no cookie says whose browser that is."""
        known = self.cookies.browser(request) if request.method == "GET" else None
        browser = known or self.services.parts.random()
        if not references.is_first_or_same(self.services.parts.state, reference, browser):
            raise OtherBrowser("the reference was used in another browser", START_PAGE)
        if request.method == "POST":
            self.services.parts.flows.save(flow)
            return redirect(f"/flow/{flow.id}", 303)
        if known is None:
            after_this_request(lambda response: self._remembered(response, browser))
        return self.dispatch(request, replace(flow, browser=fingerprint(browser)), stored=False)

    def _remembered(self, response: Response, browser: str) -> Response:
        """Also where the response is the page of an error, which leads on."""
        self.cookies.set_browser(response, browser)
        return response

    def begin_here(
        self, request: Request, beginning: LinkRequest | PageRequest, school: Brin | None
    ) -> Response:
        """A person followed a deep link, or signs in for a page of ours."""
        flow = self._new_flow(request, beginning, school)
        return self.dispatch(request, flow, stored=False)

    def arrive(self, request: Request, beginning: LinkRequest, arrival: Arrived) -> Response:
        """A school sent somebody to a link, unasked: by a cross-site POST, so without cookies."""
        flow = self._new_flow(request, beginning, arrival.identity.school)
        flow = replace(flow, identity=arrival.identity, answer_digest=arrival.answer, unasked=True)
        self.services.parts.flows.save(flow)
        return redirect(f"/flow/{flow.id}?answer={arrival.answer}", 303)

    def confirm_here(self, flow_id: str) -> Response:
        """The person of an unasked answer says that it is right."""
        flow = self.load(request, flow_id)
        if flow.browser is None:
            raise OtherBrowser("nobody was asked", self.finisher.restart_of(flow))
        return self.dispatch(request, replace(flow, unasked=False), stored=True)

    def look_again(self, _error: CSRFError) -> Response:
        """A yes that comes too late, or of another site, is none: the GET asks anew, or says that
        the login has ended."""
        asked = {**(request.view_args or {}), "answer": request.args.get("answer", "")}
        return redirect(url_for("flow.resume_here", **asked), 303)

    def resume_here(self, flow_id: str) -> Response:
        """`/flow/<id>`. Of two requests at one instant the later one goes the way of a second
        click, which looks anew whether this browser brings the answer that the flow took: as soon
        as the first one has written down what it ended in."""
        request = this_request()
        for _ in range(_TRIES):
            try:
                return self.dispatch(request, self.load(request, flow_id), stored=True)
            except EndedMeanwhile:
                time.sleep(_PAUSE_SECONDS)
        return self.dispatch(request, self.load(request, flow_id), stored=True)

    def load(self, request: Request, flow_id: str) -> Flow:
        """The flow, if it belongs to this browser; raises FlowLost, OtherBrowser."""
        answer = request.args.get("answer", "")
        journey = self.services.parts.flows.find(flow_id)
        if journey is None:
            raise FlowLost("no such flow", START_PAGE)
        if isinstance(journey, Tombstone):
            journey = self._second_click(request, journey, flow_id, answer)
        if journey.browser is not None and not is_same_browser(
            journey.browser, self.cookies.browser(request)
        ):
            raise OtherBrowser(
                "the flow belongs to another browser", self.finisher.restart_of(journey)
            )
        return _as_brought(journey, answer)

    def _second_click(self, request: Request, stone: Tombstone, flow_id: str, answer: str) -> Flow:
        """A flow anew for who brings the answer that ended one a moment ago, in the session that
        it ended in; the cookie of that may be lost with the page that the second click broke off.
        Raises FlowLost."""
        parts, here = self.services.parts, self._session(request)
        if found := parts.flows.answered(flow_id, answer):
            ended, index = found
            session = parts.sessions.named(index)
            if session and (here is None or here.index == index):
                anew = self._new_flow(request, replace(ended.beginning, demands=Demands()), None)
                identity = None if here else session.identity
                return replace(anew, browser=ended.browser, identity=identity)
        raise FlowLost("the flow has ended", self.finisher.restart(stone))

    def dispatch(self, request: Request, flow: Flow, *, stored: bool) -> Response:
        parts = self.services.parts
        session = self._session(request)
        skew = parts.settings.clock_skew_seconds
        step = machine.next_step(flow, session, parts.clock(), skew)
        match step:
            case machine.Choose():
                return self._kept(request, flow, f"/school?flow={flow.id}")
            case machine.GoToSchool(school):
                return self._to_school(request, flow, school)
            case machine.Confirm(identity):
                response = arrival_page(self.services, flow, identity)
                parts.flows.save(self._tied(request, flow, response))
                return response
            case machine.Finish(identity, proved):
                session = None if proved else session
                if isinstance(flow.beginning, PageRequest):
                    return self.finisher.enter(
                        request, flow, flow.beginning, identity, session, stored
                    )
                return self.finisher.finish(
                    request, flow, flow.beginning, identity, session, stored
                )
            case machine.Refuse(error):
                return self.finisher.refuse(flow, error, stored)

    def session(self, request: Request) -> Session | None:
        """Who is signed in, for our own pages: nobody of the test school."""
        session = self._session(request)
        return None if session and is_invented(session.identity) else session

    def _session(self, request: Request) -> Session | None:
        secret = self.cookies.session(request)
        return self.services.parts.sessions.find(secret) if secret else None

    def _new_flow(self, request: Request, beginning: Beginning, school: Brin | None) -> Flow:
        parts = self.services.parts
        hint = self._only_school(beginning) or school or self._announced(request)
        lifetime = parts.settings.flow_seconds
        return machine.begin(parts.random(), beginning, parts.clock(), lifetime, hint)

    def _only_school(self, beginning: Beginning) -> Brin | None:
        """The test school, for a service that is not approved yet."""
        if isinstance(beginning, PageRequest):
            return None
        service = self.services.parts.registry.service(beginning.service_id)
        return test_school.BRIN if test_school.in_test(service) else None

    def _announced(self, request: Request) -> Brin | None:
        """The school that its portal announced, if it is still registered. It was announced after
        the login of a session that is there, so that one of another school does not serve."""
        brin = self.cookies.announced(request)
        if brin is None:
            return None
        try:
            return self.services.parts.registry.school(brin).brin
        except GatewayError:
            return None

    def _kept(self, request: Request, flow: Flow, address: str) -> Response:
        """Store the flow, tied to this browser, and go on to an address."""
        response = redirect(address, 303 if request.method == "POST" else 302)
        self.services.parts.flows.save(self._tied(request, flow, response))
        return response

    def _tied(self, request: Request, flow: Flow, response: Response) -> Flow:
        if flow.browser is not None:
            return flow
        browser = self.cookies.browser(request)
        if browser is None:
            browser = self.services.parts.random()
            self.cookies.set_browser(response, browser)
        return replace(flow, browser=fingerprint(browser))

    def _to_school(self, request: Request, flow: Flow, brin: Brin) -> Response:
        parts = self.services.parts
        try:
            with leading_back(flow):
                school = parts.registry.school(brin)
                connection = parts.registry.connection(school.connection_id)
                protocol = self.services.schools[connection.protocol]
                departure = protocol.begin(connection, school, flow)
        except SchoolError:
            parts.flows.save(flow)
            raise
        response = render(departure.reply)
        question = Question(connection.id, brin, int(parts.clock()), departure.proof)
        parts.flows.ask(self._tied(request, flow, response), question)
        return response


def _as_brought(flow: Flow, answer: str) -> Flow:
    """The school's answer counts only for the browser that brought it: else somebody could
    begin a login, have another answer it at the school, and go on as that person."""
    kept = flow.answer_digest
    if kept is None or hmac.compare_digest(kept.encode(), answer.encode()):
        return flow
    return replace(flow, identity=None, answer_digest=None)
