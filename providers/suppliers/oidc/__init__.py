"""OpenID Provider towards services: code flow (OpenID Connect Core §3.1).

request   authorize.py       what a client asks, checked
          par.py, request_object.py   the same, pushed or signed
answer    grants.py          the code, and what it gives
token     authentication.py  who asks
          token.py           code or refresh token → ID token, access token
          userinfo.py        access token → claims
          tokens_known.py    introspection, revocation
register  registration.py    a client registers itself (client_metadata.py, clients.py)
logout    logout.py          a client ends the session
          farewell.py        a client is told that one has ended
"""

import json
from collections.abc import Mapping, Sequence

from gateway.core.model import BrinForm, Json, JsonValue, Place, Release, Service
from gateway.core.ports import (
    Document,
    Ended,
    Fault,
    HttpRequest,
    Keep,
    Notice,
    Outcome,
    Redirect,
    Reply,
    Route,
    Sample,
)
from gateway.core.renewal import Renewal
from gateway.errors import GatewayError
from gateway.services import Parts
from gateway.trust.client_assertion import ClientAssertions, ServiceKeys

from .answers import recipient_of, with_query
from .authentication import Authentication
from .authorize import AuthorizationError, AuthorizationRequests
from .client import Client
from .discovery import discovery_document
from .errors import error_code, json_document
from .farewell import Farewells
from .faults import FAULTS
from .grants import CodeGrant, Grants
from .id_token import IdTokens, person_claims
from .logout import LogoutEndpoint
from .own_tokens import OwnTokens
from .par import ParEndpoint
from .pushed import PushedRequests
from .registration import REGISTRATION_PATH, ClientRegistration
from .request_object import RequestObjects
from .token import TokenEndpoint
from .tokens_known import KnownTokens
from .userinfo import UserInfoEndpoint

_OTHER_PERSON = "another person is signed in than was asked for"
_CLIENTS_ALONE = ("/oidc/token", "/oidc/par", "/oidc/revoke", "/oidc/introspect")
_ASSERTION_SECONDS = 3600  # as Authlib makes them unless told otherwise
_PUBLIC = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}


class OpenIdProvider:
    """Implements ports.SupplierProtocol, ports.TellsOfLogout, ports.Shows, ports.Errs."""

    name = "oidc"

    def __init__(self, parts: Parts) -> None:
        settings = parts.settings
        self._parts = parts
        self._issuer = settings.base_url
        own_tokens = OwnTokens(parts.keyring, self._issuer)
        keys = ServiceKeys(parts.errands, parts.clock)
        pushed = PushedRequests(parts.state, parts.random)
        objects = RequestObjects(keys, self._issuer, settings.clock_skew_seconds)
        self._requests = AuthorizationRequests(parts.registry, own_tokens, objects, pushed)
        self._grants = _grants(parts)
        authentication = Authentication(parts.registry, _assertions(parts, keys), parts.clock)
        renewal = Renewal(parts.registry, parts.sessions, parts.session_names, parts.release)
        self._id_tokens = _id_tokens(parts)
        self._token = TokenEndpoint(parts, authentication, self._grants, self._id_tokens, renewal)
        self._known = KnownTokens(authentication, self._grants, renewal, self._issuer)
        self._par = ParEndpoint(authentication, self._requests, pushed)
        self._userinfo = UserInfoEndpoint(parts.vocabulary, self._grants, renewal)
        self._farewells = Farewells(self._issuer, parts.keyring, parts.clock, parts.random)
        self._registration = ClientRegistration(parts)
        self._logout = LogoutEndpoint(parts.registry, own_tokens)

    def routes(self) -> Sequence[Route]:
        return (
            Route("/.well-known/openid-configuration", ("GET",), self._discovery),
            Route("/oidc/jwks", ("GET",), self._jwks),
            Route("/oidc/authorize", ("GET", "POST"), self._authorize),
            Route(REGISTRATION_PATH, ("POST",), self._registration.register),
            Route(
                f"{REGISTRATION_PATH}/<client_id>",
                ("GET", "PUT", "DELETE"),
                self._registration.manage,
            ),
            Route("/oidc/par", ("POST",), self._par.handle),
            Route("/oidc/token", ("POST",), self._token.handle),
            Route("/oidc/revoke", ("POST",), self._known.revoke),
            Route("/oidc/introspect", ("POST",), self._known.introspect),
            Route("/oidc/userinfo", ("GET", "POST"), self._userinfo.handle),
            Route("/oidc/logout", ("GET", "POST"), self._logout.handle),
        )

    @property
    def faults(self) -> Sequence[Fault]:
        return FAULTS

    def wrong_answer(
        self, service: Service, payload: Json, release: Release, fault: Fault
    ) -> Reply:
        """A code whose ID token has the fault."""
        return self._code(service, payload, release, self._parts.state.put_all, fault)

    def answer(self, service: Service, payload: Json, release: Release, keep: Keep) -> Reply:
        """The code (Core §3.1.2.5), to the person that was asked for."""
        return self._code(service, payload, release, keep, None)

    def _code(
        self, service: Service, payload: Json, release: Release, keep: Keep, fault: Fault | None
    ) -> Reply:
        recipient = recipient_of(payload, self._issuer)
        if not _is_among(release.pseudonym, payload.get("subjects")):
            return recipient.reply(error="login_required", error_description=_OTHER_PERSON)
        grant = CodeGrant(
            client_id=service.identifier,
            redirect_uri=recipient.redirect_uri,
            nonce=_text(payload["nonce"]),
            challenge=_text(payload["challenge"]),
            scope=str(payload["scope"]),
            release=release,
            fault=fault,
        )
        refreshes = Client(service).refreshes
        return recipient.reply(code=self._grants.issue_code(grant, keep, refreshes=refreshes))

    def refuse(self, service: Service, payload: Json, error: GatewayError) -> Reply | None:  # noqa: ARG002
        return recipient_of(payload, self._issuer).reply(error=error_code(error))

    def launch(self, service: Service, place: Place, release: Release) -> Reply:
        """Third-party-initiated login (Core §4); without an address for it, the target itself."""
        initiate = Client(service).initiate_login_uri
        if initiate is None:
            return Redirect(place.target)
        hint = _school_hint(service, release)
        hints = {"iss": self._issuer, "login_hint": hint, "target_link_uri": place.target}
        return with_query(initiate, hints)

    def samples(self, service: Service, release: Release) -> Sequence[Sample]:
        random, words = self._parts.random, self._parts.vocabulary
        claims = self._id_tokens.claims(Client(service), release, random(), random())
        told = {"id_token": claims, "userinfo": person_claims(release, words)}
        return tuple(Sample(name, "json", _indented(said)) for name, said in told.items())

    def notices(self, service: Service, ended: Ended) -> Sequence[Notice]:
        return self._farewells.notices(service, ended)

    def _authorize(self, request: HttpRequest) -> Outcome:
        try:
            return self._requests.read(request)
        except AuthorizationError as wrong:
            return wrong.recipient.reply(error=wrong.error, error_description=wrong.description)

    def _discovery(self, request: HttpRequest) -> Document:  # noqa: ARG002
        document = discovery_document(self._issuer, self._parts.vocabulary)
        return json_document(document, headers=_PUBLIC)

    def _jwks(self, request: HttpRequest) -> Document:  # noqa: ARG002
        return json_document(self._parts.keyring.jwks(), headers=_PUBLIC)


def _grants(parts: Parts) -> Grants:
    settings = parts.settings
    return Grants(
        state=parts.state,
        random=parts.random,
        clock=parts.clock,
        code_seconds=settings.code_seconds,
        token_seconds=settings.token_seconds,
        session_seconds=settings.session_seconds,
    )


def _id_tokens(parts: Parts) -> IdTokens:
    settings = parts.settings
    return IdTokens(
        issuer=settings.base_url,
        keyring=parts.keyring,
        vocabulary=parts.vocabulary,
        clock=parts.clock,
        lifetime=settings.token_seconds,
    )


def _assertions(parts: Parts, keys: ServiceKeys) -> ClientAssertions:
    """For our issuer, or any endpoint at which a client proves itself (RFC 9126 §2)."""
    base = parts.settings.base_url
    return ClientAssertions(
        protocol="oidc",
        audiences=(base, *(base + path for path in _CLIENTS_ALONE)),
        registry=parts.registry,
        state=parts.state,
        clock=parts.clock,
        keys=keys,
        skew=parts.settings.clock_skew_seconds,
        lifetime=_ASSERTION_SECONDS,
    )


def _school_hint(service: Service, release: Release) -> str | None:
    """The hint that authorize.py reads; none where the service does not know the BRIN."""
    known = release.attributes.get("nlEduPersonHomeOrganizationId")
    if not known or service.brin_form is BrinForm.DIGI_DELIVERY:
        return None
    return f"brin:{known[0]}"


def _is_among(value: str, asked: JsonValue) -> bool:
    """Whether it is one of the values that were asked for; any when none was."""
    return asked is None or (isinstance(asked, list) and value in asked)


def _indented(claims: Mapping[str, object]) -> str:
    return json.dumps(claims, ensure_ascii=False, indent=2)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
