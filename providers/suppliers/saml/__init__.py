"""SAML 2.0 identity provider towards services: metadata, single sign-on, logout.

service   provider.py        its metadata and keys, read once
          profiles.py        saml2int or entree, and what a service may want otherwise
request   authn_request.py   what a service asks, checked
          wishes.py          what of it can be met; contexts.py for the strength of a login
answer    response.py        the signed assertion, or the status
          encryption.py      for its eyes alone
logout    logout.py          a service ends the session, or is told that it has ended
          logout_message.py  what it sends about that, checked
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml import etree

from gateway.core.model import Json, Place, Release, Service
from gateway.core.ports import (
    Ended,
    Fault,
    HttpRequest,
    Keep,
    Notice,
    Outcome,
    Reply,
    Route,
    Sample,
)
from gateway.errors import GatewayError, LoginRequired, StaleLogin, WrongContext
from gateway.services import Parts
from gateway.trust.metadata.write import identity_provider
from gateway.trust.xml import parse
from providers.saml_messages import Sender
from providers.saml_metadata import own_document, signed

from .authn_request import SsoRequests, Unmet
from .faults import FAULTS, Wrong
from .logout import SingleLogout
from .logout_message import LogoutMessages
from .names import STATUS
from .provider import Providers
from .response import Envelope, Responder
from .wishes import RESPONDER

_WHY = (
    (LoginRequired, "NoPassive"),
    (StaleLogin, "AuthnFailed"),
    (WrongContext, "NoAuthnContext"),
)


class SamlIdentityProvider:
    """Implements ports.SupplierProtocol, ports.TellsOfLogout, ports.Shows, ports.Errs."""

    name = "saml"

    def __init__(self, parts: Parts) -> None:
        base = parts.settings.base_url
        self._parts = parts
        self._entity_id = f"{base}/saml/metadata"
        self._sso = f"{base}/saml/sso"
        self._slo = f"{base}/saml/slo"
        self._providers = Providers()
        self._requests = SsoRequests(parts, self._providers, self._sso)
        sender = Sender(self._entity_id, parts.keyring, parts.clock, parts.random)
        judge = LogoutMessages(self._slo, parts.clock, parts.settings.clock_skew_seconds)
        self._logouts = SingleLogout(parts, self._providers, sender, judge)
        self._scope = urlsplit(base).hostname or ""
        self._responder = Responder(
            self._entity_id, self._scope, parts.vocabulary, parts.clock, parts.random
        )

    def routes(self) -> Sequence[Route]:
        return (
            Route("/saml/metadata", ("GET",), self._metadata),
            Route("/saml/sso", ("GET", "POST"), self._single_sign_on),
            Route("/saml/slo", ("GET", "POST"), self._single_logout),
        )

    def answer(self, service: Service, payload: Json, release: Release, keep: Keep) -> Reply:  # noqa: ARG002
        provider, envelope = self._providers.of(service), _envelope(payload)
        return self._responder.success(provider, release, envelope, self._parts.keyring.signer())

    @property
    def faults(self) -> Sequence[Fault]:
        return FAULTS

    def wrong_answer(
        self, service: Service, payload: Json, release: Release, fault: Fault
    ) -> Reply:
        provider, signer = self._providers.of(service), self._parts.keyring.signer()
        made = Wrong(provider, release, _envelope(payload), signer)
        return made.answer(self._responder, fault)

    def refuse(self, service: Service, payload: Json, error: GatewayError) -> Reply | None:  # noqa: ARG002
        """SAML Core §3.2.2.2: the second code says why."""
        why = next((code for kind, code in _WHY if isinstance(error, kind)), "RequestDenied")
        codes = (RESPONDER, STATUS + why)
        return self._responder.failure(_envelope(payload), codes, self._parts.keyring.signer())

    def launch(self, service: Service, place: Place, release: Release) -> Reply:
        """An unsolicited response with the target as RelayState (SAML Profiles §4.1.5)."""
        provider = self._providers.of(service)
        provider.check_end(self._parts.clock())
        envelope = Envelope(provider.default_consumer, None, place.target, provider.name_id_format)
        return self._responder.success(provider, release, envelope, self._parts.keyring.signer())

    def samples(self, service: Service, release: Release) -> Sequence[Sample]:
        provider = self._providers.of(service)
        envelope = Envelope(provider.default_consumer, None, None, provider.name_id_format)
        root = parse(self._responder.shown(provider, release, envelope).encode())
        etree.indent(root)
        return (Sample("assertion", "xml", etree.tostring(root, encoding="unicode")),)

    def notices(self, service: Service, ended: Ended) -> Sequence[Notice]:
        return self._logouts.notices(service, ended)

    def _metadata(self, request: HttpRequest) -> Outcome:  # noqa: ARG002
        document = own_document(self._parts, self._entity_id)
        entity = identity_provider(
            document,
            single_sign_on=self._sso,
            single_logout=self._slo,
            error_page=self._parts.settings.error_page,
            scopes=[self._scope],
            wants_signed_requests=self._parts.settings.signed_requests,
        )
        return signed(entity, self._parts)

    def _single_sign_on(self, request: HttpRequest) -> Outcome:
        read = self._requests.read(request)
        if isinstance(read, Unmet):
            signer = self._parts.keyring.signer()
            return self._responder.failure(_envelope(read.payload), read.codes, signer)
        return read

    def _single_logout(self, request: HttpRequest) -> Outcome:
        return self._logouts.read(request)


def _envelope(payload: Json) -> Envelope:
    relay = payload["relay"]
    return Envelope(
        acs=str(payload["acs"]),
        request_id=str(payload["id"]),
        relay_state=None if relay is None else str(relay),
        name_id_format=str(payload["name_id"]),
    )
