"""The port `State`: the same for every store, open and sealed."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.core.ports import State
from tests.contracts.stores import HeldClock, Passing, StateStore

LONG = 600
EVERY_BYTE = bytes(range(256))


def test_a_value_is_read_as_it_was_put(state: State) -> None:
    state.put("flow:a", EVERY_BYTE, LONG)
    state.put("flow:empty", b"", LONG)
    assert state.get("flow:a") == EVERY_BYTE
    assert state.get("flow:empty") == b""
    assert state.get("flow:other") is None


def test_a_large_value_is_kept(state: State) -> None:
    large = os.urandom(300_000)
    state.put("flow:a", large, LONG)
    assert state.get("flow:a") == large


def test_the_last_put_counts(state: State) -> None:
    state.put("flow:a", b"first", LONG)
    state.put("flow:a", b"second", LONG)
    assert state.get("flow:a") == b"second"


def test_take_gives_a_value_once(state: State) -> None:
    state.put("code:a", b"value", LONG)
    assert state.take("code:a") == b"value"
    assert state.take("code:a") is None
    assert state.get("code:a") is None
    assert state.take("code:never") is None


def test_remove_removes_a_value_and_a_set(state: State) -> None:
    state.put("session:a", b"value", LONG)
    state.add("told:a", "service", LONG)
    state.remove("session:a")
    state.remove("told:a")
    state.remove("session:never")
    assert state.get("session:a") is None
    assert state.members("told:a") == frozenset()


def test_an_expired_value_is_absent(state: State, passing: Passing) -> None:
    state.put("flow:read", b"value", 1)
    state.put("flow:taken", b"value", 1)
    passing.until(lambda: state.get("flow:read") is None)
    passing.until(lambda: state.take("flow:taken") is None)


def test_a_value_lives_its_lifetime(state: State, clock: HeldClock, passing: Passing) -> None:
    state.put("flow:short", b"value", 1)
    state.put("flow:long", b"value", LONG)
    passing.until(lambda: state.get("flow:short") is None)
    assert state.get("flow:long") == b"value"
    if not passing.store.has_own_clock:
        clock.now += LONG - 1.001
        assert state.get("flow:long") == b"value"


def test_put_begins_a_new_lifetime(state: State, passing: Passing) -> None:
    state.put("flow:a", b"first", 1)
    state.put("flow:probe", b"", 1)
    state.put("flow:a", b"second", LONG)
    passing.until(lambda: state.get("flow:probe") is None)
    assert state.get("flow:a") == b"second"


def test_a_lifetime_is_at_least_a_second(state: State, passing: Passing) -> None:
    state.put("flow:a", b"value", 0)
    assert state.once(["seen:a"], -5)
    state.add("told:a", "service", 0)
    assert state.get("flow:a") == b"value"
    assert not state.once(["seen:a"], LONG)
    assert state.members("told:a") == {"service"}
    passing.until(lambda: state.get("flow:a") is None and not state.members("told:a"))
    passing.until(lambda: state.once(["seen:a"], LONG))


def test_once_is_true_the_first_time(state: State) -> None:
    assert state.once(["seen:a"], LONG)
    assert not state.once(["seen:a"], LONG)
    assert state.once(["seen:b"], LONG)


def test_once_is_true_only_when_all_keys_are_new(state: State) -> None:
    assert state.once(["seen:a", "seen:b"], LONG)
    assert not state.once(["seen:b", "seen:c"], LONG)
    assert not state.once(["seen:c"], LONG), "a refused call remembers its new keys as well"
    assert not state.once(["seen:b", "seen:a"], LONG)


def test_once_counts_a_key_given_twice_as_one(state: State) -> None:
    assert state.once(["seen:a", "seen:a"], LONG)
    assert not state.once(["seen:a", "seen:a"], LONG)


def test_put_once_keeps_the_values_the_first_time(state: State) -> None:
    assert state.put_once(["seen:a", "seen:b"], [("x:1", b"one", LONG), ("x:2", b"", LONG)], LONG)
    assert (state.get("x:1"), state.get("x:2")) == (b"one", b"")
    assert not state.once(["seen:a"], LONG)
    assert not state.once(["seen:b"], LONG)


def test_put_once_leaves_the_values_when_a_key_was_seen(state: State) -> None:
    state.put("x:1", b"old", LONG)
    assert state.once(["seen:a"], LONG)
    assert not state.put_once(["seen:new", "seen:a"], [("x:1", b"new", LONG)], LONG)
    assert state.get("x:1") == b"old"
    assert not state.once(["seen:new"], LONG), "a refused call remembers its new keys as well"


def test_put_once_gives_each_value_its_lifetime(state: State, passing: Passing) -> None:
    assert state.put_once(["seen:a"], [("x:1", b"short", 1), ("x:2", b"long", LONG)], LONG)
    passing.until(lambda: state.get("x:1") is None)
    assert state.get("x:2") == b"long"
    assert not state.once(["seen:a"], LONG)


def test_once_wins_over_what_has_expired(state: State, passing: Passing) -> None:
    state.once(["seen:a"], 1)
    passing.until(lambda: state.once(["seen:a"], LONG))
    assert not state.once(["seen:a"], LONG)


def test_once_does_not_prolong_what_it_refuses(state: State, passing: Passing) -> None:
    assert state.once(["seen:a"], 1)
    assert not state.once(["seen:a"], LONG)
    passing.until(lambda: state.once(["seen:a"], LONG))


def test_a_set_holds_each_member_once(state: State) -> None:
    assert state.members("told:a") == frozenset()
    for member in ("one", "two", "één", "one"):
        state.add("told:a", member, LONG)
    state.add("told:b", "three", LONG)
    assert state.members("told:a") == {"one", "two", "één"}
    assert state.members("told:b") == {"three"}


def test_a_set_that_has_expired_is_empty_and_stays_so(state: State, passing: Passing) -> None:
    state.add("told:a", "old", 1)
    passing.until(lambda: state.members("told:a") == frozenset())
    state.add("told:a", "new", LONG)
    assert state.members("told:a") == {"new"}


def test_a_new_member_lets_the_whole_set_live_on(state: State, passing: Passing) -> None:
    state.add("told:a", "first", 1)
    state.add("told:probe", "member", 1)
    state.add("told:a", "second", LONG)
    passing.until(lambda: state.members("told:probe") == frozenset())
    assert state.members("told:a") == {"first", "second"}


def test_a_new_member_never_shortens_a_life(state: State, passing: Passing) -> None:
    state.add("told:a", "first", LONG)
    state.add("told:probe", "member", 1)
    state.add("told:a", "first", 1)
    state.add("told:a", "second", 1)
    passing.until(lambda: state.members("told:probe") == frozenset())
    assert "first" in state.members("told:a")


def test_what_was_put_is_there_after_a_restart(
    state: State, state_store: StateStore, clock: HeldClock
) -> None:
    state.put("session:a", b"value", LONG)
    state.once(["seen:a"], LONG)
    state.add("told:a", "service", LONG)
    with state_store.open(clock) as restarted:
        assert restarted.get("session:a") == b"value"
        assert not restarted.once(["seen:a"], LONG)
        assert restarted.members("told:a") == {"service"}


@pytest.mark.parametrize(
    "key", ["flow:", "flow:\x00", "flow:" + "é" * 9, "flow:\udc80", "flow:" + "x" * 9000]
)
def test_a_key_that_a_stranger_wrote_is_just_absent(state_url: str, key: str) -> None:
    with StateStore(state_url, os.urandom(32)).open() as state:
        assert state.get(key) is None
        assert state.take(key) is None
        assert state.members(key) == frozenset()
        assert state.once([key], LONG)


def test_threads_share_a_state(state: State) -> None:
    keys = [f"code:{number}" for number in range(100)]
    for key in keys:
        state.put(key, key.encode(), LONG)

    def take_all(_: int) -> list[bytes]:
        return [value for key in keys if (value := state.take(key)) is not None]

    with ThreadPoolExecutor(8) as pool:
        taken = [value for values in pool.map(take_all, range(8)) for value in values]
    assert sorted(taken) == sorted(key.encode() for key in keys)
