"""The checks in their order; each says what it got, what was expected, and how to mend it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

from gateway.core.findings import Finding, Outcome
from gateway.core.model import Service, Supplier, SupplierRequest
from gateway.core.ports import (
    Ended,
    Errs,
    Fault,
    FramedNotice,
    Notice,
    Reply,
    SupplierProtocol,
    TellsOfLogout,
)
from gateway.errors import FetchRefused, GatewayError
from gateway.services import Parts

from .asked import why
from .trial import Trial, sendable
from .visitor import Visitor

SECONDS = 60
_CURES = {
    Fault.SIGNATURE: "Check the signature with the keys of our metadata or jwks_uri, no others.",
    Fault.UNSIGNED: "Refuse a response in which neither Response nor Assertion is signed.",
    Fault.EXPIRED: "Compare NotOnOrAfter or exp with your clock; allow a few minutes at most.",
    Fault.AUDIENCE: "Compare the audience with your own entityID or client_id.",
    Fault.RECIPIENT: "Compare Recipient and Destination with the address that was posted to.",
    Fault.REQUEST: "Remember the ID of your AuthnRequest and compare InResponseTo with it.",
    Fault.ISSUER: "Compare iss with the issuer of our discovery document.",
    Fault.NONCE: "Send a nonce with each request, and compare that of the ID token with it.",
}
# SAML Profiles §4.1.4.3 wants it, and widely used software (mod_auth_mellon) does not look.
_TOLERATED = frozenset({Fault.REQUEST})
_LOGIN_CURE = "Protect this address, and let it lead to us with a request of this service."


@dataclass(frozen=True, slots=True)
class IntegrationCheck:
    """Implements ports.Checks."""

    parts: Parts
    suppliers: Mapping[str, SupplierProtocol]

    def run(self, service: Service, supplier: Supplier, target: str) -> Iterator[Finding]:
        """Some of them take seconds; all together a minute at most."""
        protocol, until = self.suppliers[service.protocol], monotonic() + SECONDS
        trial = Trial(self.parts, protocol, service, supplier, target, until)
        for check in _checks(trial):
            if monotonic() >= until:
                yield Finding("time", Outcome.WARN, "not all was tried", f"{SECONDS} s at most")
                return
            yield check()


def _checks(trial: Trial) -> Iterator[Callable[[], Finding]]:
    if trial.service.protocol == "lti":
        yield lambda: _launch(trial)
        return
    begun = _start(trial)
    yield lambda: begun
    if begun.outcome is Outcome.FAIL:
        return
    yield lambda: _valid(trial)
    if isinstance(trial.protocol, Errs):
        for fault in trial.protocol.faults:
            yield lambda fault=fault: _invalid(trial, fault)  # type: ignore[misc]
    yield lambda: _replay(trial)
    yield lambda: _deep_link(trial)
    yield lambda: _logout(trial)


def _start(trial: Trial) -> Finding:
    """The protected page leads to us with a good request."""
    name, expected = "start of login", "a request of this service at our address"
    try:
        request = trial.asked_at(trial.visitor().open(trial.target))
    except GatewayError as error:
        return Finding(name, Outcome.FAIL, _said(error), expected, _LOGIN_CURE)
    if request.service_id != trial.service.id:
        got = f"a request of {request.service_id}"
        return Finding(name, Outcome.FAIL, got, expected, "Use this service's own settings.")
    return Finding(name, Outcome.OK, "a good request", expected)


def _valid(trial: Trial) -> Finding:
    name, expected = "valid answer", f"{trial.target} is shown"
    visitor = trial.visitor()
    try:
        stop = trial.answered(visitor, trial.right)
        if trial.is_in(visitor):
            return Finding(name, Outcome.OK, "the person is signed in", expected)
        got = f"not signed in: it ends at {stop.address[:200]} with status {stop.status}"
    except GatewayError as error:
        got = _said(error)
    cure = "Look in your log of this moment; compare keys, entityID or client_id, and clock."
    return Finding(name, Outcome.FAIL, got, expected, cure)


def _invalid(trial: Trial, fault: Fault) -> Finding:
    name, expected = f"refuses: {fault}", "the answer is refused"

    def make(request: SupplierRequest) -> Reply:
        return trial.wrong(request, fault)

    let_in = _tried(trial, trial.visitor(), make)
    if let_in is True:
        got = "LET IN: the person is signed in by an answer that nobody may accept"
        outcome = Outcome.WARN if fault in _TOLERATED else Outcome.FAIL
        return Finding(name, outcome, got, expected, _CURES[fault])
    return _refused(name, let_in, expected)


def _tried(trial: Trial, visitor: Visitor, make: Callable[[SupplierRequest], Reply]) -> bool | str:
    """Whether the answer let the person in, or what kept it from being tried. An answer that
    breaks off is refused too."""
    try:
        request = trial.asked_at(visitor.open(trial.target))
    except GatewayError as error:
        return _said(error)
    try:
        visitor.follow(sendable(make(request)))
    except FetchRefused:
        pass
    except GatewayError as error:
        return _said(error)
    try:
        return trial.is_in(visitor)
    except FetchRefused:
        return False


def _refused(name: str, let_in: bool | str, expected: str) -> Finding:
    if isinstance(let_in, str):
        return Finding(name, Outcome.WARN, f"not tried: {let_in}", expected)
    return Finding(name, Outcome.OK, "refused", expected)


def _replay(trial: Trial) -> Finding:
    """The same answer in another browser that asked too: it is one login, for one of them."""
    name, expected = "refuses: replay", "an answer is accepted once"
    kept: list[Reply] = []

    def remembered(request: SupplierRequest) -> Reply:
        kept.append(trial.right(request))
        return kept[0]

    try:
        trial.answered(trial.visitor(), remembered)
    except GatewayError as error:
        return Finding(name, Outcome.WARN, f"not tried: {_said(error)}", expected)
    let_in = _tried(trial, trial.visitor(), lambda _request: kept[0])
    if let_in is True:
        got = "LET IN: an answer that was used before signs a second browser in"
        cure = "Remember the ID of each assertion, or the state of each login, and take it once."
        return Finding(name, Outcome.FAIL, got, expected, cure)
    return _refused(name, let_in, expected)


def _deep_link(trial: Trial) -> Finding:
    name = "deep link"
    visitor = trial.visitor()
    try:
        stop = trial.linked(visitor)
    except GatewayError as error:
        return Finding(name, Outcome.FAIL, _said(error), trial.target, "See docs/links.md.")
    if stop.works and stop.address.partition("#")[0] == trial.target.partition("#")[0]:
        return Finding(name, Outcome.OK, "the person lands on the target", trial.target)
    got = f"{stop.address[:200]} with status {stop.status}"
    cure = "Take the target from RelayState or target_link_uri, or register a launch form."
    return Finding(name, Outcome.FAIL, got, trial.target, cure)


def _logout(trial: Trial) -> Finding:
    name, expected = "logout", "after it the page asks a login again"
    protocol, release = trial.protocol, trial.release()
    ended = Ended(release.session_index, release.pseudonym)
    notices = protocol.notices(trial.service, ended) if isinstance(protocol, TellsOfLogout) else ()
    if not notices:
        cure = "Register an address for logout, so that shared devices are left signed out."
        return Finding(name, Outcome.WARN, "no address for logout is registered", expected, cure)

    def with_this(request: SupplierRequest) -> Reply:
        return protocol.answer(trial.service, request.payload, release)

    visitor = trial.visitor()
    try:
        trial.answered(visitor, with_this)
        for notice in notices:
            _tell(visitor, notice)
        still = trial.is_in(visitor)
    except GatewayError as error:
        return Finding(name, Outcome.WARN, _said(error), expected, "Look in your log.")
    if still:
        return Finding(name, Outcome.WARN, "the person is still signed in", expected)
    return Finding(name, Outcome.OK, "signed out", expected)


def _tell(visitor: Visitor, notice: Notice) -> None:
    if isinstance(notice, FramedNotice):
        visitor.open(notice.address)
    else:
        visitor.send(notice.address, notice.fields)


def _launch(trial: Trial) -> Finding:
    name, expected = "LTI launch", "the tool shows its page"
    try:
        stop = trial.linked(trial.visitor())
    except GatewayError as error:
        return Finding(name, Outcome.FAIL, _said(error), expected, "Compare with docs/lti.md.")
    if stop.works:
        return Finding(name, Outcome.OK, "launched", expected)
    got = f"{stop.address[:200]} with status {stop.status}"
    return Finding(name, Outcome.FAIL, got, expected, "Look in your log of this moment.")


def _said(error: GatewayError) -> str:
    return error.detail if isinstance(error, FetchRefused) else why(error)
