"""LTI 1.3 platform towards tools (LTI Core 1.3, Security 1.0, Deep Linking 2.0).

launch        login.py         the person goes to the tool, with hints (hints.py)
authorize     authorize.py     the tool asks who it is, checked
              message.py       the ID token: a launch, or a request to pick
                               (person.py, custom.py: what it says of a person)
pick          deep_linking.py  what a teacher picked comes back (content_items.py)
register      configuration.py, registration.py (invitation.py, metadata.py)
services      services/        grades and members
check         faults.py        launches that a tool must refuse

A tool's question is answered like any service's: by the dispatcher, from the session of the
browser that brings it. What the hints stand for must belong to that same session.

Round trips to the store and signatures, beside those of the dispatcher:

    launch               1 write (in a frame 2)
    the tool's question  1 take, 1 signature; for a tool that may grade 1 read
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import cast

from gateway.core.model import Demands, Json, Place, Release, Service, SupplierRequest
from gateway.core.ports import (
    AutoPost,
    Begin,
    Document,
    ExpectedScore,
    Fault,
    HttpRequest,
    Keep,
    Outcome,
    Redirect,
    Reply,
    Route,
    Sample,
)
from gateway.errors import GatewayError, LoginRequired, OtherBrowser, StaleLogin
from gateway.services import Parts
from gateway.trust.client_assertion import ServiceKeys

from .authorize import Authentication, AuthenticationError, read_authentication
from .configuration import (
    AUTHORIZATION_PATH,
    CONFIGURATION_PATH,
    REGISTRATION_PATH,
    openid_configuration,
)
from .deep_linking import PICK_PATH, RETURN_PATH, DeepLinking
from .faults import FAULTS, wrong_message
from .frames import FRAME_PATH, SHOW, Frames
from .hints import Hints, Message, message_in, message_out
from .login import STORAGE_TARGET, LoginInitiation
from .message import Messages, Parties
from .person import deployment_of, roles_of
from .picks import PICK, PICKED, Picks
from .registration import Registration
from .services import LtiServices
from .services.answers import document
from .services.scopes import SCOPES
from .tool import tool_of

_AUTHORIZE = "authorize"


class LtiPlatform:
    """Implements ports.SupplierProtocol, ports.Shows, ports.Errs, ports.LeadsToTools."""

    name = "lti"

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._issuer = parts.settings.base_url
        keys = ServiceKeys(parts.errands, parts.clock)
        self._hints = Hints(parts.state, parts.random)
        self._login = LoginInitiation(self._issuer, self._hints)
        self._frames = Frames(parts, self._login)
        self._messages = Messages(self._issuer, parts.keyring, parts.clock)
        self._services = LtiServices(parts, keys)
        self._deep_linking = DeepLinking(parts, keys, self._issuer)
        self._picks = Picks(parts, self._login, self._deep_linking, self._services)
        self._registration = Registration(parts)

    def routes(self) -> Sequence[Route]:
        return (
            Route(AUTHORIZATION_PATH, ("GET", "POST"), self._authorize),
            Route(FRAME_PATH, ("GET",), self._frames.begin),
            Route(PICK_PATH, ("GET",), self._picks.begin),
            Route(RETURN_PATH, ("POST",), self._picks.brought_back),
            Route(CONFIGURATION_PATH, ("GET",), self._configuration),
            Route(REGISTRATION_PATH, ("POST",), self._registration.handle),
            *self._services.routes(),
        )

    def launch(self, service: Service, place: Place, release: Release) -> Reply:
        """Third-party-initiated login; the message follows when the tool asks for it."""
        tool = tool_of(service)
        if tool.framed:
            return self._frames.lead_to(tool, place, release)
        return self.open(service, place, release)

    def open(self, service: Service, place: Place, release: Release) -> Redirect:
        message, deployment = (
            Message(place, release.session_index),
            deployment_of(service.id, release),
        )
        return Redirect(self._login.address(tool_of(service), message, deployment))

    def pick(self, service: Service, release: Release) -> Redirect | None:
        if tool_of(service).deep_linking_uri is None:
            return None
        return self._picks.to_tool(service, release)

    def picked(self, payload: Json) -> Sequence[str] | None:
        return self._picks.titles(payload) if payload["kind"] == PICKED else None

    def expect_score(
        self, service: Service, place: Place, release: Release
    ) -> ExpectedScore | None:
        return self._services.expect_score(service, place, release)

    @property
    def faults(self) -> Sequence[Fault]:
        return FAULTS

    def wrong_answer(
        self, service: Service, payload: Json, release: Release, fault: Fault
    ) -> Reply:
        parties = self._parties(service, payload, release)
        services = self._services.claims_for(service, release, parties.message.place)
        claims = self._messages.launch_claims(parties, services)
        signer = self._parts.keyring.signer()
        return _to_tool(
            payload, {"id_token": wrong_message(claims, fault, signer, self._parts.clock)}
        )

    def samples(self, service: Service, release: Release) -> Sequence[Sample]:
        tool = tool_of(service)
        place = Place("example", tool.target_link_uri or tool.redirect_uris[0])
        message = Message(place, release.session_index)
        parties = Parties(tool, self._parts.random(), self._parts.locale(), message, release)
        claims = self._messages.launch_claims(
            parties, self._services.claims_for(service, release, place)
        )
        text = json.dumps(claims, ensure_ascii=False, indent=2)
        return (Sample("LtiResourceLinkRequest", "json", text),)

    def answer(self, service: Service, payload: Json, release: Release, keep: Keep) -> Reply:  # noqa: ARG002
        kind = payload["kind"]
        if kind == SHOW:
            return self._frames.show(service, payload, release)
        if kind == PICK:
            return self._picks.to_tool(service, release)
        if kind == PICKED:
            return self._picks.keep(service, payload, release)
        return self._tell(service, payload, release)

    def refuse(self, service: Service, payload: Json, error: GatewayError) -> Reply | None:  # noqa: ARG002
        """OpenID Connect Core §3.1.2.6; what began with us ends on a page of ours."""
        if payload["kind"] != _AUTHORIZE or isinstance(error, OtherBrowser):
            return None
        login = isinstance(error, LoginRequired | StaleLogin)
        return _to_tool(payload, {"error": "login_required" if login else "access_denied"})

    def _authorize(self, request: HttpRequest) -> Outcome:
        """A tool asks who is there; the session of this browser will say so, without a page."""
        try:
            asked = read_authentication(request, self._parts.registry)
        except AuthenticationError as error:
            fields = {"error": error.error, "error_description": error.description}
            return _posted(error.redirect_uri, error.state, fields, framed=False)
        service_id = asked.tool.service.id
        message = self._hints.redeem(service_id, asked.login_hint, asked.message_hint)
        request_of_tool = SupplierRequest(service_id, _kept(asked, message), Demands(passive=True))
        return Begin(request_of_tool, framed=message.framed)

    def _tell(self, service: Service, payload: Json, release: Release) -> Reply:
        parties = self._parties(service, payload, release)
        message = parties.message
        if message.picking:
            token = self._request_to_pick(parties)
        else:
            self._services.remember_member(service, release, roles_of(release), message.place)
            claims = self._services.claims_for(service, release, message.place)
            token = self._messages.launch(parties, claims)
        return _to_tool(payload, {"id_token": token})

    def _parties(self, service: Service, payload: Json, release: Release) -> Parties:
        """Of the message, to the session alone in which the person was sent to the tool: else
        somebody could be signed in at a tool as another (login CSRF, RFC 9700 §4.7)."""
        message = message_in(cast("Json", payload["message"]))
        if not hmac.compare_digest(message.session, release.session_index):
            raise OtherBrowser("a launch begun in another session", message.place.way_back)
        nonce, locale = str(payload["nonce"]), self._parts.locale()
        return Parties(tool_of(service), nonce, locale, message, release)

    def _request_to_pick(self, parties: Parties) -> str:
        tool, release = parties.tool, parties.release
        deployment = deployment_of(tool.service.id, release)
        data = self._deep_linking.begin(tool, release.pseudonym, deployment)
        return self._messages.pick(parties, self._issuer + RETURN_PATH, data)

    def _configuration(self, request: HttpRequest) -> Document:  # noqa: ARG002
        return document(openid_configuration(self._issuer, SCOPES))


def _kept(asked: Authentication, message: Message) -> Json:
    """What the answer needs, as the flow keeps it."""
    return {
        "kind": _AUTHORIZE,
        "redirect_uri": asked.redirect_uri,
        "state": asked.state,
        "nonce": asked.nonce,
        "message": message_out(message),
    }


def _to_tool(payload: Json, fields: Mapping[str, str]) -> AutoPost:
    message = message_in(cast("Json", payload["message"]))
    state = payload["state"]
    shown = {**fields, "lti_storage_target": STORAGE_TARGET} if message.framed else fields
    return _posted(
        str(payload["redirect_uri"]),
        None if state is None else str(state),
        shown,
        framed=message.framed,
    )


def _posted(
    redirect_uri: str, state: str | None, fields: Mapping[str, str], *, framed: bool
) -> AutoPost:
    """response_mode form_post (LTI Security §5.1.1.3)."""
    known = fields if state is None else {**fields, "state": state}
    return AutoPost(redirect_uri, known, framed)
