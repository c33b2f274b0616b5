"""What comes next in a login: each combination of what is known and what is asked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.flow import (
    Choose,
    Finish,
    GoToSchool,
    Refuse,
    Step,
    begin,
    chosen,
    must_be_fresh,
    next_step,
    same_school,
)
from gateway.core.model import Brin, Demands, Identity, Question, Session, SupplierRequest
from gateway.errors import LoginRequired
from tests.core.people import NOW, PUPIL, SCHOOL, brins, demands

OTHER = Brin("99XB")
# Sessions by name: the login at the school was 60 s ago, the session ends in an hour.
SESSIONS = {
    "none": None,
    "good": Session("index", PUPIL, NOW + 3600, "svc"),
    "ended": Session("index", PUPIL, NOW, "svc"),
}
NO_DEMANDS = Demands()
PROVED = replace(PUPIL, subject="leerling-2")


def step(
    *,
    identity: Identity | None = None,
    session: str = "none",
    asked: Demands = NO_DEMANDS,
    school: Brin | None = None,
) -> Step:
    flow = begin("flow", SupplierRequest("svc", {}, asked), NOW, 7200, school)
    return next_step(replace(flow, identity=identity), SESSIONS[session], NOW)


CALM = [Demands(), Demands(max_age=60), Demands(max_age=61), Demands(max_age=10**9)]
PRESSING = [Demands(fresh=True), Demands(max_age=59), Demands(max_age=0)]
PRESSING_TOO = [Demands(fresh=True, max_age=10**9)]


@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.parametrize("school", [None, SCHOOL.brin, OTHER])
@pytest.mark.parametrize("asked", [*CALM, *PRESSING, Demands(passive=True)])
def test_who_was_proved_in_this_flow_finishes_it(
    session: str, school: Brin | None, asked: Demands
) -> None:
    found = step(identity=PROVED, session=session, school=school, asked=asked)
    assert found == Finish(PROVED, proved=True)


@pytest.mark.parametrize("school", [None, SCHOOL.brin, Brin("99XA02")])
@pytest.mark.parametrize("asked", CALM)
@pytest.mark.parametrize("passive", [False, True])
def test_a_session_that_serves_finishes_without_the_school(
    school: Brin | None, asked: Demands, passive: bool
) -> None:
    found = step(session="good", school=school, asked=replace(asked, passive=passive))
    assert found == Finish(PUPIL, proved=False)


NOT_SERVED = [
    *(("none", asked, SCHOOL.brin) for asked in CALM + PRESSING),
    *(("ended", asked, SCHOOL.brin) for asked in CALM + PRESSING),
    *(("good", asked, SCHOOL.brin) for asked in PRESSING + PRESSING_TOO),
    *(("good", asked, OTHER) for asked in CALM + PRESSING),
]


@pytest.mark.parametrize(("session", "asked", "school"), NOT_SERVED)
def test_without_a_session_that_serves_the_school_is_asked(
    session: str, asked: Demands, school: Brin
) -> None:
    assert step(session=session, asked=asked, school=school) == GoToSchool(school)


@pytest.mark.parametrize(("session", "asked", "school"), NOT_SERVED)
@pytest.mark.parametrize("hint", [True, False])
def test_passive_without_a_session_that_serves_is_refused(
    session: str, asked: Demands, school: Brin, hint: bool
) -> None:
    """SAML Core §3.4.1 IsPassive; OpenID Connect Core §3.1.2.1 prompt=none."""
    if not hint and session == "good" and school == OTHER:
        school = SCHOOL.brin
        asked = replace(asked, fresh=True)
    passive = replace(asked, passive=True)
    found = step(session=session, asked=passive, school=school if hint else None)
    assert isinstance(found, Refuse)
    assert isinstance(found.error, LoginRequired)


@pytest.mark.parametrize(
    ("session", "asked"),
    [
        *(("none", asked) for asked in CALM + PRESSING),
        *(("ended", asked) for asked in CALM + PRESSING),
        *(("good", asked) for asked in PRESSING),
    ],
)
def test_without_a_hint_the_person_chooses(session: str, asked: Demands) -> None:
    assert step(session=session, asked=asked) == Choose()


@given(
    asked=demands(),
    school=st.none() | brins(),
    age=st.integers(0, 10**6),
    left=st.integers(-100, 100),
    proved=st.booleans(),
)
def test_a_session_never_serves_against_a_demand(
    asked: Demands, school: Brin | None, age: int, left: int, proved: bool
) -> None:
    person = replace(PUPIL, authenticated_at=NOW - age)
    flow = begin("flow", SupplierRequest("svc", {}, asked), NOW, 7200, school)
    flow = replace(flow, identity=PROVED if proved else None)
    found = next_step(flow, Session("index", person, NOW + left, "svc"), NOW)
    if isinstance(found, Finish) and not found.proved:
        assert not asked.fresh
        assert left > 0
        assert asked.max_age is None or age <= asked.max_age
        assert school is None or school[:4] == person.school[:4]
    if asked.passive:
        assert isinstance(found, Finish | Refuse)


@pytest.mark.parametrize(
    ("asked", "known", "same"),
    [
        ("99XA", "99XA", True),
        ("99XA", "99XA02", True),
        ("99XA02", "99XA", True),
        ("99XA02", "99XA03", False),
        ("99XA", "99XB", False),
        ("99XA02", "99XB", False),
    ],
)
def test_a_brin_and_its_branch_are_one_school_two_branches_are_not(
    asked: str, known: str, same: bool
) -> None:
    assert same_school(Brin(asked), Brin(known)) == same


@pytest.mark.parametrize(
    ("asked", "fresh"),
    [
        (Demands(), False),
        (Demands(passive=True), False),
        (Demands(fresh=True), True),
        (Demands(max_age=0), True),
        (Demands(max_age=3600), True),
    ],
)
def test_fresh_or_of_an_age_makes_the_school_ask_again(asked: Demands, fresh: bool) -> None:
    assert must_be_fresh(asked) == fresh


def test_a_flow_begins_with_nothing_but_its_beginning() -> None:
    beginning = SupplierRequest("svc", {"id": "_1"})
    flow = begin("flow", beginning, NOW + 0.9, 600, SCHOOL.brin)
    assert (flow.begun_at, flow.expires_at) == (NOW, NOW + 600)
    assert (flow.beginning, flow.school) == (beginning, SCHOOL.brin)
    assert (flow.browser, flow.question, flow.identity, flow.answer_digest) == (None,) * 4


def test_choosing_a_school_drops_the_question_to_another() -> None:
    flow = begin("flow", SupplierRequest("svc", {}), NOW, 600, OTHER)
    asked = replace(flow, question=Question("idp-two", OTHER, NOW, {"id": "_1"}))
    assert chosen(asked, SCHOOL) == replace(flow, school=SCHOOL.brin)
