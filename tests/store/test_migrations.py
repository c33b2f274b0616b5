"""The migrations make what `tables` describes, on both databases, also when started at once."""

import time
from collections.abc import Callable

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import IntegrityError

from gateway.core.api_tokens import USUAL_DAYS, Owner, Scope
from gateway.errors import ConfigurationError
from gateway.store.api_tokens import ApiTokenBook
from gateway.store.database import connect
from gateway.store.migrations import migrate, newest
from gateway.store.tables import metadata, suppliers
from tests.contracts.together import together


def test_migrations_and_tables_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": _is_described,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    assert {"schools", "short_lived"} < set(inspect(engine).get_table_names())


def _is_described(name: str | None, kind: str, _parents: object) -> bool:
    """All but the index of the search, of which each database has its own kind."""
    return not (name and name.startswith("search_index"))


def test_an_identifier_is_unique_among_what_is_not_removed(engine: Engine) -> None:
    """What the comparison does not look at: the condition of the unique indexes."""
    row = "INSERT INTO connections VALUES ('{}', 'saml', 'https://idp.test', '{{}}', '[]', 1, {})"
    with engine.begin() as connection:
        connection.exec_driver_sql(row.format("a", "true"))
        connection.exec_driver_sql(row.format("b", "false"))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(row.format("c", "false"))


def test_processes_that_start_at_once_all_find_the_tables(database_url: str) -> None:
    assert together(4, _migrate_and_count, database_url) == [0, 0, 0, 0]


def _migrate_and_count(ready: Callable[[], object], number: int, url: str) -> int:
    ready()
    engine = connect(url)
    migrate(engine)
    with engine.connect() as connection:
        found = connection.execute(suppliers.select()).all()
    engine.dispose()
    return len(found)


def test_a_token_of_before_keeps_its_uses_for_a_year(database_url: str) -> None:
    """v0011, on a database of the version before it."""
    engine = connect(database_url)
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        connection.exec_driver_sql(
            "INSERT INTO api_tokens (id, kind, owner, name, digest, created_at)"
            " VALUES ('tok-1', 'school', '99XA', 'ELO', 'd', 1)"
        )
    migrate(engine)
    [token] = ApiTokenBook(engine).of(Owner.SCHOOL, "99XA")
    engine.dispose()
    assert token.scopes == (Scope.LINKS_READ, Scope.LINKS_WRITE), "what there was then"
    assert abs(token.expires_at - time.time() - USUAL_DAYS * 24 * 3600) < 24 * 3600


def test_who_finds_the_newest_revision_has_nothing_to_do(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As each worker that starts."""
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    assert newest() == ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == newest()
    monkeypatch.delattr(command, "upgrade")
    migrate(engine)


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    with pytest.raises(ConfigurationError, match="a newer Ketenpoort"):
        migrate(engine)
