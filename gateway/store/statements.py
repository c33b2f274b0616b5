"""Statements on the path of a login: compiled once, run by the driver itself.

The driver alone takes about half of the CPU that it takes under SQLAlchemy's Core.
"""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeAlias

from sqlalchemy import ClauseElement, Engine, event
from sqlalchemy.pool import PoolProxiedConnection

from gateway.store.database import autocommitting

_PATIENCE_SECONDS = 0.05  # as long as a thousand statements

Row: TypeAlias = tuple[Any, ...]
Prepared: TypeAlias = Callable[..., list[Row]]
_Parameters: TypeAlias = Mapping[str, object]


class Statements:
    """Prepares statements that are each a transaction, over a pool of their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = autocommitting(engine)
        runner = _InTurn if self._engine.dialect.name == "sqlite" else _Lent
        self._runner = runner(self._engine)

    def prepare(self, statement: ClauseElement) -> Prepared:
        """Compile; the result takes the parameters by name and returns the rows."""
        compiled = statement.compile(dialect=self._engine.dialect)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        text, run = str(compiled), self._runner.run

        def prepared(**parameters: object) -> list[Row]:
            return run(text, constants | parameters)

        return prepared

    def close(self) -> None:
        self._runner.close()


class _Lent:
    """Over a connection that the pool lends for each statement."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def run(self, text: str, parameters: _Parameters) -> list[Row]:
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

    def close(self) -> None:
        self._engine.dispose()

    def _run_afresh(self, text: str, parameters: _Parameters) -> list[Row]:
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


class _InTurn(_Lent):
    """SQLite lets one write at a time, and each connection reads its pages again after another's
    write: so the threads of a process take turns over one, which is kept, unless that one is held
    up."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._turn = Lock()
        self._kept: PoolProxiedConnection | None = None
        event.listen(engine, "engine_disposed", lambda _engine: self._forget())

    def run(self, text: str, parameters: _Parameters) -> list[Row]:
        turn = self._turn
        if not turn.acquire(timeout=_PATIENCE_SECONDS):
            return super().run(text, parameters)
        try:
            if self._kept is None:
                self._kept = self._engine.raw_connection()
            return _execute(self._kept, text, parameters)
        finally:
            turn.release()

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
        super().close()

    def _forget(self) -> None:
        """With the pool that it is of; a forked worker makes its own."""
        self._turn, self._kept = Lock(), None


def _execute(connection: PoolProxiedConnection, text: str, parameters: _Parameters) -> list[Row]:
    driver: Any = connection.driver_connection
    cursor = driver.execute(text, parameters)
    return cursor.fetchall() if cursor.description else []
