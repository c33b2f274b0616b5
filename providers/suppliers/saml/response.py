"""The Response to a service: one signed assertion, or a status that says why there is none.

SAML Core §3.2.2 and §2.3.3; Web Browser SSO Profile §4.1.4.2. Cost: one RSA signature.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.core.attributes import Vocabulary
from gateway.core.model import Release, Service
from gateway.core.ports import AutoPost, Clock, Random, Signer
from gateway.trust.samltime import saml_time
from gateway.trust.xmldsig import signature_over
from gateway.trust.xmltext import element, text

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
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
        issuer = element("saml:Issuer", {}, text(self.entity_id))
        statements = self._statements(service, release, envelope)
        assertion_id = self._new_id()
        attributes = {
            "ID": assertion_id,
            "Version": "2.0",
            "IssueInstant": saml_time(self.clock()),
        }

        def assertion(*signature: str) -> str:
            return element(
                "saml:Assertion", attributes, issuer, *signature, statements, namespace=_SAML
            )

        signature = signature_over(assertion(), assertion_id, signer)
        content = _status(STATUS + "Success"), assertion(signature)
        return _posted(self._response(self._new_id(), envelope, *content), envelope)

    def failure(self, envelope: Envelope, codes: Sequence[str], signer: Signer) -> AutoPost:
        """A signed Response that says why there is no assertion (SAML Core §3.2.2.2)."""
        response_id, status = self._new_id(), _status(*codes)
        bare = self._response(response_id, envelope, status)
        signature = signature_over(bare, response_id, signer)
        return _posted(self._response(response_id, envelope, signature, status), envelope)

    def _response(self, response_id: str, envelope: Envelope, *content: str) -> str:
        """The Response with what follows its Issuer."""
        attributes = {
            "ID": response_id,
            "Version": "2.0",
            "IssueInstant": saml_time(self.clock()),
            "Destination": envelope.acs,
        }
        if envelope.request_id:
            attributes["InResponseTo"] = envelope.request_id
        issuer = element("saml:Issuer", {}, text(self.entity_id), namespace=_SAML)
        return element("samlp:Response", attributes, issuer, *content, namespace=_SAMLP)

    def _statements(self, service: Service, release: Release, envelope: Envelope) -> str:
        """What follows the Issuer of an assertion and its Signature."""
        now = self.clock()
        times = {"NotBefore": saml_time(now - 60), "NotOnOrAfter": saml_time(now + _VALID_SECONDS)}
        audience = element("saml:Audience", {}, text(service.identifier))
        context = element("saml:AuthnContextClassRef", {}, text(release.authn_context))
        login = {
            "AuthnInstant": saml_time(release.authenticated_at),
            "SessionIndex": release.session_index,
        }
        return (
            self._subject(service, release, envelope, times["NotOnOrAfter"])
            + element("saml:Conditions", times, element("saml:AudienceRestriction", {}, audience))
            + element("saml:AuthnStatement", login, element("saml:AuthnContext", {}, context))
            + self._attributes(service, release)
        )

    def _subject(
        self, service: Service, release: Release, envelope: Envelope, not_on_or_after: str
    ) -> str:
        """NameID and bearer confirmation; a persistent NameID is the supplier's own pseudonym."""
        persistent = envelope.name_id_format == PERSISTENT
        name = {
            "Format": envelope.name_id_format,
            "NameQualifier": self.entity_id,
            "SPNameQualifier": service.identifier,
        }
        data = {"NotOnOrAfter": not_on_or_after, "Recipient": envelope.acs}
        if envelope.request_id:
            data["InResponseTo"] = envelope.request_id
        return element(
            "saml:Subject",
            {},
            element("saml:NameID", name, text(release.pseudonym if persistent else self._new_id())),
            element(
                "saml:SubjectConfirmation",
                {"Method": _BEARER},
                element("saml:SubjectConfirmationData", data),
            ),
        )

    def _attributes(self, service: Service, release: Release) -> str:
        """One AttributeValue a value (SAML2Int IDP20); names as the service wants them."""
        name_format = _NAME_FORMAT[service.attribute_names]
        attributes = [
            element(
                "saml:Attribute",
                {
                    "Name": self.vocabulary[name].saml(service.attribute_names),
                    "NameFormat": name_format,
                    "FriendlyName": name,
                },
                *[element("saml:AttributeValue", {}, text(value)) for value in values],
            )
            for name, values in release.attributes.items()
        ]
        return element("saml:AttributeStatement", {}, *attributes)

    def _new_id(self) -> str:
        return "_" + self.random()


def _status(*codes: str) -> str:
    """Each code within the one before (SAML Core §3.2.2.2)."""
    inner = ""
    for code in reversed(codes):
        inner = element("samlp:StatusCode", {"Value": code}, inner)
    return element("samlp:Status", {}, inner)


def _posted(response: str, envelope: Envelope) -> AutoPost:
    """HTTP-POST (SAML Bindings §3.5); RelayState returns as it came."""
    fields: Mapping[str, str] = {"SAMLResponse": b64encode(response.encode()).decode()}
    if envelope.relay_state is not None:
        fields = {**fields, "RelayState": envelope.relay_state}
    return AutoPost(envelope.acs, fields)
