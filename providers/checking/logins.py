"""Logins at a service of SAML or OpenID: right, wrong, by a deep link, and ended."""

from collections.abc import Callable, Iterator

from gateway.core.findings import Finding, Outcome
from gateway.core.model import SupplierRequest
from gateway.core.ports import (
    Ended,
    Errs,
    Fault,
    FramedNotice,
    Notice,
    Reply,
    TellsOfLogout,
)
from gateway.errors import FetchRefused, GatewayError

from .refusals import let_in, of_fault, refused, said
from .trial import Trial, sendable
from .visitor import Visitor

_ONCE = "staff"  # nobody else here: mod_auth_mellon ends the first session that it has of a person
_LOGIN_CURE = "Protect this address, and let it lead to us with a request of this service."


def login_checks(trial: Trial) -> Iterator[Callable[[], Finding]]:
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
        return Finding(name, Outcome.FAIL, said(error), expected, _LOGIN_CURE)
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
        got = said(error)
    cure = "Look in your log of this moment; compare keys, entityID or client_id, and clock."
    return Finding(name, Outcome.FAIL, got, expected, cure)


def _invalid(trial: Trial, fault: Fault) -> Finding:
    def make(request: SupplierRequest) -> Reply:
        return trial.wrong(request, fault)

    return of_fault(fault, _tried(trial, trial.visitor(), make))


def _tried(trial: Trial, visitor: Visitor, make: Callable[[SupplierRequest], Reply]) -> bool | str:
    try:
        request = trial.asked_at(visitor.open(trial.target))
    except GatewayError as error:
        return said(error)
    try:
        visitor.follow(sendable(make(request)))
    except FetchRefused:
        pass  # an answer that breaks off is refused too
    except GatewayError as error:
        return said(error)
    return let_in(lambda: trial.is_in(visitor))


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
        return refused(name, said(error), expected)
    tried = _tried(trial, trial.visitor(), lambda _request: kept[0])
    if tried is True:
        got = "LET IN: an answer that was used before signs a second browser in"
        cure = "Remember the ID of each assertion, or the state of each login, and take it once."
        return Finding(name, Outcome.FAIL, got, expected, cure)
    return refused(name, tried, expected)


def _deep_link(trial: Trial) -> Finding:
    name = "deep link"
    visitor = trial.visitor()
    try:
        stop = trial.linked(visitor)
    except GatewayError as error:
        return Finding(name, Outcome.FAIL, said(error), trial.target, "See docs/links.md.")
    if stop.works and stop.address.partition("#")[0] == trial.target.partition("#")[0]:
        return Finding(name, Outcome.OK, "the person lands on the target", trial.target)
    got = f"{stop.address[:200]} with status {stop.status}"
    cure = "Take the target from RelayState or target_link_uri, or register a launch form."
    return Finding(name, Outcome.FAIL, got, trial.target, cure)


def _logout(trial: Trial) -> Finding:
    name, expected = "logout", "after it the page asks a login again"
    protocol, release = trial.protocol, trial.release(_ONCE)
    ended = Ended(release.session_index, release.pseudonym)
    notices = protocol.notices(trial.service, ended) if isinstance(protocol, TellsOfLogout) else ()
    if not notices:
        cure = "Register an address for logout, so that shared devices are left signed out."
        return Finding(name, Outcome.WARN, "no address for logout is registered", expected, cure)

    def with_this(request: SupplierRequest) -> Reply:
        return trial.answer(request, release)

    visitor = trial.visitor()
    try:
        trial.answered(visitor, with_this)
        for notice in notices:
            _tell(visitor, notice)
        still = trial.is_in(visitor)
    except GatewayError as error:
        return Finding(name, Outcome.WARN, said(error), expected, "Look in your log.")
    if still:
        return Finding(name, Outcome.WARN, "the person is still signed in", expected)
    return Finding(name, Outcome.OK, "signed out", expected)


def _tell(visitor: Visitor, notice: Notice) -> None:
    if isinstance(notice, FramedNotice):
        visitor.open(notice.address)
    else:
        visitor.send(notice.address, notice.fields)
