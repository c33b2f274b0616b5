"""Statements over SQLite: a process has one connection in use, and nobody waits for a held-up one."""

import contextlib
import gc
import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.store import statements
from gateway.store.database import connect
from gateway.store.migrations import migrate
from gateway.store.state_sql import SqlState

LONG = 600
THREADS = 8


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kp.db"


@pytest.fixture
def state(database: Path) -> Iterator[SqlState]:
    engine = connect(f"sqlite:///{database}")
    migrate(engine)
    with contextlib.closing(SqlState(engine, time.time)) as state:
        yield state
    engine.dispose()


def _opened(database: Path) -> int:
    """How often this process has the database open, its log and index not counted."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found += descriptor.readlink() == database
    return found


def test_threads_take_turns_over_one_connection(
    state: SqlState, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "_PATIENCE_SECONDS", LONG)  # however slow this machine is
    before = _opened(database)

    def write_and_read(number: int) -> bool:
        for turn in range(50):
            state.put(f"flow:{number}", str(turn).encode(), LONG)
        return state.get(f"flow:{number}") == b"49"

    with ThreadPoolExecutor(THREADS) as threads:
        assert all(threads.map(write_and_read, range(THREADS)))
    assert _opened(database) == before + 1


def test_a_write_that_is_held_up_holds_up_no_reader(state: SqlState, database: Path) -> None:
    state.put("flow:there", b"here", LONG)
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = threading.Thread(target=state.put, args=("flow:late", b"kept", LONG))
        writer.start()
        time.sleep(0.2)
        assert state.get("flow:there") == b"here"
        assert writer.is_alive(), "it waits for the other's transaction"
        other.execute("ROLLBACK")
        writer.join()
    assert state.get("flow:late") == b"kept"


def test_a_forked_worker_makes_a_connection_of_its_own(state: SqlState, database: Path) -> None:
    """SQLite's own may not be carried through a fork, nor be closed after it, which garbage is
    (sqlite.org, How To Corrupt, §2.7)."""
    state.put("flow:before", b"here", LONG)
    gc.collect()
    before = _opened(database)

    def write() -> None:
        gc.collect()
        state.put("flow:after", b"there", LONG)
        assert _opened(database) == before + 1

    worker = multiprocessing.get_context("fork").Process(target=write)
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    assert state.get("flow:after") == b"there"
