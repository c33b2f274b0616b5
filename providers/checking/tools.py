"""A tool (LTI): launches right and wrong, a teacher who picks, a pupil who is scored."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gateway.core.findings import Finding, Outcome
from gateway.core.model import Place, Release, Service, SupplierRequest
from gateway.core.ports import (
    AutoPost,
    Errs,
    ExpectedScore,
    Fault,
    LeadsToTools,
    Reply,
)
from gateway.errors import GatewayError

from .refusals import let_in, of_fault, refused, said
from .trial import Trial, sendable
from .visitor import Stop, Visitor

_PUPIL = "pupil-two-classes"
_MOST_PRESSED = 4
_SCORE_SECONDS = 5
_LOOK_SECONDS = 0.25
_ERROR_CURE = "Show a launch that fails with status 400 or above. "
Make = Callable[[SupplierRequest], Reply]


@dataclass(frozen=True, slots=True)
class _Tool:
    """Launches of the trial's target; what a launch is refused by is the status of its page."""

    trial: Trial
    tools: LeadsToTools

    @property
    def service(self) -> Service:
        return self.trial.service

    @property
    def place(self) -> Place:
        return Place("check", self.trial.target, "Integration check")

    def asked(self, visitor: Visitor, release: Release) -> SupplierRequest:
        """What the tool asks when a launch begins; raises GatewayError."""
        reply = self.tools.open(self.service, self.place, release)
        return self.trial.asked_at(visitor.follow(reply))

    def launched(self, visitor: Visitor, release: Release) -> Stop:
        """Raises GatewayError."""
        request = self.asked(visitor, release)
        return visitor.follow(sendable(self.trial.answer(request, release)))

    def tried(self, make: Callable[[SupplierRequest, Release], Reply]) -> bool | str:
        """A launch in a new browser that is answered with something else."""
        visitor, release = self.trial.visitor(), self.trial.release()
        try:
            request = self.asked(visitor, release)
        except GatewayError as error:
            return said(error)
        return let_in(lambda: visitor.follow(sendable(make(request, release))).works)


def tool_checks(trial: Trial, tools: LeadsToTools) -> Iterator[Callable[[], Finding]]:
    tool = _Tool(trial, tools)
    launched = _launch(tool)
    yield lambda: launched
    if launched.outcome is Outcome.FAIL:
        return
    if isinstance(trial.protocol, Errs):
        for fault in trial.protocol.faults:
            yield lambda fault=fault: _invalid(tool, fault)  # type: ignore[misc]
    yield lambda: _replay(tool)
    yield lambda: _used_nonce(tool)
    if tools.pick(trial.service, trial.release()) is not None:
        yield lambda: _picked(tool)
    expected = tools.expect_score(trial.service, tool.place, trial.release(_PUPIL))
    if expected is not None:
        try:
            yield lambda: _scored(tool, expected)
        finally:
            expected.close()


def _launch(tool: _Tool) -> Finding:
    name, expected = "LTI launch", "the tool shows its page"
    try:
        stop = tool.launched(tool.trial.visitor(), tool.trial.release())
    except GatewayError as error:
        return Finding(name, Outcome.FAIL, said(error), expected, "Compare with docs/lti.md.")
    if stop.works:
        return Finding(name, Outcome.OK, "launched", expected)
    got = f"{stop.address[:200]} with status {stop.status}"
    return Finding(name, Outcome.FAIL, got, expected, "Look in your log of this moment.")


def _invalid(tool: _Tool, fault: Fault) -> Finding:
    def make(request: SupplierRequest, release: Release) -> Reply:
        assert isinstance(tool.trial.protocol, Errs)
        return tool.trial.protocol.wrong_answer(tool.service, request.payload, release, fault)

    found = of_fault(fault, tool.tried(make))
    return replace(found, cure=_ERROR_CURE + found.cure) if found.cure else found


def _replay(tool: _Tool) -> Finding:
    """One launch whole, in the browser of another."""
    cure = "Compare state with what this browser began with, and take it once."
    return _again(tool, "refuses: replay", lambda first, _second: first, cure)


def _used_nonce(tool: _Tool) -> Finding:
    """The token of one launch in another that began well (OpenID Connect Core §3.1.3.7, 11)."""

    def token_of(first: AutoPost, second: AutoPost) -> AutoPost:
        return replace(second, fields={**second.fields, "id_token": first.fields["id_token"]})

    cure = "Remember which nonce a login sent, and take an ID token with it alone, once."
    return _again(tool, "refuses: used nonce", token_of, cure)


def _again(
    tool: _Tool, name: str, join: Callable[[AutoPost, AutoPost], AutoPost], cure: str
) -> Finding:
    expected = "a message is accepted once"
    visitor, release = tool.trial.visitor(), tool.trial.release()
    try:
        first = _post(tool.trial.answer(tool.asked(visitor, release), release))
        visitor.follow(first)
    except GatewayError as error:
        return refused(name, said(error), expected)
    tried = tool.tried(lambda request, own: join(first, _post(tool.trial.answer(request, own))))
    if tried is True:
        got = "LET IN: a message that was used before launches a second browser"
        return Finding(name, Outcome.FAIL, got, expected, _ERROR_CURE + cure)
    return refused(name, tried, expected)


def _post(reply: Reply) -> AutoPost:
    assert isinstance(reply, AutoPost)
    return reply


def _picked(tool: _Tool) -> Finding:
    """A teacher takes what the tool proposes: the first form of each page as it stands."""
    name, expected = "deep linking", "a content item comes back"
    cure = "Send LtiDeepLinkingResponse to deep_link_return_url; compare with docs/lti.md."
    try:
        stop = _pressed(tool)
        request = tool.trial.asked_at(stop) if stop.ours else None
        titles = tool.tools.picked(request.payload) if request else None
    except GatewayError as error:
        return Finding(name, Outcome.FAIL, said(error), expected, cure)
    if titles:
        return Finding(name, Outcome.OK, f"came back: {', '.join(titles)[:200]}", expected)
    if titles is not None:
        got = "an answer came back with nothing in it"
        return Finding(name, Outcome.WARN, got, expected, "Propose something on the first page.")
    if not stop.works:
        got = f"{stop.address[:200]} with status {stop.status}"
        return Finding(name, Outcome.FAIL, got, expected, cure)
    got = f"a page to pick on, at {stop.address[:200]}, whose first form brought nothing back"
    return Finding(name, Outcome.WARN, got, expected, f"Pick there by hand. {cure}")


def _pressed(tool: _Tool) -> Stop:
    visitor, release = tool.trial.visitor(), tool.trial.release()
    leads = tool.tools.pick(tool.service, release)
    assert leads is not None
    request = tool.trial.asked_at(visitor.follow(leads))
    stop = visitor.follow(sendable(tool.trial.answer(request, release)))
    for _ in range(_MOST_PRESSED):
        if not stop.works or stop.form is None:
            break
        stop = visitor.press(stop)
    return stop


def _scored(tool: _Tool, score: ExpectedScore) -> Finding:
    """A pupil is launched at a place that has a line item."""
    name, expected = "score", "a score of the pupil arrives"
    cure = (
        f"Do an exercise of yours as the pupil {_PUPIL} of the test school, and check again; "
        "or send a score at the launch. Compare with docs/lti.md."
    )
    try:
        stop = tool.launched(tool.trial.visitor(), tool.trial.release(_PUPIL))
        came = stop.works and _came(score, tool.trial.until)
    except GatewayError as error:
        return Finding(name, Outcome.FAIL, said(error), expected, "Look in your log.")
    if came:
        return Finding(name, Outcome.OK, "a score arrived", expected)
    if score.earlier:
        return Finding(name, Outcome.OK, "none at this launch; one had arrived earlier", expected)
    got = f"none arrived within {_SCORE_SECONDS} seconds of a launch"
    return Finding(name, Outcome.WARN, got, expected, cure)


def _came(score: ExpectedScore, until: float) -> bool:
    """The tool scores when it likes, so we look again and again for a while."""
    last = min(until, time.monotonic() + _SCORE_SECONDS)
    while not score.has_come():
        if time.monotonic() >= last:
            return False
        time.sleep(_LOOK_SECONDS)
    return True
