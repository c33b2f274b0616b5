"""Brings the tables up to date by the numbered scripts in `versions`."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from gateway.errors import ConfigurationError

_LOCK = 0x6B65_7465_6E70


def migrate(engine: Engine) -> None:
    """Bring the tables up to date, in one transaction that a second process waits for.

    Raises ConfigurationError when a newer Ketenpoort made the database.
    """
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    with engine.begin() as connection:
        _lock(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConfigurationError(
                f"the database was made by a newer Ketenpoort; use that one ({error})"
            ) from error


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
