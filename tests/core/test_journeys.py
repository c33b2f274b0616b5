"""Flows under way: kept so long, ended once, remembered as a tombstone."""

import pytest

from gateway.core.flow import begin
from gateway.core.journeys import FlowStore
from gateway.core.model import (
    Flow,
    LinkRequest,
    PageRequest,
    Place,
    Question,
    SupplierRequest,
    Tombstone,
)
from gateway.errors import FlowLost, UnexpectedAnswer
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
    return FlowStore(state, clock, STONE_LIFE)


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
    assert store.asked(flow.id) == (asked, {"id": "_1"})


def test_a_new_question_forgets_who_was_identified_before(store: FlowStore, flow: Flow) -> None:
    store.identified(flow, PUPIL, "digest")
    identified = store.find(flow.id)
    assert isinstance(identified, Flow)
    store.ask(identified, QUESTION)
    found, _ = store.asked(flow.id)
    assert (found.identity, found.answer_digest) == (None, None)


def test_an_answer_to_a_flow_that_asked_nothing_is_unexpected(store: FlowStore, flow: Flow) -> None:
    with pytest.raises(UnexpectedAnswer):
        store.asked(flow.id)


def test_an_answer_to_no_flow_is_lost_without_a_way_back(store: FlowStore) -> None:
    with pytest.raises(FlowLost) as lost:
        store.asked("another")
    assert lost.value.restart is None


@pytest.mark.parametrize("how", ["expired", "ended"])
def test_an_answer_to_an_ended_flow_is_lost_with_a_way_back(
    store: FlowStore, flow: Flow, clock: HeldClock, how: str
) -> None:
    asked = store.ask(flow, QUESTION)
    if how == "expired":
        clock.now = NOW + LIFE
    else:
        assert store.end(asked)
    with pytest.raises(FlowLost) as lost:
        store.asked(flow.id)
    assert lost.value.restart == f"/flow/{flow.id}"


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
    assert store.end(identified)
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
    assert state.get("beside") == b"kept"


def test_two_flows_do_not_meet(store: FlowStore, flow: Flow) -> None:
    """One flow a tab."""
    other = begin("flow-2", SupplierRequest("svc-two", {}), NOW, LIFE, None)
    store.save(other)
    assert store.end(flow)
    assert store.find(other.id) == other
