"""The authentication context that a service asks for decides the way of a login as well."""

from dataclasses import replace

import pytest

from gateway.core.flow import Choose, Finish, Refuse, begin, next_step
from gateway.core.model import Demands, Session, SupplierRequest
from gateway.errors import LoginRequired, WrongContext
from tests.core.people import NOW, PUPIL

SESSION = Session("index", PUPIL, NOW + 3600, "svc")
OTHER = frozenset({"https://refeds.org/profile/mfa"})
OWN = OTHER | {PUPIL.authn_context}


def asking(contexts: frozenset[str], *, passive: bool = False):
    demands = Demands(passive=passive, contexts=contexts)
    return begin("flow", SupplierRequest("svc", {}, demands), NOW, 7200, None)


@pytest.mark.parametrize("contexts", [frozenset[str](), OWN])
def test_a_session_of_a_context_that_will_do_serves(contexts: frozenset[str]) -> None:
    assert next_step(asking(contexts), SESSION, NOW) == Finish(PUPIL, proved=False)


def test_core_3_3_2_2_1_a_session_of_another_context_does_not_serve() -> None:
    assert next_step(asking(OTHER), SESSION, NOW) == Choose()
    step = next_step(asking(OTHER, passive=True), SESSION, NOW)
    assert isinstance(step, Refuse)
    assert isinstance(step.error, LoginRequired)


def test_core_3_3_2_2_1_a_proof_of_another_context_is_refused() -> None:
    proved = replace(asking(OTHER), identity=PUPIL)
    step = next_step(proved, None, NOW)
    assert isinstance(step, Refuse)
    assert isinstance(step.error, WrongContext)
    proved = replace(asking(OWN), identity=PUPIL)
    assert next_step(proved, None, NOW) == Finish(PUPIL, proved=True)
