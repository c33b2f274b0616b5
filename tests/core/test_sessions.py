"""Sessions at the gateway: found by their secret, named by their index, never prolonged."""

import itertools

import orjson
import pytest

from gateway.core.model import Session
from gateway.core.records import Records
from gateway.core.sessions import SessionStore
from tests.core.memory import MemoryState
from tests.core.people import NOW, PUPIL, HeldClock

LIFE = 36_000


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def state(clock: HeldClock) -> MemoryState:
    return MemoryState(clock)


@pytest.fixture
def store(state: MemoryState, clock: HeldClock) -> SessionStore:
    return another_worker(state, clock)


def another_worker(state: MemoryState, clock: HeldClock) -> SessionStore:
    texts = (f"text-{number}" for number in itertools.count())
    return SessionStore(state, Records(orjson), clock, lambda _size=16: next(texts), LIFE)


def begun(store: SessionStore, service: str = "svc-first") -> tuple[str, Session]:
    """A session that was begun and kept, with its secret."""
    secret, session = store.begin(PUPIL, service)
    store.state.put_all([store.record(session)])
    return secret, session


def test_a_session_is_found_by_its_secret_and_not_by_its_index(store: SessionStore) -> None:
    secret, session = begun(store)
    assert session == Session(session.index, PUPIL, NOW + LIFE, "svc-first")
    assert store.find(secret) == session
    assert store.find(session.index) is None
    assert store.find("") is None


def test_a_session_that_was_not_kept_is_not_there(store: SessionStore) -> None:
    secret, _ = store.begin(PUPIL, "svc-first")
    assert store.find(secret) is None


def test_the_secret_lies_nowhere_in_the_store(store: SessionStore, state: MemoryState) -> None:
    """Who reads the store can not take a session over."""
    secret, session = begun(store)
    store.told(session, "svc-one")
    kept = [*state.values, *state.sets, *(str(value) for value, _ in state.values.values())]
    assert not [text for text in kept if secret in text]


def test_each_login_begins_another_session(store: SessionStore) -> None:
    """Fixation: no secret is used again."""
    one, first = begun(store)
    two, second = begun(store)
    assert one != two
    assert first.index != second.index


def test_it_lasts_its_time_from_the_login_and_is_not_prolonged_by_use(
    store: SessionStore, clock: HeldClock
) -> None:
    secret, session = begun(store)
    clock.now = NOW + LIFE - 1
    assert store.find(secret) == session
    store.told(session, "svc-one")
    clock.now += 1
    assert store.find(secret) is None
    assert store.end_named(session.index) is None


def test_it_ends_once_and_says_who_it_was(store: SessionStore) -> None:
    secret, session = begun(store)
    assert store.end(secret) == session
    assert store.find(secret) is None
    assert store.end_named(session.index) is None
    assert store.end(secret) is None


def test_a_service_ends_it_by_its_index(store: SessionStore) -> None:
    secret, session = begun(store)
    assert store.end_named(session.index) == session
    assert store.find(secret) is None
    assert store.end_named(session.index) is None


def test_ending_one_leaves_the_others(store: SessionStore) -> None:
    secret, _ = begun(store)
    other, session = begun(store)
    store.end(secret)
    assert store.find(other) == session


def test_the_services_that_heard_of_it_are_known_also_after_its_end(store: SessionStore) -> None:
    """Logout says which suppliers may still have a session."""
    secret, session = begun(store)
    assert store.services(session) == {"svc-first"}
    store.told(session, "svc-one")
    store.told(session, "svc-two")
    store.end(secret)
    assert store.services(session) == {"svc-first", "svc-one", "svc-two"}


def test_a_service_is_written_down_once_a_worker(
    store: SessionStore, state: MemoryState, clock: HeldClock
) -> None:
    _, session = begun(store)
    for _ in range(3):
        store.told(session, "svc-one")
    assert state.adds == 1
    another_worker(state, clock).told(session, "svc-one")
    assert state.adds == 2
    assert store.services(session) == {"svc-first", "svc-one"}


def test_the_first_service_is_written_with_the_session(
    store: SessionStore, state: MemoryState
) -> None:
    _, session = begun(store, "svc-one")
    store.told(session, "svc-one")
    assert state.adds == 0
    assert store.services(session) == {"svc-one"}


def test_one_persons_services_are_not_anothers(store: SessionStore) -> None:
    _, one = begun(store)
    _, other = begun(store)
    store.told(one, "svc-one")
    store.told(other, "svc-two")
    assert store.services(one) == {"svc-first", "svc-one"}
    assert store.services(other) == {"svc-first", "svc-two"}


def test_what_a_worker_remembers_is_bounded(store: SessionStore, state: MemoryState) -> None:
    _, session = begun(store)
    for number in range(20_001):
        store.told(session, f"svc-{number}")
    assert len(store._told) <= 20_000
    assert len(store.services(session)) == 20_002
