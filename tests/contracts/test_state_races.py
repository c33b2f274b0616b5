"""The port `State` when several processes want the same at the same moment."""

import os
from collections import Counter
from collections.abc import Callable

from gateway.core.ports import State
from tests.contracts.stores import HeldClock, Passing, StateStore
from tests.contracts.together import alone, together

PROCESSES = 4
KEYS = 150
LONG = 600


def test_of_all_processes_one_takes_a_value_and_one_is_first(
    state: State, state_store: StateStore, passing: Passing
) -> None:
    for number in range(KEYS):
        state.put(f"code:{number}", str(number).encode(), LONG)
        state.once([f"expired:{number}"], 1)
    state.add("told:probe", "member", 1)
    passing.until(lambda: state.members("told:probe") == frozenset())

    results = together(PROCESSES, _compete, state_store, passing.clock.now)

    taken = Counter(number for result in results for number in result["taken"])
    assert taken == dict.fromkeys(range(KEYS), 1)
    for kind in ("fresh", "expired", "pairs"):
        winners = Counter(number for result in results for number in result[kind])
        assert winners == dict.fromkeys(range(KEYS), 1), kind
    assert state.members("told:all") == {str(number) for number in range(PROCESSES)}


def _compete(
    ready: Callable[[], object], number: int, store: StateStore, now: float
) -> dict[str, list[int]]:
    """Each process walks the keys in the same order; pairs are named in both orders."""
    won: dict[str, list[int]] = {"taken": [], "fresh": [], "expired": [], "pairs": []}
    with store.open(HeldClock(now)) as state:
        ready()
        state.add("told:all", str(number), LONG)
        for key in range(KEYS):
            if state.take(f"code:{key}") == str(key).encode():
                won["taken"].append(key)
            if state.once([f"fresh:{key}"], LONG):
                won["fresh"].append(key)
            if state.once([f"expired:{key}"], LONG):
                won["expired"].append(key)
            pair = [f"left:{key}", f"right:{key}"]
            if state.once(pair if number % 2 else pair[::-1], LONG):
                won["pairs"].append(key)
    return won


def test_a_state_opened_before_a_fork_serves_parent_and_child(state_store: StateStore) -> None:
    assert alone(_fork_and_use, state_store) == 2 * KEYS


def _fork_and_use(store: StateStore) -> int:
    """Parent and child write by turns of chance; the number of values that are right."""
    with store.open() as state:
        state.put("flow:before", b"", LONG)
        child = os.fork()
        who = "parent" if child else "child"
        right = True
        for number in range(KEYS):
            key = f"flow:{who}-{number}"
            state.put(key, key.encode(), LONG)
            right = right and state.get(key) == key.encode()
        if not child:
            os._exit(0 if right else 1)
        _, status = os.waitpid(child, 0)
        keys = [f"flow:{who}-{number}" for who in ("parent", "child") for number in range(KEYS)]
        found = sum(state.get(key) == key.encode() for key in keys)
    return found if right and status == 0 else -1
