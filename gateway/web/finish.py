"""The end of a login: the session begins, the service gets its answer or the person the page.

The one place where a release is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Request, Response

from gateway.core.access import check_audience, check_licence
from gateway.core.disclosures import of_release
from gateway.core.journeys import path_of, tombstone_of
from gateway.core.links import is_target, start_address
from gateway.core.model import (
    Flow,
    Identity,
    LinkRequest,
    PageRequest,
    Release,
    Service,
    Session,
    SupplierRequest,
    Tombstone,
)
from gateway.core.ports import Keep, Record, Redirect, Reply
from gateway.core.release import Parties
from gateway.core.test_school import is_invented
from gateway.errors import FlowLost, GatewayError
from gateway.services import Services
from gateway.web.cookies import Cookies
from gateway.web.refusals import Stopped
from gateway.web.replies import redirect, render
from gateway.web.times import day_of

START_PAGE = "/"


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
class Finisher:
    """`session` is the one that serves, None when the school proved the person just now;
    `stored` whether the flow lies in the store."""

    services: Services
    cookies: Cookies

    def enter(
        self,
        request: Request,
        flow: Flow,
        page: PageRequest,
        identity: Identity,
        session: Session | None,
        stored: bool,
    ) -> Response:
        """Show a page of ours to who is now signed in."""
        entry = self._enter(request, None, identity, session)
        self._end(flow, entry, (), stored)
        response = redirect(page.path, 303)
        if entry.secret:
            self.cookies.begin_session(request, response, entry.secret, identity.school)
        return response

    def finish(
        self,
        request: Request,
        flow: Flow,
        beginning: SupplierRequest | LinkRequest,
        identity: Identity,
        session: Session | None,
        stored: bool,
    ) -> Response:
        """Answer the service or launch the link; raises ServiceRefused, EndedMeanwhile."""
        parts = self.services.parts
        service = parts.registry.service(beginning.service_id)
        entry = self._enter(request, service, identity, session)
        kept: list[Record] = []
        try:
            if isinstance(beginning, LinkRequest):
                check_audience(beginning.audience, identity)
            release = self._release(service, identity, entry.session)
            self._check_licence(beginning, identity)
            response = render(self._answer(beginning, service, release, kept.extend))
        except GatewayError as error:
            self._end(flow, entry, (), stored)
            reply = self._refusal(flow, error)
            stopped = Stopped(tombstone_of(flow).path, service, identity.school)
            raise ServiceRefused(error, stopped, reply, entry.secret) from error
        self._end(flow, entry, kept, stored)
        is_new = parts.sessions.told(entry.session, service.id)
        if not is_invented(identity):
            self._recorded(identity, release, is_new=is_new)
        if entry.secret:
            self.cookies.begin_session(request, response, entry.secret, identity.school)
        if isinstance(beginning, LinkRequest):
            self._used(beginning, identity)
        parts.audit(
            "login.answered",
            service=service.id,
            school=identity.school,
            released=sorted(release.attributes),
            fresh=int(entry.secret is not None),
        )
        return response

    def _recorded(self, identity: Identity, release: Release, *, is_new: bool) -> None:
        """For the person, once a session, and for the operator; nobody waits for it."""
        parts = self.services.parts
        if is_new:
            told = of_release(release, day_of(parts.clock()))
            parts.ledger.disclosed(parts.pseudonyms.record_of(identity), told)
        parts.ledger.count(identity.school, release.service_id, "")

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

    def _enter(
        self,
        request: Request,
        service: Service | None,
        identity: Identity,
        session: Session | None,
    ) -> "_Entry":
        """The session to go on in; a new one is kept when the flow ends."""
        if session is not None:
            return _Entry(session)
        sessions = self.services.parts.sessions
        self._end_earlier(request)
        secret, session = sessions.begin(identity, service.id if service else None)
        return _Entry(session, secret, (sessions.record(session), *sessions.at_school(session)))

    def _end(self, flow: Flow, entry: "_Entry", kept: Sequence[Record], stored: bool) -> None:
        """End the flow in the session, and keep what the answer needs: in one write where the
        flow is stored."""
        parts = self.services.parts
        if stored and parts.flows.end(flow, [*entry.records, *kept], entry.session.index):
            return
        if stored and entry.secret:
            raise EndedMeanwhile("the flow was answered a moment ago", self.restart_of(flow))
        if kept:
            parts.state.put_all(kept)

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
        self,
        beginning: SupplierRequest | LinkRequest,
        service: Service,
        release: Release,
        keep: Keep,
    ) -> Reply:
        protocol = self.services.suppliers[service.protocol]
        match beginning:
            case SupplierRequest(payload=payload):
                return protocol.answer(service, payload, release, keep)
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

    def refuse(self, flow: Flow, error: GatewayError, stored: bool) -> Response:
        if stored:
            self.services.parts.flows.end(flow)
        reply = self._refusal(flow, error)
        if reply is None:
            raise error
        return render(reply)

    def restart_of(self, flow: Flow) -> str | None:
        """Where the person of this flow begins again."""
        return self.restart(tombstone_of(flow))

    def restart(self, stone: Tombstone) -> str | None:
        """Where a person begins again: the deep link or page of ours, else where the person was
        at the service, if that is an address that it registered, else its first one."""
        if stone.path or not stone.service_id:
            return stone.path
        try:
            service = self.services.parts.registry.service(stone.service_id)
        except GatewayError:
            return START_PAGE
        if stone.place and is_target(service, stone.place):
            return stone.place
        return service.targets[0] if service.targets else START_PAGE


@dataclass(frozen=True, slots=True)
class _Entry:
    """The session that a login ends in; of a new one the secret for its cookie, and its records."""

    session: Session
    secret: str | None = None
    records: Sequence[Record] = ()
