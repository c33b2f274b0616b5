"""Whether a service refused what it must refuse, as a finding."""

from collections.abc import Callable

from gateway.core.findings import Finding, Outcome
from gateway.core.ports import Fault
from gateway.errors import FetchRefused, GatewayError

from .asked import why

CURES = {
    Fault.SIGNATURE: "Check the signature with the keys of our metadata or jwks_uri, no others.",
    Fault.UNSIGNED: "Refuse a response in which neither Response nor Assertion is signed.",
    Fault.EXPIRED: "Compare NotOnOrAfter or exp with your clock; allow a few minutes at most.",
    Fault.AUDIENCE: "Compare the audience with your own entityID or client_id.",
    Fault.RECIPIENT: "Compare Recipient and Destination with the address that was posted to.",
    Fault.REQUEST: "Remember the ID of your AuthnRequest and compare InResponseTo with it.",
    Fault.ISSUER: "Compare iss with the issuer of our discovery document.",
    Fault.NONCE: "Send a nonce with each request, and compare that of the ID token with it.",
    Fault.DEPLOYMENT: "Compare deployment_id with the lti_deployment_id that began the login.",
}
# SAML Profiles §4.1.4.3 wants the first, and widely used software (mod_auth_mellon) does not look.
# A new school is a new deployment, so that a tool must take one that it has not heard of.
_TOLERATED = frozenset({Fault.REQUEST, Fault.DEPLOYMENT})
_EXPECTED = "the answer is refused"


def of_fault(fault: Fault, tried: bool | str) -> Finding:
    """`tried`: whether the person was let in, or what kept it from being tried."""
    name = f"refuses: {fault}"
    if tried is not True:
        return refused(name, tried, _EXPECTED)
    got = "LET IN: the person is signed in by an answer that nobody may accept"
    outcome = Outcome.WARN if fault in _TOLERATED else Outcome.FAIL
    return Finding(name, outcome, got, _EXPECTED, CURES[fault])


def refused(name: str, tried: bool | str, expected: str) -> Finding:
    if isinstance(tried, str):
        return Finding(name, Outcome.WARN, f"not tried: {tried}", expected)
    return Finding(name, Outcome.OK, "refused", expected)


def let_in(answer: Callable[[], bool]) -> bool | str:
    """Whether an answer let the person in, or why it was not sent. An answer that breaks off is a
    refusal."""
    try:
        return answer()
    except FetchRefused:
        return False
    except GatewayError as error:
        return said(error)


def said(error: GatewayError) -> str:
    return error.detail if isinstance(error, FetchRefused) else why(error)
