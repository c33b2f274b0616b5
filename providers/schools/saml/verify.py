"""The Response judged: python3-saml, strict, and what it leaves open (design.md §7.5).

It accepts an answer without InResponseTo, a tail on Destination and Recipient, an absent
audience or time limit; and it reads from another tree than it verified. So the rest is
compared here, and all times, on the bytes that the signature covers: those are returned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from gateway.errors import (
    BadSignature,
    MalformedAnswer,
    OutOfTime,
    SchoolRefused,
    UnexpectedAnswer,
    UnmetCondition,
    UnsignedAnswer,
    WrongAudience,
    WrongDestination,
    WrongIssuer,
)
from gateway.trust.samltime import read_saml_time
from gateway.trust.xml import child, children, parse
from gateway.trust.xmldsig import SignatureRefused, VerificationKey, signed_bytes

from .decrypt import Decryptor
from .gate import (
    SAML,
    SAMLP,
    UnverifiedResponse,
    assertion_of,
    decrypted,
    open_response,
    parse_response,
)
from .library import check_by_library

_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_CONDITIONS = {
    f"{SAML}{name}" for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")
}


@dataclass(frozen=True, slots=True)
class VerifiedAssertion:
    """An assertion read again from the bytes that the school's key signed."""

    element: etree._Element
    response_id: str
    assertion_id: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the answer must say: whose it is, to which request (None: to none), where, and when."""

    settings: OneLogin_Saml2_Settings
    keys: Sequence[VerificationKey]
    signed_response: bool
    issuer: str
    audience: str
    acs: str
    request_id: str | None
    now: float
    skew: int
    longest: int


def verify_response(data: bytes, expected: Expectation, decryptor: Decryptor) -> VerifiedAssertion:
    """The assertion of a Response that holds in every way; raises SchoolError.

    The order is that of `reference/lti-and-oidc.md` C5.
    """
    document = parse_response(data)
    _check_status(document, expected)
    unverified = open_response(document, decryptor, expected.keys)
    check_by_library(unverified, expected.settings, expected.acs, expected.request_id)
    assertion = _signed_assertion(unverified, expected, decryptor)
    _check_header(document, assertion, expected)
    _check_confirmation(assertion, expected)
    _check_conditions(assertion, expected)
    _open_name_id(assertion, decryptor)
    return VerifiedAssertion(assertion, document.get("ID") or "", assertion.get("ID") or "")


def _check_status(document: etree._Element, expected: Expectation) -> None:
    """A refusal needs no signature, for it lets nobody in; but it must be about our request."""
    code = child(document, f"{SAMLP}Status", f"{SAMLP}StatusCode")
    if code is None or code.get("Value") != _SUCCESS:
        _check_answers(document, expected)
        inner = None if code is None else child(code, f"{SAMLP}StatusCode")
        said = code if inner is None else inner
        raise SchoolRefused(f"status {None if said is None else said.get('Value')}")


def _check_answers(document: etree._Element, expected: Expectation) -> None:
    if document.get("InResponseTo") != expected.request_id:
        raise UnexpectedAnswer("InResponseTo is not our request")


def _signed_assertion(
    unverified: UnverifiedResponse, expected: Expectation, decryptor: Decryptor
) -> etree._Element:
    """The assertion as the verified signature covers it."""
    try:
        if expected.signed_response:
            if unverified.response_form is None:
                raise UnsignedAnswer("the response is not signed")
            covered = parse_response(signed_bytes(unverified.response_form))
            return assertion_of(decrypted(covered, decryptor))
        if unverified.assertion_form is None:
            raise UnsignedAnswer("the assertion is not signed")
        return parse(signed_bytes(unverified.assertion_form))
    except SignatureRefused as error:
        raise BadSignature(str(error)) from error


def _check_header(
    document: etree._Element, assertion: etree._Element, expected: Expectation
) -> None:
    """Web Browser SSO Profile §4.1.4.2 and §4.1.4.3; SAML Core §3.2.2."""
    _check_answers(document, expected)
    if document.get("Destination") not in {None, expected.acs}:
        raise WrongDestination("Destination is not our address")
    issuers = (child(document, f"{SAML}Issuer"), child(assertion, f"{SAML}Issuer"))
    if issuers[1] is None or any(i is not None and i.text != expected.issuer for i in issuers):
        raise WrongIssuer(f"the answer is not of {expected.issuer}")
    if not document.get("ID") or not assertion.get("ID"):
        raise MalformedAnswer("no ID")


def _open_name_id(assertion: etree._Element, decryptor: Decryptor) -> None:
    """An EncryptedID (Core §2.2.4) becomes the NameID in it; the signature covers it already."""
    encrypted = child(assertion, f"{SAML}Subject", f"{SAML}EncryptedID")
    if encrypted is None:
        return
    name_id = decryptor.decrypt(encrypted)
    if name_id.tag != f"{SAML}NameID":
        raise MalformedAnswer("what was encrypted is not a NameID")
    subject = children(assertion, f"{SAML}Subject")[0]
    subject.replace(encrypted, name_id)


def _check_confirmation(assertion: etree._Element, expected: Expectation) -> None:
    """One bearer confirmation for us, for this request, in time (Profiles §4.1.4.2)."""
    confirmations = children(assertion, f"{SAML}Subject", f"{SAML}SubjectConfirmation")
    bearers = [c for c in confirmations if c.get("Method") == _BEARER]
    if len(bearers) != 1:
        raise MalformedAnswer("not exactly one bearer confirmation")
    data = child(bearers[0], f"{SAML}SubjectConfirmationData")
    if data is None or data.get("Recipient") != expected.acs:
        raise WrongDestination("Recipient is not our address")
    if data.get("InResponseTo") != expected.request_id:
        raise UnexpectedAnswer("InResponseTo of the confirmation is not our request")
    _check_before(data.get("NotOnOrAfter"), expected)


def _check_conditions(assertion: etree._Element, expected: Expectation) -> None:
    """Audience and times are needed, not only good when there (SAML Core §2.5.1)."""
    conditions = children(assertion, f"{SAML}Conditions")
    if len(conditions) != 1:
        raise MalformedAnswer("not exactly one Conditions")
    restrictions = children(conditions[0], f"{SAML}AudienceRestriction")
    audiences = [{a.text for a in children(r, f"{SAML}Audience")} for r in restrictions]
    if not audiences or any(expected.audience not in among for among in audiences):
        raise WrongAudience("the assertion is not for us")
    _check_further(conditions[0])
    _check_before(conditions[0].get("NotOnOrAfter"), expected)
    _check_after(conditions[0].get("NotBefore"), expected)
    _check_after(assertion.get("IssueInstant"), expected)
    if expected.now - _time(assertion.get("IssueInstant")) > expected.longest + expected.skew:
        raise OutOfTime("the assertion was made too long ago")
    for statement in children(assertion, f"{SAML}AuthnStatement"):
        _check_lasting(statement.get("SessionNotOnOrAfter"), expected)


def _check_further(conditions: etree._Element) -> None:
    """What is not understood does not hold (Core §2.5.1.1); who may not be told of a person by us
    is told nothing (§2.5.1.6): a hub tells services, and those are not its audiences."""
    if {condition.tag for condition in conditions} - _CONDITIONS:
        raise UnmetCondition("a condition that we do not know")
    for restriction in children(conditions, f"{SAML}ProxyRestriction"):
        if len(restriction) or (restriction.get("Count") or "1").strip().lstrip("+0") == "":
            raise UnmetCondition("ProxyRestriction lets us tell no service")


def _check_lasting(text: str | None, expected: Expectation) -> None:
    """The session at the school has not ended (SAML Core §2.7.2)."""
    if text is not None and (late := expected.now - _time(text)) >= expected.skew:
        raise OutOfTime(f"the session at the school ended {late:.0f} s ago")


def _check_before(text: str | None, expected: Expectation) -> None:
    late = expected.now - _time(text)
    if late >= expected.skew:
        raise OutOfTime(f"{late:.0f} s past the end, by our clock; {expected.skew} s are allowed")
    if -late > expected.longest + expected.skew:
        raise OutOfTime(f"valid for longer than {expected.longest} s")


def _check_after(text: str | None, expected: Expectation) -> None:
    if text is not None and (early := _time(text) - expected.now) > expected.skew:
        raise OutOfTime(f"{early:.0f} s in our future; {expected.skew} s are allowed")


def _time(text: str | None) -> int:
    try:
        return read_saml_time(text or "")
    except ValueError as error:
        raise MalformedAnswer("a time is absent or not in UTC") from error
