"""The database: SQLite by default, PostgreSQL by its URL."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, Pool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from gateway.errors import ConfigurationError

_BUSY_SECONDS = 5
_PAUSE_SECONDS = 0.01
# 32 MB of log before it goes into the database: a login writes some thirty pages, most of them
# again at the next, and each is copied once a checkpoint.
_SQLITE_PRAGMAS = ("synchronous=NORMAL", "foreign_keys=ON", "wal_autocheckpoint=8000")
_POSTGRESQL_OPTIONS = {
    "application_name": "ketenpoort",
    "connect_timeout": _BUSY_SECONDS,
    # A server that vanished without a word is noticed, not waited for.
    "tcp_user_timeout": _BUSY_SECONDS * 1000,
    "keepalives_idle": _BUSY_SECONDS,
    "keepalives_interval": 1,
}
_COMMON_OPTIONS = {
    "pool_size": 16,
    "max_overflow": 16,
    "pool_timeout": _BUSY_SECONDS,
    "pool_use_lifo": True,
    # No value in an error, and so in no log.
    "hide_parameters": True,
}

_engines: WeakSet[Engine] = WeakSet()
_inherited: list[Pool] = []


def connect(url: str) -> Engine:
    """Open the database; raises ConfigurationError when it can not be reached.

    On SQLite a transaction begins with its first write and has the lock from there
    (BEGIN IMMEDIATE), so it is never refused halfway.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("the database URL can not be read") from error
    try:
        engine = _make_engine(address)
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except (SQLAlchemyError, OSError) as error:
        where = address.render_as_string()
        raise ConfigurationError(f"the database {where} can not be reached: {error}") from error
    return engine


def autocommitting(engine: Engine) -> Engine:
    """A second pool on the same database, where each statement is a transaction."""
    second = _make_engine(engine.url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)
    if second.dialect.name == "postgresql":
        event.listen(second, "connect", _commit_without_waiting)
    return second


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Read several tables as they were at one moment."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _make_engine(url: URL, **options: Any) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = _make_sqlite(url, options)
    elif url.get_backend_name() == "postgresql":
        engine = _make_postgresql(url, options)
    else:
        raise ConfigurationError("the database must be SQLite or PostgreSQL")
    _engines.add(engine)
    return engine


def _make_sqlite(url: URL, options: dict[str, Any]) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("SQLite needs a file, which all workers share")
    Path(url.database).touch(mode=0o600)
    engine = create_engine(
        url,
        connect_args={"isolation_level": "IMMEDIATE", "timeout": _BUSY_SECONDS},
        paramstyle="named",
        **_COMMON_OPTIONS,
        **options,
    )
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _make_postgresql(url: URL, options: dict[str, Any]) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=_POSTGRESQL_OPTIONS,
        pool_pre_ping=options.get("isolation_level") != "AUTOCOMMIT",
        **_COMMON_OPTIONS,
        **options,
    )


def _set_pragmas(connection: Any, _record: object) -> None:
    _use_wal(connection)
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: Any) -> None:
    """The first of a new file changes it for all. SQLite does not wait by itself where two do so
    at once (sqlite3_busy_handler: not called where it could end in a deadlock)."""
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() >= end:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """By the primary result code, the lower byte of an extended one (SQLITE_BUSY_RECOVERY)."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _commit_without_waiting(connection: Any, _record: object) -> None:
    """Short-lived rows need not outlive a crash of the server: what SQLite's NORMAL gives too."""
    connection.execute("SET synchronous_commit TO off")


def _forget_connections() -> None:
    """A forked worker makes its own connections. Its parent's it neither uses nor closes, not even
    as garbage (sqlite.org, How To Corrupt, §2.7)."""
    for engine in list(_engines):
        _inherited.append(engine.pool)
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_connections)
