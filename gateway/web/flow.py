"""The dispatcher: does what `core.flow.next_step` says, and nothing else.

Round trips to the store and signatures of our own, by path:

    warm (GET, session there)   1 read, 1 add the first time           1 signature
    the same, by a deep link    1 read for the link, 1 for the licence, 1 write of the shelf
    cold, first request         1 write of the flow                    1 (AuthnRequest)
    cold, school's answer       1 read, 1 once, 1 write                0
    cold, back at /flow/<id>    1 read, 1 write                        1
"""

import hmac
from dataclasses import dataclass, replace

from flask import Request, Response, request

from gateway.core import flow as machine
from gateway.core.access import check_audience, check_licence
from gateway.core.journeys import leading_back, path_of, tombstone_of
from gateway.core.links import is_target, start_address
from gateway.core.model import (
    Beginning,
    Brin,
    Demands,
    Flow,
    Identity,
    LinkRequest,
    PageRequest,
    Question,
    Release,
    Service,
    Session,
    SupplierRequest,
    Tombstone,
)
from gateway.core.ports import Begin, Redirect, Reply
from gateway.core.release import Parties
from gateway.errors import FlowLost, GatewayError, OtherBrowser, SchoolError
from gateway.services import Services
from gateway.web.cookies import Cookies, fingerprint, is_same_browser
from gateway.web.refusals import Stopped
from gateway.web.replies import go_on, redirect, render
from gateway.web.times import day_of

_START_PAGE = "/"


class EndedMeanwhile(FlowLost):
    """Another request answered the flow between our look at it and our answer."""


class ServiceRefused(Exception):  # not an error: carries one, and the way back
    """The person can not go on to the service: a page says why, with a way to tell the service.

    `secret` is that of the session that has begun all the same.
    """

    def __init__(
        self, error: GatewayError, stopped: Stopped, reply: Reply | None, secret: str | None
    ) -> None:
        super().__init__(error.detail)
        self.error = error
        self.stopped = stopped
        self.reply = reply
        self.secret = secret


@dataclass(frozen=True, slots=True)
class Dispatcher:
    services: Services
    cookies: Cookies

    def begin(self, request: Request, begin: Begin) -> Response:
        """A service's request. A GET brings its cookies and goes on at once; a cross-site POST
        does not, so it comes back as a GET of our own. In a frame that the service sent here
        neither does, nor what a redirect makes of it: a page of ours goes on there."""
        flow = self._new_flow(request, begin.request, begin.school)
        if request.method == "GET" and not begin.framed:
            return self.dispatch(request, flow, stored=False)
        self.services.parts.flows.save(flow)
        path = f"/flow/{flow.id}"
        return go_on(path) if begin.framed else redirect(path, 303)

    def begin_here(
        self, request: Request, beginning: LinkRequest | PageRequest, school: Brin | None
    ) -> Response:
        """A person followed a deep link, or signs in for a page of ours."""
        flow = self._new_flow(request, beginning, school)
        return self.dispatch(request, flow, stored=False)

    def resume_here(self, flow_id: str) -> Response:
        """`/flow/<id>`. Of two requests at one instant the later one goes the way of a second
        click, which looks anew whether this browser brings the answer that the flow took."""
        flow = self.load(request, flow_id)
        try:
            return self.dispatch(request, flow, stored=True)
        except EndedMeanwhile:
            return self.dispatch(request, self.load(request, flow_id), stored=True)

    def load(self, request: Request, flow_id: str) -> Flow:
        """The flow, if it belongs to this browser; raises FlowLost, OtherBrowser."""
        answer = request.args.get("answer", "")
        journey = self.services.parts.flows.find(flow_id)
        if journey is None:
            raise FlowLost("no such flow", _START_PAGE)
        if isinstance(journey, Tombstone):
            journey = self._second_click(request, journey, flow_id, answer)
        if journey.browser is not None and not is_same_browser(
            journey.browser, self.cookies.browser(request)
        ):
            raise OtherBrowser("the flow belongs to another browser", self._restart_of(journey))
        return _as_brought(journey, answer)

    def _second_click(self, request: Request, stone: Tombstone, flow_id: str, answer: str) -> Flow:
        """A flow anew for who brings the answer that ended one a moment ago, in the session that
        it ended in; the cookie of that may be lost with the page that the second click broke off.
        Raises FlowLost."""
        parts, here = self.services.parts, self.session(request)
        if found := parts.flows.answered(flow_id, answer):
            ended, index = found
            session = parts.sessions.named(index)
            if session and (here is None or here.index == index):
                anew = self._new_flow(request, replace(ended.beginning, demands=Demands()), None)
                identity = None if here else session.identity
                return replace(anew, browser=ended.browser, identity=identity)
        raise FlowLost("the flow has ended", self._restart(stone))

    def dispatch(self, request: Request, flow: Flow, *, stored: bool) -> Response:
        parts = self.services.parts
        session = self.session(request)
        skew = parts.settings.clock_skew_seconds
        step = machine.next_step(flow, session, parts.clock(), skew)
        match step:
            case machine.Choose():
                return self._kept(request, flow, f"/school?flow={flow.id}")
            case machine.GoToSchool(school):
                return self._to_school(request, flow, school)
            case machine.Finish(identity, proved):
                session = None if proved else session
                if isinstance(flow.beginning, PageRequest):
                    return self._enter(request, flow, flow.beginning, identity, session, stored)
                return self._finish(request, flow, flow.beginning, identity, session, stored)
            case machine.Refuse(error):
                return self._refuse(flow, error, stored)

    def session(self, request: Request) -> Session | None:
        secret = self.cookies.session(request)
        return self.services.parts.sessions.find(secret) if secret else None

    def _new_flow(self, request: Request, beginning: Beginning, school: Brin | None) -> Flow:
        parts = self.services.parts
        hint = school or self._announced(request)
        lifetime = parts.settings.flow_seconds
        return machine.begin(parts.random(), beginning, parts.clock(), lifetime, hint)

    def _announced(self, request: Request) -> Brin | None:
        """The school that its portal announced, if it is still registered and nobody is in."""
        brin = self.cookies.announced(request)
        if brin is None or self.cookies.session(request):
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

    def _enter(
        self,
        request: Request,
        flow: Flow,
        page: PageRequest,
        identity: Identity,
        session: Session | None,
        stored: bool,
    ) -> Response:
        """Show a page of ours to who is now signed in."""
        secret, _ = self._signed_in(request, flow, None, identity, session, stored)
        response = redirect(page.path, 303)
        if secret:
            self.cookies.set_session(response, secret)
        return response

    def _finish(
        self,
        request: Request,
        flow: Flow,
        beginning: SupplierRequest | LinkRequest,
        identity: Identity,
        session: Session | None,
        stored: bool,
    ) -> Response:
        """Answer the service or launch the link; the one place where a release is made."""
        parts = self.services.parts
        service = parts.registry.service(beginning.service_id)
        secret, session = self._signed_in(request, flow, service, identity, session, stored)
        try:
            if isinstance(beginning, LinkRequest):
                check_audience(beginning.audience, identity)
            release = self._release(service, identity, session)
            self._check_licence(beginning, identity)
            response = render(self._answer(beginning, service, release))
        except GatewayError as error:
            reply = self._refusal(flow, error)
            stopped = Stopped(tombstone_of(flow).path, service, identity.school)
            raise ServiceRefused(error, stopped, reply, secret) from error
        parts.sessions.told(session, service.id)
        if secret:
            self.cookies.set_session(response, secret)
        if isinstance(beginning, LinkRequest):
            self._used(beginning, identity)
        parts.audit(
            "login.answered",
            service=service.id,
            school=identity.school,
            released=sorted(release.attributes),
            fresh=int(secret is not None),
        )
        return response

    def _used(self, link: LinkRequest, identity: Identity) -> None:
        """Count the link, without the person; put its tile first on the person's start page."""
        parts = self.services.parts
        if link.code is not None:
            parts.links.count_use(link.code, day_of(parts.clock()))
        tile = link.material_id or link.service_id
        parts.shelf.used(parts.pseudonyms.of_gateway(identity), tile)

    def _check_licence(self, beginning: SupplierRequest | LinkRequest, identity: Identity) -> None:
        if isinstance(beginning, LinkRequest) and beginning.material_id:
            licences = self.services.parts.licences
            check_licence(licences.groups(identity.school, beginning.material_id), identity)

    def _signed_in(
        self,
        request: Request,
        flow: Flow,
        service: Service | None,
        identity: Identity,
        session: Session | None,
        stored: bool,
    ) -> tuple[str | None, Session]:
        """End the flow in the session; a new one comes with the secret for its cookie."""
        parts = self.services.parts
        secret, beside = None, []
        if session is None:
            self._end_earlier(request)
            secret, session = parts.sessions.begin(identity, service.id if service else None)
            beside = [parts.sessions.record(session)]
        ended = not stored or parts.flows.end(flow, beside, session.index)
        if not ended and secret:
            raise EndedMeanwhile("the flow was answered a moment ago", self._restart_of(flow))
        return secret, session

    def _end_earlier(self, request: Request) -> None:
        """A login at the school begins a session anew: an earlier one on this device ends."""
        if earlier := self.cookies.session(request):
            self.services.parts.sessions.end(earlier)

    def _release(self, service: Service, identity: Identity, session: Session) -> Release:
        parts = self.services.parts
        registry = parts.registry
        parties = Parties(
            school=registry.school(identity.school),
            service=service,
            supplier=registry.supplier(service.supplier_id),
            grants=registry.grants(identity.school, service.id),
        )
        index = parts.session_names.towards(service.id, session.index)
        return parts.release.decide(parties, identity, index)

    def _answer(
        self, beginning: SupplierRequest | LinkRequest, service: Service, release: Release
    ) -> Reply:
        protocol = self.services.suppliers[service.protocol]
        match beginning:
            case SupplierRequest(payload=payload):
                return protocol.answer(service, payload, release)
            case LinkRequest(place=place):
                if start := start_address(service, place.target):
                    return Redirect(start)
                place = replace(place, way_back=path_of(beginning))
                return protocol.launch(service, place, release)

    def _refusal(self, flow: Flow, error: GatewayError) -> Reply | None:
        if not isinstance(flow.beginning, SupplierRequest):
            return None
        service = self.services.parts.registry.service(flow.beginning.service_id)
        protocol = self.services.suppliers[service.protocol]
        return protocol.refuse(service, flow.beginning.payload, error)

    def _refuse(self, flow: Flow, error: GatewayError, stored: bool) -> Response:
        if stored:
            self.services.parts.flows.end(flow)
        reply = self._refusal(flow, error)
        if reply is None:
            raise error
        return render(reply)

    def _restart_of(self, flow: Flow) -> str | None:
        return self._restart(tombstone_of(flow))

    def _restart(self, stone: Tombstone) -> str | None:
        """Where a person begins again: the deep link or page of ours, else where the person was
        at the service, if that is an address that it registered, else its first one."""
        if stone.path or not stone.service_id:
            return stone.path
        try:
            service = self.services.parts.registry.service(stone.service_id)
        except GatewayError:
            return _START_PAGE
        if stone.place and is_target(service, stone.place):
            return stone.place
        return service.targets[0] if service.targets else _START_PAGE


def _as_brought(flow: Flow, answer: str) -> Flow:
    """The school's answer counts only for the browser that brought it: else somebody could
    begin a login, have another answer it at the school, and go on as that person."""
    kept = flow.answer_digest
    if kept is None or hmac.compare_digest(kept.encode(), answer.encode()):
        return flow
    return replace(flow, identity=None, answer_digest=None)
