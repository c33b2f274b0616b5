"""What only short-lived records in a database do: cleaning, and connections that go stale."""

import contextlib
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, func, select

from gateway.store.database import connect
from gateway.store.state_sql import SqlState
from gateway.store.tables import short_lived
from tests.contracts.stores import HeldClock
from tests.contracts.together import together

LONG = 600
BATCH = 500
PAUSE_SECONDS = 1
ROUND_SECONDS = 600


@pytest.fixture
def state(engine: Engine, clock: HeldClock) -> Iterator[SqlState]:
    with contextlib.closing(SqlState(engine, clock)) as state:
        yield state


def _rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(short_lived)).scalar_one()


def test_expired_rows_are_cleaned_by_later_writes(
    state: SqlState, engine: Engine, clock: HeldClock
) -> None:
    for number in range(5):
        state.put(f"flow:{number}", b"", 1)
        state.add("told:a", str(number), 1)
    state.put("flow:alive", b"", LONG)
    assert _rows(engine) == 11
    clock.now += 2
    state.put("flow:later", b"", LONG)
    assert _rows(engine) == 2
    assert state.get("flow:alive") == b""


def test_a_write_cleans_a_bounded_batch_and_another_second_goes_on(
    state: SqlState, engine: Engine, clock: HeldClock
) -> None:
    state.once([f"seen:{number:04}" for number in range(2 * BATCH + 50)], 1)
    left = []
    for _ in range(4):
        clock.now += PAUSE_SECONDS
        for _ in range(2):
            state.put("zz:a", b"", LONG)
        left.append(_rows(engine) - 1)
    assert left == [BATCH + 50, 50, 0, 0]


def test_what_expires_behind_the_cleaning_is_cleaned_ten_minutes_later(
    state: SqlState, engine: Engine, clock: HeldClock
) -> None:
    for _ in range(3):
        clock.now += PAUSE_SECONDS
        state.put("flow:a", b"", 1)
    clock.now += ROUND_SECONDS - 2 * PAUSE_SECONDS - 1
    state.put("zz:a", b"", LONG)
    assert _rows(engine) == 2, "not yet"
    clock.now += 1
    state.put("zz:a", b"", LONG)
    assert _rows(engine) == 1


def test_cleaning_by_many_at_once_hinders_nobody(
    state: SqlState, engine: Engine, clock: HeldClock, database_url: str
) -> None:
    """While all clean, `once` still gives each expired key to one process."""
    keys = [f"seen:{number}" for number in range(400)]
    state.once(keys, 1)
    won = together(3, _win_while_cleaning, database_url, clock.now + ROUND_SECONDS, keys)
    assert sorted(key for each in won for key in each) == sorted(keys)
    assert _rows(engine) == len(keys)


def _win_while_cleaning(
    ready: Callable[[], object], number: int, url: str, now: float, keys: list[str]
) -> list[str]:
    engine = connect(url)
    clock = HeldClock(now - PAUSE_SECONDS)
    with contextlib.closing(SqlState(engine, clock)) as state:
        clock.now = now
        ready()
        won = [key for key in keys if state.once([key], LONG)]
    engine.dispose()
    return won


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restart_of_the_server_is_not_noticed(state: SqlState, engine: Engine) -> None:
    """All connections of the pool are broken, as a restart does; the next call makes new ones."""
    arrived = threading.Barrier(4)
    state.put("flow:a", b"value", LONG)

    def use() -> None:
        arrived.wait()
        for _ in range(20):
            state.get("flow:a")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        gone = connection.exec_driver_sql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).scalar_one()
    assert gone >= 1
    assert state.get("flow:a") == b"value"
    assert state.take("flow:a") == b"value"
    assert state.once(["seen:a"], LONG)
