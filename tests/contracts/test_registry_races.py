"""The port `Registry` while several processes and threads write and read."""

import contextlib
import threading
from collections.abc import Callable

from sqlalchemy import Engine

from gateway.core.model import Brin, School
from gateway.errors import RegistrationRefused
from gateway.store.database import connect
from gateway.store.registry import MemoryRegistry
from gateway.store.repositories import Repositories, open_repositories
from tests.contracts.invented import CONNECTION, brins, connections
from tests.contracts.stores import LOOK_SECONDS, HeldClock
from tests.contracts.together import together


def test_two_processes_that_add_the_same_school_add_it_once(
    filled: Repositories, database_url: str, registry: MemoryRegistry, look: Callable[[], None]
) -> None:
    results = together(3, _add_schools, database_url)
    winners = [brin for won in results for brin in won]
    assert sorted(winners) == brins(20)
    look()
    assert len(registry.schools()) == 22


def _add_schools(ready: Callable[[], object], number: int, url: str) -> list[Brin]:
    engine = connect(url)
    schools = open_repositories(engine).schools
    won = []
    ready()
    for brin in brins(20):
        with contextlib.suppress(RegistrationRefused):
            schools.add(School(brin, f"By process {number}", "Stad", CONNECTION.id))
            won.append(brin)
    engine.dispose()
    return won


def test_no_change_of_many_writers_is_missed(
    filled: Repositories,
    registry: MemoryRegistry,
    clock: HeldClock,
    database_url: str,
    engine: Engine,
) -> None:
    """Numbers that were committed out of order would leave a hole that no refresh fills."""
    ended = threading.Event()

    def keep_looking() -> None:
        while not ended.is_set():
            clock.now += LOOK_SECONDS
            registry.refresh()

    looking = threading.Thread(target=keep_looking)
    looking.start()
    together(3, _rename_schools, database_url)
    ended.set()
    looking.join()
    clock.now += LOOK_SECONDS
    registry.refresh()
    fresh = MemoryRegistry(engine, clock)
    assert registry.schools() == fresh.schools()
    assert len(fresh.schools()) == 2 + 3 * 40


def _rename_schools(ready: Callable[[], object], number: int, url: str) -> None:
    engine = connect(url)
    schools = open_repositories(engine).schools
    ready()
    for brin in brins(120)[number::3]:
        schools.add(School(brin, "Old", "Stad", CONNECTION.id))
        schools.replace(School(brin, "New", "Stad", CONNECTION.id))
    engine.dispose()


def test_readers_never_see_half_of_a_change(
    filled: Repositories, registry: MemoryRegistry, clock: HeldClock
) -> None:
    """A school that is seen has its connection, in another thread, while both are being added."""
    ended = threading.Event()
    faults: list[str] = []

    def read() -> None:
        while not ended.is_set():
            faults.extend(
                school.brin
                for school in registry.schools()
                if school not in registry.schools_of(registry.connection(school.connection_id).id)
            )

    reader = threading.Thread(target=read)
    reader.start()
    for connection, brin in zip(connections(range(12)), brins(12), strict=True):
        filled.connections.add(connection)
        filled.schools.add(School(brin, "Een school", "Stad", connection.id))
        clock.now += LOOK_SECONDS
        registry.refresh()
    ended.set()
    reader.join()
    assert faults == []
    assert len(registry.schools()) == 14
