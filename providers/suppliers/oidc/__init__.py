"""OpenID Provider towards services: code flow (OpenID Connect Core §3.1).

request   authorize.py   what a client asks, checked
answer    grants.py      the code, and what it stands for
token     token.py       code → ID token, access token
          userinfo.py    access token → claims
logout    logout.py      a client ends the session
"""

from collections.abc import Sequence

from gateway.core.model import BrinForm, Json, Place, Release, Service
from gateway.core.ports import Begin, Document, HttpRequest, Outcome, Redirect, Reply, Route
from gateway.errors import GatewayError
from gateway.services import Parts

from .authorize import AuthorizationError, read_authorization, to_client
from .client import client_of
from .discovery import discovery_document
from .errors import error_code, json_document
from .grants import CodeGrant, Grants
from .logout import LogoutEndpoint
from .token import TokenEndpoint
from .userinfo import UserInfoEndpoint

_PUBLIC = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}


class OpenIdProvider:
    """Implements ports.SupplierProtocol."""

    name = "oidc"

    def __init__(self, parts: Parts) -> None:
        settings = parts.settings
        self._parts = parts
        self._issuer = settings.base_url
        self._grants = Grants(
            parts.state, parts.random, settings.code_seconds, settings.token_seconds
        )
        self._token = TokenEndpoint(parts, self._grants, self._issuer)
        self._userinfo = UserInfoEndpoint(parts, self._grants)
        self._logout = LogoutEndpoint(parts, self._issuer)

    def routes(self) -> Sequence[Route]:
        return (
            Route("/.well-known/openid-configuration", ("GET",), self._discovery),
            Route("/oidc/jwks", ("GET",), self._jwks),
            Route("/oidc/authorize", ("GET", "POST"), self._authorize),
            Route("/oidc/token", ("POST",), self._token.handle),
            Route("/oidc/userinfo", ("GET", "POST"), self._userinfo.handle),
            Route("/oidc/logout", ("GET", "POST"), self._logout.handle),
        )

    def answer(self, service: Service, payload: Json, release: Release) -> Reply:
        """The code (Core §3.1.2.5), with our issuer beside it (RFC 9207)."""
        grant = CodeGrant(
            client_id=service.identifier,
            redirect_uri=str(payload["redirect_uri"]),
            nonce=_text(payload["nonce"]),
            challenge=_text(payload["challenge"]),
            scope=str(payload["scope"]),
            release=release,
        )
        code = self._grants.issue_code(grant)
        fields = {"code": code, "state": _text(payload["state"]), "iss": self._issuer}
        return to_client(grant.redirect_uri, fields)

    def refuse(self, service: Service, payload: Json, error: GatewayError) -> Reply | None:  # noqa: ARG002
        fields = {
            "error": error_code(error),
            "state": _text(payload["state"]),
            "iss": self._issuer,
        }
        return to_client(str(payload["redirect_uri"]), fields)

    def launch(self, service: Service, place: Place, release: Release) -> Reply:
        """Third-party-initiated login (Core §4); without an address for it, the target itself."""
        initiate = client_of(service).initiate_login_uri
        if initiate is None:
            return Redirect(place.target)
        hint = _school_hint(service, release)
        hints = {"iss": self._issuer, "login_hint": hint, "target_link_uri": place.target}
        return to_client(initiate, hints)

    def _authorize(self, request: HttpRequest) -> Outcome:
        try:
            begun: Begin = read_authorization(request, self._parts.registry)
        except AuthorizationError as error:
            fields = {
                "error": error.error,
                "error_description": error.description,
                "state": error.state,
                "iss": self._issuer,
            }
            return to_client(error.redirect_uri, fields)
        return begun

    def _discovery(self, request: HttpRequest) -> Document:  # noqa: ARG002
        document = discovery_document(self._issuer, self._parts.vocabulary)
        return json_document(document, headers=_PUBLIC)

    def _jwks(self, request: HttpRequest) -> Document:  # noqa: ARG002
        return json_document(self._parts.keyring.jwks(), headers=_PUBLIC)


def _school_hint(service: Service, release: Release) -> str | None:
    """The hint that authorize.py reads; none where the service does not know the BRIN."""
    known = release.attributes.get("nlEduPersonHomeOrganizationId")
    if not known or service.brin_form is BrinForm.DIGI_DELIVERY:
        return None
    return f"brin:{known[0]}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
