"""The login as a state machine: what is known of a flow, and the one step that comes next.

    begin → (choose) → ask the school → identified → answer or launch
    a school sends somebody unasked → confirmed → launch

`next_step` is pure: it looks at the flow and the session and says what to do. Nobody else
decides the way of a login.
"""

from dataclasses import dataclass, replace

from gateway.core.model import (
    Beginning,
    Brin,
    Demands,
    Flow,
    Identity,
    PageRequest,
    School,
    Session,
)
from gateway.core.test_school import is_invented
from gateway.errors import (
    GatewayError,
    InventedPersonElsewhere,
    LoginRequired,
    StaleLogin,
    WrongContext,
)


@dataclass(frozen=True, slots=True)
class Choose:
    """The person says which school."""


@dataclass(frozen=True, slots=True)
class GoToSchool:
    """The school says who the person is."""

    school: Brin


@dataclass(frozen=True, slots=True)
class Confirm:
    """The person says whether this is who is meant: a school sent somebody whom we did not send
    there, and any page can post its form (login CSRF)."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class Finish:
    """The service gets its answer, or the person the deep link. `proved` is True when the
    school proved the identity in this very flow: then the session begins anew."""

    identity: Identity
    proved: bool


@dataclass(frozen=True, slots=True)
class Refuse:
    """The service is told that there is no answer."""

    error: GatewayError


Step = Choose | GoToSchool | Confirm | Finish | Refuse


def begin(
    flow_id: str, beginning: Beginning, now: float, lifetime: int, school: Brin | None
) -> Flow:
    """A new flow; `lifetime` in seconds, `school` when a hint named it."""
    return Flow(
        id=flow_id,
        begun_at=int(now),
        expires_at=int(now) + lifetime,
        beginning=beginning,
        school=school,
    )


def next_step(flow: Flow, session: Session | None, now: float, skew: int = 180) -> Step:
    """What comes next. A session serves when it is fresh enough and of the school asked for;
    `skew` is how many seconds a school's clock may be behind."""
    if flow.identity and flow.unasked:
        return Confirm(flow.identity)
    if flow.identity:
        return _judged(flow, flow.identity, skew)
    if session and _serves(session, flow, now):
        return Finish(session.identity, proved=False)
    if flow.beginning.demands.passive:
        return Refuse(LoginRequired("a passive request without a session that serves"))
    if flow.school:
        return GoToSchool(flow.school)
    return Choose()


def _judged(flow: Flow, identity: Identity, skew: int) -> Step:
    """The school's answer, against what the service asked of the login itself."""
    if _is_out_of_place(flow, identity):
        return Refuse(InventedPersonElsewhere("a page of our own"))
    if _is_stale(flow, identity, skew):
        return Refuse(StaleLogin("the school did not ask again"))
    if not _is_of_context(flow, identity):
        return Refuse(WrongContext("another authentication context than was asked for"))
    return Finish(identity, proved=True)


def _serves(session: Session, flow: Flow, now: float) -> bool:
    identity, demands = session.identity, flow.beginning.demands
    if session.expires_at <= now or demands.fresh or _is_out_of_place(flow, identity):
        return False
    if demands.max_age is not None and now - identity.authenticated_at > demands.max_age:
        return False
    if not _is_of_context(flow, identity):
        return False
    return flow.school is None or same_school(flow.school, identity.school)


def _is_out_of_place(flow: Flow, identity: Identity) -> bool:
    """Our own pages are for real people."""
    return is_invented(identity) and isinstance(flow.beginning, PageRequest)


def _is_of_context(flow: Flow, identity: Identity) -> bool:
    """Whether the login is of a kind that will do (SAML Core §3.3.2.2.1)."""
    contexts = flow.beginning.demands.contexts
    return not contexts or identity.authn_context in contexts


def _is_stale(flow: Flow, identity: Identity, skew: int) -> bool:
    """Whether the login is older than our question, where a fresh one was asked for
    (SAML Core §3.4.1 ForceAuthn, OpenID Connect Core §3.1.2.1)."""
    if flow.question is None or not must_be_fresh(flow.beginning.demands):
        return False
    return identity.authenticated_at + skew < flow.question.asked_at


def same_school(asked: Brin, known: Brin) -> bool:
    """Whether two BRINs, with or without their branch, name one school."""
    return asked.startswith(known) or known.startswith(asked)


def must_be_fresh(demands: Demands) -> bool:
    """Whether the school must ask the person again, session of its own or not."""
    return demands.fresh or demands.max_age is not None


def chosen(flow: Flow, school: School) -> Flow:
    """The person chose; a question to another school no longer counts."""
    return replace(flow, school=school.brin, question=None, identity=None, answer_digest=None)
