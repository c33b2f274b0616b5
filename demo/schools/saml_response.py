"""The school's Response with a signed Assertion (SAML Core §2.3, §3.3.3; Profiles §4.1.4.2)."""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import xmlsec
from lxml import etree

from demo.keys import KeyPair
from demo.schools.saml_metadata import UNSPECIFIED
from demo.schools.saml_request import AuthnRequest
from demo.schools.xml import attribute, build

BASIC_NAME = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
LIFETIME = timedelta(minutes=5)


class Signer:
    """Signs assertions with a key that is read once."""

    def __init__(self, pair: KeyPair) -> None:
        self._key = xmlsec.Key.from_memory(pair.key, xmlsec.constants.KeyDataFormatPem)
        self._key.load_cert_from_memory(pair.certificate, xmlsec.constants.KeyDataFormatCertPem)

    def sign(self, assertion: etree._Element) -> None:
        """Put an enveloped signature after the Issuer (SAML Core §5.4)."""
        names = xmlsec.constants
        signature = xmlsec.template.create(
            assertion, names.TransformExclC14N, names.TransformRsaSha256, ns="ds"
        )
        assertion.insert(1, signature)
        reference = xmlsec.template.add_reference(
            signature, names.TransformSha256, uri="#" + attribute(assertion, "ID")
        )
        xmlsec.template.add_transform(reference, names.TransformEnveloped)
        xmlsec.template.add_transform(reference, names.TransformExclC14N)
        xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
        xmlsec.tree.add_ids(assertion, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = self._key
        context.sign(signature)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Answers checked requests in the name of the school."""

    entity_id: str
    audience: str
    signer: Signer

    def response(self, request: AuthnRequest, attributes: dict[str, str]) -> str:
        """Make the Response, in base64 for the POST binding (SAML Bindings §3.5)."""
        now = datetime.now(UTC)
        assertion = self._assertion(request, attributes, now)
        self.signer.sign(assertion)
        response = build(
            "samlp:Response",
            build("saml:Issuer", self.entity_id),
            build("samlp:Status", build("samlp:StatusCode", Value=SUCCESS)),
            assertion,
            ID=_identifier(),
            Version="2.0",
            IssueInstant=_instant(now),
            Destination=request.consumer,
            InResponseTo=request.id,
        )
        return base64.b64encode(etree.tostring(response)).decode()

    def _assertion(
        self, request: AuthnRequest, attributes: dict[str, str], now: datetime
    ) -> etree._Element:
        until = _instant(now + LIFETIME)
        audience = build("saml:AudienceRestriction", build("saml:Audience", self.audience))
        return build(
            "saml:Assertion",
            build("saml:Issuer", self.entity_id),
            _subject(request, attributes["uid"], until),
            build("saml:Conditions", audience, NotBefore=_instant(now), NotOnOrAfter=until),
            _authentication(now),
            build("saml:AttributeStatement", *(_attribute(*one) for one in attributes.items())),
            ID=_identifier(),
            Version="2.0",
            IssueInstant=_instant(now),
        )


def _subject(request: AuthnRequest, name_id: str, until: str) -> etree._Element:
    data = build(
        "saml:SubjectConfirmationData",
        InResponseTo=request.id,
        Recipient=request.consumer,
        NotOnOrAfter=until,
    )
    return build(
        "saml:Subject",
        build("saml:NameID", name_id, Format=UNSPECIFIED),
        build("saml:SubjectConfirmation", data, Method=BEARER),
    )


def _authentication(now: datetime) -> etree._Element:
    return build(
        "saml:AuthnStatement",
        build("saml:AuthnContext", build("saml:AuthnContextClassRef", PASSWORD)),
        AuthnInstant=_instant(now),
        SessionIndex=_identifier(),
    )


def _attribute(name: str, value: str) -> etree._Element:
    return build(
        "saml:Attribute", build("saml:AttributeValue", value), Name=name, NameFormat=BASIC_NAME
    )


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _identifier() -> str:
    return "_" + secrets.token_hex(16)
