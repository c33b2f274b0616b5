"""Brings the tables up to date by the numbered scripts in `versions`."""

from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gateway.errors import ConfigurationError

_LOCK = 0x6B65_7465_6E70


def migrate(engine: Engine) -> None:
    """Bring the tables up to date, in one transaction that a second process waits for.

    Raises ConfigurationError when a newer Ketenpoort made the database.
    """
    if _revision(engine) == newest():
        return
    # Not read where all is up to date: it takes a tenth of a worker's start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

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


def newest() -> str:
    """The revision of the last script; each is named by its own."""
    names = (path.name for path in (Path(__file__).parent / "versions").glob("v*.py"))
    return max(names).removeprefix("v").partition("_")[0]


def _revision(engine: Engine) -> str | None:
    """That of the database; None where nothing was made yet."""
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        return None
    return None if found is None else str(found)


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
