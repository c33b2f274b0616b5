"""Opening a database, and saying plainly why not."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.errors import ConfigurationError
from gateway.store.changes import last_change
from gateway.store.database import connect, snapshot
from gateway.store.repositories import Repositories
from gateway.store.state_redis import connect_redis
from gateway.store.tables import suppliers
from tests.contracts.invented import SUPPLIER
from tests.parts.process import free_port


def test_sqlite_is_set_up_for_several_workers(tmp_path: Path) -> None:
    file = tmp_path / "ketenpoort.db"
    engine = connect(f"sqlite:///{file}")
    with engine.connect() as connection:
        read = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    engine.dispose()
    assert read == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 5000,
        "foreign_keys": 1,
    }


def test_a_snapshot_stays_at_its_moment(engine: Engine, repositories: Repositories) -> None:
    with snapshot(engine) as connection:
        before = last_change(connection)
        repositories.suppliers.add(SUPPLIER)
        assert connection.execute(suppliers.select()).all() == []
        assert last_change(connection) == before
    with snapshot(engine) as connection:
        assert last_change(connection) == before + 1
        assert connection.execute(suppliers.select()).one().name == SUPPLIER.name


def test_only_the_owner_reads_a_new_sqlite_file(tmp_path: Path) -> None:
    file = tmp_path / "ketenpoort.db"
    connect(f"sqlite:///{file}").dispose()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_server_that_is_away_is_named_without_the_password() -> None:
    port = free_port()
    with pytest.raises(ConfigurationError) as refusal:
        connect(f"postgresql+psycopg://kp:not-to-be-told@127.0.0.1:{port}/ketenpoort")
    assert f"127.0.0.1:{port}/ketenpoort can not be reached" in refusal.value.detail
    assert "not-to-be-told" not in refusal.value.detail


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("no url", "can not be read"),
        ("mysql://127.0.0.1/kp", "must be SQLite or PostgreSQL"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
        ("sqlite:////nowhere/at/all/kp.db", "No such file or directory"),
    ],
)
def test_a_url_that_can_not_serve_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        connect(url)


@pytest.mark.parametrize("scheme", ["redis", "http"])
def test_a_redis_that_is_away_or_none_is_refused(scheme: str) -> None:
    with pytest.raises(ConfigurationError, match="Redis can not be reached or used"):
        connect_redis(f"{scheme}://:not-to-be-told@127.0.0.1:{free_port()}/0")
