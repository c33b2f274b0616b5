"""SAML 2.0 identity provider towards services: metadata, single sign-on, logout.

request   authn_request.py   what a service asks, checked
answer    response.py        the signed assertion, or the status
logout    logout.py          a service ends the session
"""

from collections.abc import Sequence

from gateway.core.model import Json, Place, Release, Service
from gateway.core.ports import Begin, EndSession, HttpRequest, Outcome, Reply, Route
from gateway.errors import GatewayError, LoginRequired, StaleLogin, UnsupportedRequest
from gateway.services import Parts
from gateway.trust.metadata.write import identity_provider
from providers.saml_metadata import own_document, signed

from .authn_request import SsoRequests
from .logout import LogoutRequests
from .provider import Providers
from .response import STATUS, Envelope, Responder


class SamlIdentityProvider:
    """Implements ports.SupplierProtocol."""

    name = "saml"

    def __init__(self, parts: Parts) -> None:
        base = parts.settings.base_url
        self._parts = parts
        self._entity_id = f"{base}/saml/metadata"
        self._sso = f"{base}/saml/sso"
        self._slo = f"{base}/saml/slo"
        self._providers = Providers()
        self._requests = SsoRequests(parts, self._providers, self._sso)
        self._logouts = LogoutRequests(parts, self._providers, self._entity_id, self._slo)
        self._responder = Responder(self._entity_id, parts.vocabulary, parts.clock, parts.random)

    def routes(self) -> Sequence[Route]:
        return (
            Route("/saml/metadata", ("GET",), self._metadata),
            Route("/saml/sso", ("GET", "POST"), self._single_sign_on),
            Route("/saml/slo", ("GET", "POST"), self._single_logout),
        )

    def answer(self, service: Service, payload: Json, release: Release) -> Reply:
        envelope = _envelope(payload)
        return self._responder.success(service, release, envelope, self._parts.keyring.signer())

    def refuse(self, service: Service, payload: Json, error: GatewayError) -> Reply | None:  # noqa: ARG002
        """SAML Core §3.2.2.2: NoPassive for a passive request, else RequestDenied."""
        if isinstance(error, LoginRequired):
            codes = (STATUS + "Responder", STATUS + "NoPassive")
        elif isinstance(error, StaleLogin):
            codes = (STATUS + "Responder", STATUS + "AuthnFailed")
        elif isinstance(error, UnsupportedRequest):
            codes = (STATUS + "Requester", STATUS + "InvalidNameIDPolicy")
        else:
            codes = (STATUS + "Responder", STATUS + "RequestDenied")
        return self._responder.failure(_envelope(payload), codes, self._parts.keyring.signer())

    def launch(self, service: Service, place: Place, release: Release) -> Reply:
        """An unsolicited response with the target as RelayState (SAML Profiles §4.1.5)."""
        acs = self._providers.of(service).default_consumer
        envelope = Envelope(acs, None, place.target)
        return self._responder.success(service, release, envelope, self._parts.keyring.signer())

    def _metadata(self, request: HttpRequest) -> Outcome:  # noqa: ARG002
        document = own_document(self._parts, self._entity_id)
        entity = identity_provider(document, single_sign_on=self._sso, single_logout=self._slo)
        return signed(entity, self._parts)

    def _single_sign_on(self, request: HttpRequest) -> Outcome:
        begun: Begin = self._requests.read(request)
        if begun.request.payload["name_id"] is None:
            service = self._parts.registry.service(begun.request.service_id)
            error = UnsupportedRequest("a NameID format that we do not give")
            reply = self.refuse(service, begun.request.payload, error)
            assert reply is not None
            return reply
        return begun

    def _single_logout(self, request: HttpRequest) -> EndSession:
        return self._logouts.read(request)


def _envelope(payload: Json) -> Envelope:
    relay = payload["relay"]
    return Envelope(
        acs=str(payload["acs"]),
        request_id=str(payload["id"]),
        relay_state=None if relay is None else str(relay),
        name_id_format=str(payload["name_id"]),
    )
