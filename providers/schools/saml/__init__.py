"""SAML 2.0 service provider towards schools.

    ask       request.py   our signed AuthnRequest
              provider.py  the school's identity provider, as its metadata says
    answer    gate.py      the Response's structure, and what may be decrypted
              decrypt.py   the ciphers that are accepted, and the opening
              library.py   python3-saml, strict
              verify.py    what it leaves open
              read.py      what the verified assertion says
              unasked.py   without a question of ours, to a deep link
    logout    logout.py    the school ends a session

Cost of an answer: one read of the flow, one `put_once`, one signature verified (one more where
the answer is encrypted in CBC mode).
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.core.identify import identify
from gateway.core.journeys import leading_back
from gateway.core.model import Brin, Connection, Flow, Identity, Json, School
from gateway.core.ports import Arrived, Departure, HttpRequest, Outcome, Redirect, Resume, Route
from gateway.errors import (
    BadSignature,
    MalformedAnswer,
    ReplayedAnswer,
    SchoolMetadataEnded,
)
from gateway.services import Parts
from gateway.trust.bindings import redirect_address
from gateway.trust.metadata.write import service_provider
from providers.saml_messages import Sender
from providers.saml_metadata import own_document, signed

from .decrypt import Decryptor
from .gate import decode
from .logout import SchoolLogout, session_names
from .provider import Provider
from .read import read_assertion
from .request import Asking, authn_request
from .unasked import connection_of, link_code
from .verify import Expectation, VerifiedAssertion, verify_response

_TRIES, _PAUSE_SECONDS = 10, 0.05


class SamlServiceProvider:
    """Implements ports.SchoolProtocol."""

    name = "saml"

    def __init__(self, parts: Parts) -> None:
        base = parts.settings.base_url
        self._parts = parts
        self._asking = Asking(f"{base}/school/saml/metadata", f"{base}/school/saml/acs")
        self._providers: dict[str, Provider] = {}
        self._decryptors: dict[tuple[str, ...], Decryptor] = {}
        self._slo = f"{base}/school/saml/slo"
        sender = Sender(self._asking.entity_id, parts.keyring, parts.clock, parts.random)
        self._logout = SchoolLogout(parts, sender, self._slo, self._provider, self._decryptor)

    def routes(self) -> Sequence[Route]:
        return (
            Route("/school/saml/metadata", ("GET",), self._metadata),
            Route("/school/saml/acs", ("POST",), self._consume),
            Route("/school/saml/slo", ("GET", "POST"), self._end),
        )

    def begin(self, connection: Connection, school: School, flow: Flow) -> Departure:
        self._check_end(connection)
        provider = self._provider(connection)
        assert provider.strong_keys, "whose answer could not be checked is not asked"
        request_id = "_" + self._parts.random()
        request = authn_request(
            self._asking,
            provider.single_sign_on,
            request_id,
            self._parts.clock(),
            demands=flow.beginning.demands,
            scoped_school=school if connection.config.get("brin_scoping") else None,
        )
        signer = self._parts.keyring.signer()
        address = redirect_address(provider.single_sign_on, "SAMLRequest", request, flow.id, signer)
        return Departure(Redirect(address), {"id": request_id})

    def _consume(self, request: HttpRequest) -> Outcome:
        """The assertion consumer service: proves the answer and goes back to the flow."""
        responses, relays = request.form.getlist("SAMLResponse"), request.form.getlist("RelayState")
        if len(responses) != 1 or len(relays) != 1:
            raise MalformedAnswer("not exactly one SAMLResponse and one RelayState")
        data = decode(responses[0])
        digest = hashlib.sha256(data).hexdigest()
        if code := link_code(relays[0], self._parts.settings.base_url):
            return self._arrived(data, digest, code)
        if asked := self._parts.flows.asked(relays[0]):
            flow, proof = asked
            if flow.answer_digest != digest:
                with leading_back(flow):
                    self._prove(flow, proof, data, digest)
        return Resume(relays[0], digest)

    def _prove(self, flow: Flow, proof: Json, data: bytes, digest: str) -> None:
        assert flow.question is not None
        connection = self._parts.registry.connection(flow.question.connection_id)
        found = self._proved(connection, str(proof["id"]), data, flow.question.school)
        is_new = self._parts.flows.identified_once(
            flow, found.identity, digest, found.ids, self._remembered
        )
        if not is_new and not self._is_second_click(flow, digest):
            raise ReplayedAnswer(f"connection {connection.id}")

    def _arrived(self, data: bytes, digest: str, code: str) -> Outcome:
        """Somebody whom the school sends unasked; it is for the pages to let the person say
        whether this is right. One more signature and one `once`."""
        connection = connection_of(data, self._parts.registry)
        found = self._proved(connection, None, data, None)
        if not self._parts.flows.is_first(found.ids, self._remembered):
            raise ReplayedAnswer(f"connection {connection.id}")
        return Arrived(found.identity, code, digest)

    def _proved(
        self, connection: Connection, request_id: str | None, data: bytes, chosen: Brin | None
    ) -> "_Found":
        self._check_end(connection)
        connection, verified = self._verified(connection, request_id, data)
        skew = self._parts.settings.clock_skew_seconds
        asserted = read_assertion(verified, self._parts.clock(), skew)
        sessions = session_names(verified.element, self._provider(connection))
        identity = identify(
            replace(asserted, school_sessions=sessions),
            connection,
            self._parts.registry.schools_of(connection.id),
            chosen,
            self._parts.vocabulary,
        )
        ids = (verified.response_id, verified.assertion_id)
        return _Found(identity, [f"{connection.id} {each}" for each in ids])

    @property
    def _remembered(self) -> int:
        """SAML Core §1.3.4, Profiles §4.1.4.5: no id is accepted twice while it could be valid."""
        settings = self._parts.settings
        return settings.assertion_seconds + 2 * settings.clock_skew_seconds

    def _verified(
        self, connection: Connection, request_id: str | None, data: bytes
    ) -> tuple[Connection, VerifiedAssertion]:
        """By the keys that we know; by those that the school publishes now, when it renewed its
        certificate before we read its metadata again (design.md §7.7)."""
        try:
            expected = self._expectation(connection, request_id)
            return connection, verify_response(data, expected, self._decryptor())
        except BadSignature:
            renewed = self._parts.renewals.renewed(connection)
            if renewed is None:
                raise
            expected = self._expectation(renewed, request_id)
            return renewed, verify_response(data, expected, self._decryptor())

    def _check_end(self, connection: Connection) -> None:
        """SAML Metadata §4.3: what has ended is not used, neither its addresses nor its keys."""
        end = connection.config.get("valid_until")
        skew = self._parts.settings.clock_skew_seconds
        if isinstance(end, int) and end + skew < self._parts.clock():
            raise SchoolMetadataEnded(f"metadata of {connection.identifier} ended at {end}")

    def _is_second_click(self, flow: Flow, digest: str) -> bool:
        """Whether the flow has this very answer: posted twice at once, the other request saw its
        ids first and stores it at this moment."""
        for _ in range(_TRIES):
            if self._parts.flows.is_answered(flow.id, digest):
                return True
            time.sleep(_PAUSE_SECONDS)
        return False

    def _expectation(self, connection: Connection, request_id: str | None) -> Expectation:
        settings, provider = self._parts.settings, self._provider(connection)
        return Expectation(
            settings=provider.settings,
            keys=tuple(provider.strong_keys.values()),
            signed_response=connection.config.get("signed") == "response",
            issuer=connection.identifier,
            audience=self._asking.entity_id,
            acs=self._asking.acs,
            request_id=request_id,
            now=self._parts.clock(),
            skew=settings.clock_skew_seconds,
            longest=settings.assertion_seconds,
        )

    def _provider(self, connection: Connection) -> Provider:
        """What a connection's metadata says; made once, and again when it changes."""
        kept = self._providers.get(connection.id)
        if kept is None or kept.connection is not connection:
            kept = Provider(connection, self._asking)
            self._providers[connection.id] = kept
        return kept

    def _decryptor(self) -> Decryptor:
        keys = self._parts.keyring.decryption_keys()
        kids = tuple(key.kid for key in keys)
        if kids not in self._decryptors:
            self._decryptors = {kids: Decryptor([key.private_pem() for key in keys])}
        return self._decryptors[kids]

    def _end(self, request: HttpRequest) -> Outcome:
        return self._logout.read(request)

    def _metadata(self, request: HttpRequest) -> Outcome:  # noqa: ARG002
        document = own_document(self._parts, self._asking.entity_id)
        entity = service_provider(
            document,
            assertion_consumer=self._asking.acs,
            single_logout=self._slo,
            encryption_certificates=document.signing_certificates,
        )
        return signed(entity, self._parts)


@dataclass(frozen=True, slots=True)
class _Found:
    """Who was proved, and the ids of the proof."""

    identity: Identity
    ids: Sequence[str]
