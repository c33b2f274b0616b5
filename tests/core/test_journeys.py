"""Flows under way: kept so long, ended once, remembered as a tombstone."""

from dataclasses import replace

import orjson
import pytest

from gateway.core.flow import begin
from gateway.core.journeys import FlowStore, leading_back
from gateway.core.model import (
    Flow,
    LinkRequest,
    PageRequest,
    Place,
    Question,
    SupplierRequest,
    Tombstone,
)
from gateway.core.records import Records
from gateway.errors import (
    ConfigurationError,
    FlowLost,
    GatewayError,
    MissingAttribute,
    UnexpectedAnswer,
)
from tests.core.memory import MemoryState
from tests.core.people import NOW, PUPIL, SCHOOL, HeldClock

LIFE, STONE_LIFE = 600, 86_400
QUESTION = Question("idp-one", SCHOOL.brin, NOW, {"id": "_1"})
BEGINNINGS = [
    pytest.param(
        SupplierRequest("svc-one", {"id": "_7"}), Tombstone("svc-one", None), id="request"
    ),
    pytest.param(
        LinkRequest("svc-one", "abc234", Place("f1", "https://x.test/")),
        Tombstone("svc-one", "/d/abc234"),
        id="link",
    ),
    pytest.param(
        LinkRequest("svc-one", None, Place("f1", "https://x.test/"), material_id="m1"),
        Tombstone("svc-one", "/open/f1"),
        id="tile",
    ),
    pytest.param(
        LinkRequest("svc-one", None, Place("svc-one", "https://x.test/")),
        Tombstone("svc-one", "/open/service/svc-one"),
        id="tile of a service",
    ),
    pytest.param(PageRequest("/links"), Tombstone(None, "/links"), id="page"),
]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def state(clock: HeldClock) -> MemoryState:
    return MemoryState(clock)


@pytest.fixture
def store(state: MemoryState, clock: HeldClock) -> FlowStore:
    return FlowStore(state, Records(orjson), clock, STONE_LIFE)


@pytest.fixture
def flow(store: FlowStore) -> Flow:
    """A flow that was saved just now."""
    new = begin("flow-1", SupplierRequest("svc-one", {"id": "_7"}), NOW, LIFE, None)
    store.save(new)
    return new


def test_a_flow_is_found_until_it_expires(store: FlowStore, flow: Flow, clock: HeldClock) -> None:
    clock.now = NOW + LIFE - 1
    assert store.find(flow.id) == flow
    assert store.find("another") is None


@pytest.mark.parametrize(("beginning", "stone"), BEGINNINGS)
def test_one_that_expired_leads_back_as_a_tombstone_and_then_is_gone(
    store: FlowStore,
    clock: HeldClock,
    beginning: SupplierRequest | LinkRequest,
    stone: Tombstone,
) -> None:
    store.save(begin("flow-1", beginning, NOW, LIFE, None))
    clock.now = NOW + LIFE
    assert store.find("flow-1") == stone
    clock.now = NOW + LIFE + STONE_LIFE - 1
    assert store.find("flow-1") == stone
    clock.now += 1
    assert store.find("flow-1") is None


def test_one_that_knows_a_person_is_gone_when_it_expires(
    store: FlowStore, flow: Flow, state: MemoryState, clock: HeldClock
) -> None:
    """What is known of a person does not outlive its login."""
    store.identified(flow, PUPIL, "digest")
    found = store.find(flow.id)
    assert isinstance(found, Flow)
    assert (found.identity, found.answer_digest) == (PUPIL, "digest")
    clock.now = NOW + LIFE
    assert state.get(f"flow:{flow.id}") is None
    assert store.find(flow.id) is None


def test_the_question_comes_back_with_its_proof(store: FlowStore, flow: Flow) -> None:
    asked = store.ask(flow, QUESTION)
    assert store.asked(flow.id) == (asked, QUESTION.proof)


def test_a_new_question_forgets_who_was_identified_before(store: FlowStore, flow: Flow) -> None:
    store.identified(flow, PUPIL, "digest")
    identified = store.find(flow.id)
    assert isinstance(identified, Flow)
    store.ask(identified, QUESTION)
    found = store.find(flow.id)
    assert isinstance(found, Flow)
    assert (found.identity, found.answer_digest) == (None, None)


def test_an_answer_to_a_flow_that_asked_nothing_is_unexpected(store: FlowStore, flow: Flow) -> None:
    with pytest.raises(UnexpectedAnswer) as error:
        store.asked(flow.id)
    assert error.value.restart == f"/school?flow={flow.id}"


def test_an_answer_to_no_flow_is_lost_without_a_way_back(store: FlowStore) -> None:
    with pytest.raises(FlowLost) as lost:
        store.asked("another")
    assert lost.value.restart is None


@pytest.mark.parametrize("how", ["expired", "ended"])
def test_an_answer_to_an_ended_flow_is_for_the_page_of_the_flow(
    store: FlowStore, flow: Flow, clock: HeldClock, how: str
) -> None:
    asked = store.ask(flow, QUESTION)
    if how == "expired":
        clock.now = NOW + LIFE
    else:
        assert store.end(asked)
    assert store.asked(flow.id) is None


@pytest.fixture
def answered(store: FlowStore, flow: Flow) -> Flow:
    """The flow with the answer of its school."""
    store.identified(store.ask(flow, QUESTION), PUPIL, "digest")
    found = store.find(flow.id)
    assert isinstance(found, Flow)
    return found


def test_the_answer_that_ended_a_flow_is_known_for_a_minute(
    store: FlowStore, answered: Flow, clock: HeldClock
) -> None:
    assert store.end(answered, session_index="index")
    clock.now = NOW + 59
    assert store.answered(answered.id, "digest") == (
        replace(answered, question=None, identity=None),
        "index",
    )
    clock.now = NOW + 60
    assert store.answered(answered.id, "digest") is None


@pytest.mark.parametrize("digest", ["", "another", "é"])
def test_another_answer_than_the_one_that_ended_a_flow_is_nothing(
    store: FlowStore, answered: Flow, digest: str
) -> None:
    assert store.end(answered, session_index="index")
    assert store.answered(answered.id, digest) is None
    assert store.answered("flow-2", "digest") is None


def test_a_flow_that_ended_without_an_answer_or_session_has_no_second_click(
    store: FlowStore, flow: Flow, answered: Flow
) -> None:
    other = replace(flow, id="flow-2")
    assert store.end(other, session_index="index")
    assert store.end(answered)
    assert store.answered(other.id, "") is None
    assert store.answered(answered.id, "digest") is None


def test_the_answer_that_a_flow_took_is_known_before_and_after_its_end(
    store: FlowStore, flow: Flow
) -> None:
    asked = store.ask(flow, QUESTION)
    assert not store.is_answered(flow.id, "digest")
    store.identified(asked, PUPIL, "digest")
    answered = store.find(flow.id)
    assert isinstance(answered, Flow)
    for _ in range(2):
        assert store.is_answered(flow.id, "digest")
        assert not store.is_answered(flow.id, "another")
        store.end(answered, session_index="index")
    assert not store.is_answered("flow-2", "digest")


def test_an_answer_that_can_not_be_used_leads_back_into_the_login(flow: Flow) -> None:
    with pytest.raises(MissingAttribute) as error, leading_back(flow):
        raise MissingAttribute("uid")
    assert error.value.restart == f"/school?flow={flow.id}"


def test_an_error_of_ours_leads_nowhere(flow: Flow) -> None:
    with pytest.raises(GatewayError) as error, leading_back(flow):
        raise ConfigurationError("a key is gone")
    assert not hasattr(error.value, "restart")


def test_a_flow_ends_once_only(store: FlowStore, flow: Flow) -> None:
    assert store.end(flow) is True
    assert store.end(flow) is False
    assert store.end(flow) is False


@pytest.mark.parametrize(("beginning", "stone"), BEGINNINGS)
def test_an_ended_flow_is_a_tombstone_for_its_time(
    store: FlowStore,
    clock: HeldClock,
    beginning: SupplierRequest | LinkRequest,
    stone: Tombstone,
) -> None:
    flow = begin("flow-1", beginning, NOW, LIFE, None)
    store.save(flow)
    store.end(flow)
    clock.now = NOW + STONE_LIFE - 1
    assert store.find(flow.id) == stone
    clock.now += 1
    assert store.find(flow.id) is None


def test_an_ended_flow_keeps_nothing_of_the_person(
    store: FlowStore, flow: Flow, state: MemoryState
) -> None:
    store.identified(flow, PUPIL, "digest")
    identified = store.find(flow.id)
    assert isinstance(identified, Flow)
    assert store.end(identified, session_index="index")
    kept = b"".join(value for value, _ in state.values.values())
    assert PUPIL.subject.encode() not in kept
    assert b"Noor" not in kept


@pytest.mark.parametrize("first", [True, False])
def test_what_is_kept_beside_the_end_is_there_in_the_same_step(
    store: FlowStore, flow: Flow, state: MemoryState, first: bool
) -> None:
    if not first:
        store.end(flow)
    assert store.end(flow, [("beside", b"kept", 60)]) is first
    assert state.get("beside") == (b"kept" if first else None)


def test_two_flows_do_not_meet(store: FlowStore, flow: Flow) -> None:
    """One flow a tab."""
    other = begin("flow-2", SupplierRequest("svc-two", {}), NOW, LIFE, None)
    store.save(other)
    assert store.end(flow)
    assert store.find(other.id) == other
