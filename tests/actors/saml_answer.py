"""A SAML answer of which every part can be chosen."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.actors.saml_proof import Signing, encrypt
from tests.actors.saml_xml import (
    BASIC_NAMES,
    BEARER,
    PASSWORD_CONTEXT,
    STATUS,
    UNSPECIFIED,
    Element,
    instant,
    new_id,
    root,
    sub,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Every part of a Response with one assertion; a part that is None is left out.

    Times are seconds from now. `signing` proves the assertion, `response_signing` the response;
    with `encrypt_for`, a PEM certificate, the signed assertion is encrypted, or with
    `encrypt_name_id` the NameID alone. `conditions` stand behind the AudienceRestriction.
    """

    issuer: str | None
    destination: str | None
    in_response_to: str | None
    response_id: str = field(default_factory=new_id)
    version: str = "2.0"
    issued: float = 0
    status: str | None = STATUS + "Success"
    sub_status: str | None = None

    assertion_id: str = field(default_factory=new_id)
    assertion_issuer: str | None
    name_id: str | None
    name_id_format: str | None = UNSPECIFIED
    method: str = BEARER
    recipient: str | None
    confirmation_in_response_to: str | None
    confirmation_not_before: float | None = None
    confirmation_not_on_or_after: float | None = 300
    not_before: float | None = -30
    not_on_or_after: float | None = 300
    audiences: tuple[str, ...]
    authn_instant: float = -5
    session_index: str | None = field(default_factory=new_id)
    session_not_on_or_after: float | None = None
    context: str = PASSWORD_CONTEXT
    attributes: Mapping[str, Sequence[str]]
    attribute_format: str | None = BASIC_NAMES

    signing: Signing | None
    response_signing: Signing | None = None
    encrypt_for: str | None = None
    encryption: Mapping[str, Any] = field(default_factory=dict)
    encrypt_name_id: bool = False
    conditions: tuple[Element, ...] = ()

    def build(self) -> Element:
        """Return the Response, signed and encrypted as said (SAML Core §3.3.3)."""
        response = self.build_response()
        assertion = self.build_assertion()
        response.append(assertion)
        if self.signing:
            self.signing.sign(assertion)
        if self.encrypt_for and not self.encrypt_name_id:
            response.replace(assertion, encrypt(assertion, self.encrypt_for, **self.encryption))
        if self.response_signing:
            self.response_signing.sign(response)
        return response

    def build_response(self) -> Element:
        """Return the Response without an assertion or a signature."""
        response = root(
            "samlp:Response",
            ID=self.response_id,
            Version=self.version,
            IssueInstant=instant(self.issued),
            Destination=self.destination,
            InResponseTo=self.in_response_to,
        )
        if self.issuer is not None:
            sub(response, "saml:Issuer", self.issuer)
        if self.status is not None:
            code = sub(sub(response, "samlp:Status"), "samlp:StatusCode", Value=self.status)
            if self.sub_status:
                sub(code, "samlp:StatusCode", Value=self.sub_status)
        return response

    def build_assertion(self) -> Element:
        """Return the Assertion without a signature (SAML Core §2.3.3)."""
        assertion = root(
            "saml:Assertion", ID=self.assertion_id, Version="2.0", IssueInstant=instant(self.issued)
        )
        if self.assertion_issuer is not None:
            sub(assertion, "saml:Issuer", self.assertion_issuer)
        self._add_subject(assertion)
        self._add_conditions(assertion)
        self._add_statements(assertion)
        return assertion

    def _add_subject(self, assertion: Element) -> None:
        subject = sub(assertion, "saml:Subject")
        if self.name_id is not None:
            name_id = sub(subject, "saml:NameID", self.name_id, Format=self.name_id_format)
            if self.encrypt_name_id:
                assert self.encrypt_for
                form = {"wrapper": "saml:EncryptedID", **self.encryption}
                subject.replace(name_id, encrypt(name_id, self.encrypt_for, **form))
        sub(
            sub(subject, "saml:SubjectConfirmation", Method=self.method),
            "saml:SubjectConfirmationData",
            InResponseTo=self.confirmation_in_response_to,
            Recipient=self.recipient,
            NotBefore=_at(self.confirmation_not_before),
            NotOnOrAfter=_at(self.confirmation_not_on_or_after),
        )

    def _add_conditions(self, assertion: Element) -> None:
        conditions = sub(
            assertion,
            "saml:Conditions",
            NotBefore=_at(self.not_before),
            NotOnOrAfter=_at(self.not_on_or_after),
        )
        if self.audiences:
            restriction = sub(conditions, "saml:AudienceRestriction")
            for audience in self.audiences:
                sub(restriction, "saml:Audience", audience)
        conditions.extend(deepcopy(condition) for condition in self.conditions)

    def _add_statements(self, assertion: Element) -> None:
        authentication = sub(
            assertion,
            "saml:AuthnStatement",
            AuthnInstant=instant(self.authn_instant),
            SessionIndex=self.session_index,
            SessionNotOnOrAfter=_at(self.session_not_on_or_after),
        )
        sub(sub(authentication, "saml:AuthnContext"), "saml:AuthnContextClassRef", self.context)
        if self.attributes:
            statement = sub(assertion, "saml:AttributeStatement")
            for name, values in self.attributes.items():
                attribute = sub(
                    statement, "saml:Attribute", Name=name, NameFormat=self.attribute_format
                )
                for value in values:
                    sub(attribute, "saml:AttributeValue", value)


def _at(seconds: float | None) -> str | None:
    return None if seconds is None else instant(seconds)
