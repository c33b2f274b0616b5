"""An empty, migrated database and an empty short-lived store of each kind."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine

from gateway.core.ports import State
from gateway.store.catalogue import CatalogueStore
from gateway.store.database import connect
from gateway.store.migrations import migrate
from gateway.store.registry import MemoryRegistry
from gateway.store.repositories import Repositories, open_repositories
from tests.contracts.catalogues import Numbered
from tests.contracts.invented import fill
from tests.contracts.stores import LOOK_SECONDS, HeldClock, Passing, StateStore


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database without tables."""
    return _new_database(request.param, request, tmp_path)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A new database with tables."""
    engine = connect(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def repositories(engine: Engine) -> Iterator[Repositories]:
    repositories = open_repositories(engine)
    yield repositories
    repositories.links.close()


@pytest.fixture
def filled(repositories: Repositories) -> Repositories:
    """With one of each registered, and a branch."""
    fill(repositories)
    return repositories


@pytest.fixture
def registry(engine: Engine, clock: HeldClock) -> MemoryRegistry:
    return MemoryRegistry(engine, clock)


@pytest.fixture
def look(registry: MemoryRegistry, clock: HeldClock) -> Callable[[], None]:
    """A second later a request comes in."""

    def look() -> None:
        clock.now += LOOK_SECONDS
        registry.refresh()

    return look


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place for short-lived records."""
    if request.param == "redis":
        url = f"{request.getfixturevalue('redis_url')}/0"
        with redis.Redis.from_url(url) as client:
            client.flushdb()
        return url
    url = _new_database(request.param, request, tmp_path)
    engine = connect(url)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["plain", "sealed"])
def state_store(request: pytest.FixtureRequest, state_url: str) -> StateStore:
    return StateStore(state_url, os.urandom(32) if request.param == "sealed" else None)


@pytest.fixture
def state(state_store: StateStore, clock: HeldClock) -> Iterator[State]:
    with state_store.open(clock) as state:
        yield state


@pytest.fixture
def passing(state_store: StateStore, clock: HeldClock) -> Passing:
    return Passing(state_store, clock)


def _new_database(kind: str, request: pytest.FixtureRequest, directory: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{directory}/ketenpoort.db"
    url: str = request.getfixturevalue("postgres").new_database()
    return url


@pytest.fixture
def catalogue(engine: Engine, filled: Repositories, clock: HeldClock) -> CatalogueStore:
    return CatalogueStore(engine, clock, Numbered())
