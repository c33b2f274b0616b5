"""Statements on the path of a login: compiled once, run by the driver itself.

The driver alone takes about half of the CPU that it takes under SQLAlchemy's Core.
"""

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any, TypeAlias

from sqlalchemy import ClauseElement, Engine
from sqlalchemy.pool import PoolProxiedConnection

from gateway.store.database import autocommitting

_PATIENCE_SECONDS = 0.05  # as long as a thousand statements

Row: TypeAlias = tuple[Any, ...]
Prepared: TypeAlias = Callable[..., list[Row]]


class Statements:
    """Prepares statements that are each a transaction, over a pool of their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = autocommitting(engine)
        self._turn = Lock()

    def prepare(self, statement: ClauseElement) -> Prepared:
        """Compile; the result takes the parameters by name and returns the rows."""
        compiled = statement.compile(dialect=self._engine.dialect)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        run = self._run_in_turn if self._engine.dialect.name == "sqlite" else self._run
        return partial(run, str(compiled), **constants)

    def close(self) -> None:
        self._engine.dispose()

    def _run_in_turn(self, text: str, **parameters: object) -> list[Row]:
        """SQLite lets one write at a time, and each connection reads its pages again after
        another's write: so the threads of a process take turns over one, unless that one is held
        up."""
        is_ours = self._turn.acquire(timeout=_PATIENCE_SECONDS)
        try:
            return self._run(text, **parameters)
        finally:
            if is_ours:
                self._turn.release()

    def _run(self, text: str, **parameters: object) -> list[Row]:
        connection = self._engine.raw_connection()
        try:
            return _execute(connection, text, parameters)
        except Exception as error:
            if not self._is_stale(connection, error):
                raise
            connection.invalidate(error)
        finally:
            connection.close()
        return self._run_afresh(text, parameters)

    def _run_afresh(self, text: str, parameters: dict[str, object]) -> list[Row]:
        """After a restart of the server all that waits in the pool is stale."""
        self._engine.dispose()
        connection = self._engine.raw_connection()
        try:
            return _execute(connection, text, parameters)
        finally:
            connection.close()

    def _is_stale(self, connection: PoolProxiedConnection, error: Any) -> bool:
        driver: Any = connection.driver_connection
        return self._engine.dialect.is_disconnect(error, driver, None)


def _execute(
    connection: PoolProxiedConnection, text: str, parameters: dict[str, object]
) -> list[Row]:
    driver: Any = connection.driver_connection
    cursor = driver.execute(text, parameters)
    return cursor.fetchall() if cursor.description else []
