"""The Response to a service: one assertion, or a status that says why there is none.

SAML Core §3.2.2 and §2.3.3; Web Browser SSO Profile §4.1.4.2. Cost: one RSA signature, two where
both Response and assertion are to be signed.
"""

from base64 import b32encode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gateway.core.attributes import Vocabulary
from gateway.core.model import Release
from gateway.core.ports import AutoPost, Clock, Random, Signer
from gateway.trust.metadata.names import TRANSIENT
from gateway.trust.samltime import saml_time
from gateway.trust.xmldsig import signature_over
from gateway.trust.xmltext import element, text
from providers.saml_messages import status_of

from .names import STATUS
from .provider import Provider

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_NAME_FORMAT = {
    "entree": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
    "oid": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
}
_PAIRWISE_ID = "urn:oasis:names:tc:SAML:attribute:pairwise-id"
_VALID_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a response goes and what it answers; `request_id` is None when unsolicited."""

    acs: str
    request_id: str | None
    relay_state: str | None
    name_id_format: str


@dataclass(frozen=True, slots=True)
class Responder:
    """Makes responses in the name of our identity provider; `scope` is that of pairwise-ids."""

    entity_id: str
    scope: str
    vocabulary: Vocabulary
    clock: Clock
    random: Random

    def success(
        self, provider: Provider, release: Release, envelope: Envelope, signer: Signer
    ) -> AutoPost:
        """A Response with one assertion, signed and encrypted as the service wants."""
        signs = signer if provider.wants_signed_assertion else None
        assertion = self._assertion(provider, release, envelope, signs)
        if provider.encryption:
            assertion = provider.encryption.encrypted(assertion)
        content = status_of(STATUS + "Success"), assertion
        signs = signer if provider.wants_signed_response else None
        return _posted(self._response(envelope, content, signs), envelope)

    def unsigned(self, provider: Provider, release: Release, envelope: Envelope) -> AutoPost:
        """A Response that nobody may accept: without any signature."""
        assertion = self._assertion(provider, release, envelope, None)
        if provider.encryption:
            assertion = provider.encryption.encrypted(assertion)
        content = status_of(STATUS + "Success"), assertion
        return _posted(self._response(envelope, content, None), envelope)

    def shown(self, provider: Provider, release: Release, envelope: Envelope) -> str:
        """The assertion as the service reads it in the end, without the signature."""
        return self._assertion(provider, release, envelope, None)

    def failure(self, envelope: Envelope, codes: Sequence[str], signer: Signer) -> AutoPost:
        """A signed Response that says why there is no assertion (SAML Core §3.2.2.2)."""
        return _posted(self._response(envelope, (status_of(*codes),), signer), envelope)

    def _response(self, envelope: Envelope, content: Sequence[str], signer: Signer | None) -> str:
        """The Response with what follows its Issuer, and its Signature when there is a signer."""
        attributes = self._header() | {"Destination": envelope.acs}
        if envelope.request_id:
            attributes["InResponseTo"] = envelope.request_id
        issuer = element("saml:Issuer", {}, text(self.entity_id), namespace=_SAML)

        def response(*parts: str) -> str:
            return element("samlp:Response", attributes, issuer, *parts, namespace=_SAMLP)

        if signer is None:
            return response(*content)
        return response(signature_over(response(*content), attributes["ID"], signer), *content)

    def _assertion(
        self, provider: Provider, release: Release, envelope: Envelope, signer: Signer | None
    ) -> str:
        attributes = self._header()
        issuer = element("saml:Issuer", {}, text(self.entity_id))
        statements = self._statements(provider, release, envelope)

        def assertion(*parts: str) -> str:
            return element("saml:Assertion", attributes, issuer, *parts, namespace=_SAML)

        if signer is None:
            return assertion(statements)
        return assertion(
            signature_over(assertion(statements), attributes["ID"], signer), statements
        )

    def _header(self) -> dict[str, str]:
        """What a Response and an assertion begin with (SAML Core §2.3.3, §3.2.2)."""
        return {"ID": self._new_id(), "Version": "2.0", "IssueInstant": saml_time(self.clock())}

    def _statements(self, provider: Provider, release: Release, envelope: Envelope) -> str:
        """What follows the Issuer of an assertion and its Signature."""
        identifier = provider.service.identifier
        now = self.clock()
        times = {"NotBefore": saml_time(now - 60), "NotOnOrAfter": saml_time(now + _VALID_SECONDS)}
        audience = element("saml:Audience", {}, text(identifier))
        context = element("saml:AuthnContextClassRef", {}, text(release.authn_context))
        login = {
            "AuthnInstant": saml_time(release.authenticated_at),
            "SessionIndex": release.session_index,
        }
        return (
            self._subject(identifier, release, envelope, times["NotOnOrAfter"])
            + element("saml:Conditions", times, element("saml:AudienceRestriction", {}, audience))
            + element("saml:AuthnStatement", login, element("saml:AuthnContext", {}, context))
            + self._attributes(provider, release)
        )

    def _subject(
        self, identifier: str, release: Release, envelope: Envelope, not_on_or_after: str
    ) -> str:
        """NameID and bearer confirmation; one that lasts is the supplier's own pseudonym."""
        transient = envelope.name_id_format == TRANSIENT
        value = transient_id(release.session_index) if transient else release.pseudonym
        name = {
            "Format": envelope.name_id_format,
            "NameQualifier": self.entity_id,
            "SPNameQualifier": identifier,
        }
        data = {"NotOnOrAfter": not_on_or_after, "Recipient": envelope.acs}
        if envelope.request_id:
            data["InResponseTo"] = envelope.request_id
        return element(
            "saml:Subject",
            {},
            element("saml:NameID", name, text(value)),
            element(
                "saml:SubjectConfirmation",
                {"Method": _BEARER},
                element("saml:SubjectConfirmationData", data),
            ),
        )

    def _attributes(self, provider: Provider, release: Release) -> str:
        """One AttributeValue a value (SAML2Int IDP20); names as the service wants them."""
        names = provider.service.attribute_names
        attributes = [
            _attribute(self.vocabulary[name].saml(names), _NAME_FORMAT[names], name, values)
            for name, values in release.attributes.items()
        ]
        if provider.gives_pairwise_id:
            value = pairwise_id(release.pseudonym, self.scope)
            attributes.append(
                _attribute(_PAIRWISE_ID, _NAME_FORMAT["oid"], "pairwise-id", (value,))
            )
        return element("saml:AttributeStatement", {}, *attributes)

    def _new_id(self) -> str:
        return "_" + self.random()


def pairwise_id(pseudonym: str, scope: str) -> str:
    """The pseudonym in the form of SAML Subject Identifier Attributes §3.4: it holds no address."""
    digest = b32encode(sha256(pseudonym.encode()).digest()).decode()
    return f"{digest.rstrip('=').lower()}@{scope}"


def _attribute(name: str, name_format: str, friendly_name: str, values: Sequence[str]) -> str:
    marks = {"Name": name, "NameFormat": name_format, "FriendlyName": friendly_name}
    found = [element("saml:AttributeValue", {}, text(value)) for value in values]
    return element("saml:Attribute", marks, *found)


def transient_id(session_index: str) -> str:
    """The transient NameID of a person in one session at one service (SAML Core §8.3.8): in the
    next it is another, and we know it again when that session ends."""
    return "_" + sha256(f"name id {session_index}".encode()).hexdigest()[:40]


def _posted(response: str, envelope: Envelope) -> AutoPost:
    """HTTP-POST (SAML Bindings §3.5); RelayState returns as it came."""
    fields: Mapping[str, str] = {"SAMLResponse": b64encode(response.encode()).decode()}
    if envelope.relay_state is not None:
        fields = {**fields, "RelayState": envelope.relay_state}
    return AutoPost(envelope.acs, fields)
