"""The Response to a service: one signed assertion, or a status that says why there is none.

SAML Core §3.2.2 and §2.3.3; Web Browser SSO Profile §4.1.4.2. Cost: one RSA signature.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from gateway.core.attributes import Vocabulary
from gateway.core.model import Release, Service
from gateway.core.ports import AutoPost, Clock, Random, Signer
from gateway.trust.samltime import saml_time
from gateway.trust.xmldsig import sign

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
_NAMESPACES = {"saml": _SAML, "samlp": _SAMLP}
_ASSERTION_NAMESPACES = {"saml": _SAML}
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_NAME_FORMAT = {
    "entree": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
    "oid": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
}
_VALID_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a response goes and what it answers; `request_id` is None when unsolicited."""

    acs: str
    request_id: str | None
    relay_state: str | None
    name_id_format: str = PERSISTENT


@dataclass(frozen=True, slots=True)
class Responder:
    """Makes responses in the name of our identity provider."""

    entity_id: str
    vocabulary: Vocabulary
    clock: Clock
    random: Random

    def success(
        self, service: Service, release: Release, envelope: Envelope, signer: Signer
    ) -> AutoPost:
        """A Response with one signed assertion about the person."""
        response = self._response(envelope, (STATUS + "Success",))
        assertion = self._assertion(service, release, envelope)
        sign(assertion, signer, after=assertion[0])
        response.append(assertion)
        return _posted(response, envelope)

    def failure(self, envelope: Envelope, codes: tuple[str, ...], signer: Signer) -> AutoPost:
        """A signed Response that says why there is no assertion (SAML Core §3.2.2.2)."""
        response = self._response(envelope, codes)
        sign(response, signer, after=response[0])
        return _posted(response, envelope)

    def _response(self, envelope: Envelope, codes: tuple[str, ...]) -> etree._Element:
        response = etree.Element(f"{{{_SAMLP}}}Response", nsmap=_NAMESPACES)
        response.set("ID", "_" + self.random())
        response.set("Version", "2.0")
        response.set("IssueInstant", saml_time(self.clock()))
        response.set("Destination", envelope.acs)
        if envelope.request_id:
            response.set("InResponseTo", envelope.request_id)
        _saml(response, "Issuer").text = self.entity_id
        place = etree.SubElement(response, f"{{{_SAMLP}}}Status")
        for code in codes:
            place = etree.SubElement(place, f"{{{_SAMLP}}}StatusCode", Value=code)
        return response

    def _assertion(self, service: Service, release: Release, envelope: Envelope) -> etree._Element:
        now = self.clock()
        assertion = etree.Element(f"{{{_SAML}}}Assertion", nsmap=_ASSERTION_NAMESPACES)
        assertion.set("ID", "_" + self.random())
        assertion.set("Version", "2.0")
        assertion.set("IssueInstant", saml_time(now))
        _saml(assertion, "Issuer").text = self.entity_id
        self._subject(assertion, service, release, envelope)
        conditions = _saml(
            assertion,
            "Conditions",
            NotBefore=saml_time(now - 60),
            NotOnOrAfter=saml_time(now + _VALID_SECONDS),
        )
        _saml(_saml(conditions, "AudienceRestriction"), "Audience").text = service.identifier
        statement = _saml(
            assertion,
            "AuthnStatement",
            AuthnInstant=saml_time(release.authenticated_at),
            SessionIndex=release.session_index,
        )
        context = _saml(statement, "AuthnContext")
        _saml(context, "AuthnContextClassRef").text = release.authn_context
        self._attributes(assertion, service, release)
        return assertion

    def _subject(
        self, assertion: etree._Element, service: Service, release: Release, envelope: Envelope
    ) -> None:
        """NameID and bearer confirmation; a persistent NameID is the supplier's own pseudonym."""
        subject = _saml(assertion, "Subject")
        persistent = envelope.name_id_format == PERSISTENT
        name_id = _saml(
            subject,
            "NameID",
            Format=envelope.name_id_format,
            NameQualifier=self.entity_id,
            SPNameQualifier=service.identifier,
        )
        name_id.text = release.pseudonym if persistent else "_" + self.random()
        confirmation = _saml(subject, "SubjectConfirmation", Method=_BEARER)
        data = _saml(
            confirmation,
            "SubjectConfirmationData",
            NotOnOrAfter=saml_time(self.clock() + _VALID_SECONDS),
            Recipient=envelope.acs,
        )
        if envelope.request_id:
            data.set("InResponseTo", envelope.request_id)

    def _attributes(self, assertion: etree._Element, service: Service, release: Release) -> None:
        """One AttributeValue a value (SAML2Int IDP20); names as the service wants them."""
        statement = _saml(assertion, "AttributeStatement")
        name_format = _NAME_FORMAT[service.attribute_names]
        for name, values in release.attributes.items():
            attribute = _saml(
                statement,
                "Attribute",
                Name=self.vocabulary[name].saml(service.attribute_names),
                NameFormat=name_format,
                FriendlyName=name,
            )
            for value in values:
                _saml(attribute, "AttributeValue").text = value


def _saml(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_SAML}}}{name}", attributes)


def _posted(response: etree._Element, envelope: Envelope) -> AutoPost:
    """HTTP-POST (SAML Bindings §3.5); RelayState returns as it came."""
    fields: Mapping[str, str] = {"SAMLResponse": b64encode(etree.tostring(response)).decode()}
    if envelope.relay_state is not None:
        fields = {**fields, "RelayState": envelope.relay_state}
    return AutoPost(envelope.acs, fields)
