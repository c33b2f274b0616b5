"""A database that is away while the gateway runs: who is known stays known."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from gateway.core.model import Supplier
from gateway.errors import UnknownService
from gateway.store.registry import MemoryRegistry
from gateway.store.repositories import Repositories
from tests.contracts.invented import SUPPLIER
from tests.contracts.stores import HeldClock

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

OTHER = Supplier("supplier-two", "De Eik", key_version=1)
BACK_SECONDS = 10


@pytest.fixture
def server(database_url: str) -> Iterator[psycopg.Connection]:
    """A way into the server that does not need our database."""
    address = make_url(database_url).set(drivername="postgresql", database="postgres")
    text = address.render_as_string(hide_password=False)
    with psycopg.connect(text, autocommit=True) as connection:
        yield connection


def _open_to_us(server: psycopg.Connection, name: str, allowed: str) -> None:
    server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {allowed}')
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
    )


def test_the_last_registry_serves_on_and_it_is_said_once(
    repositories: Repositories,
    engine: Engine,
    clock: HeldClock,
    server: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    repositories.suppliers.add(SUPPLIER)
    registry = MemoryRegistry(engine, clock)
    repositories.suppliers.add(OTHER)
    name = engine.url.database
    assert name is not None
    _open_to_us(server, name, "false")
    for _ in range(3):
        clock.now += BACK_SECONDS
        registry.refresh()
    assert registry.supplier(SUPPLIER.id) == SUPPLIER
    assert caplog.text.count("the registry can not be refreshed") == 1

    _open_to_us(server, name, "true")
    clock.now += BACK_SECONDS - 0.001
    registry.refresh()
    with pytest.raises(UnknownService):
        registry.supplier(OTHER.id)
    clock.now += 0.001
    registry.refresh()
    assert registry.supplier(OTHER.id) == OTHER


def test_one_request_waits_for_a_slow_database_and_no_other(
    repositories: Repositories, engine: Engine, clock: HeldClock
) -> None:
    registry = MemoryRegistry(engine, clock)
    repositories.suppliers.add(SUPPLIER)
    clock.now += 1
    waiting = threading.Thread(target=registry.refresh)
    with engine.connect() as blocking:
        blocking.exec_driver_sql("LOCK TABLE change_counter IN ACCESS EXCLUSIVE MODE")
        waiting.start()
        _until_someone_waits_for_the_lock(engine)
        clock.now += 1
        registry.refresh()
        with pytest.raises(UnknownService):
            registry.supplier(SUPPLIER.id)
        assert waiting.is_alive()
    waiting.join()
    assert registry.supplier(SUPPLIER.id) == SUPPLIER


def _until_someone_waits_for_the_lock(engine: Engine) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.exec_driver_sql(waiting).scalar_one():
            pass
