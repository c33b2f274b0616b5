"""The index of the search on SQLite follows the entries, which triggers see to."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from gateway.store.catalogue import CatalogueStore
from gateway.store.database import connect
from gateway.store.migrations import migrate
from gateway.store.repositories import open_repositories
from tests.contracts.invented import SERVICE, fill
from tests.contracts.materials import ATLAS, BOOK


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path}/ketenpoort.db")
    migrate(engine)
    yield engine
    engine.dispose()


def check(engine: Engine) -> None:
    """SQLite compares the index with the entries (FTS5 §6.4)."""
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"
        )


def test_the_index_follows_what_is_added_changed_and_removed(engine: Engine) -> None:
    repositories = open_repositories(engine)
    fill(repositories)
    catalogue = CatalogueStore(engine, time.time, secrets.token_urlsafe)
    renamed = replace(BOOK, title="Anders", parts=BOOK.parts[:1])
    for publications in ([BOOK, ATLAS], [renamed], [BOOK], []):
        catalogue.publish(SERVICE.id, publications, whole=True)
        check(engine)
    catalogue.publish(SERVICE.id, [BOOK], whole=True)
    repositories.services.remove(SERVICE.id)
    check(engine)
    repositories.links.close()


def test_the_check_sees_an_index_that_does_not_follow(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO search_index(rowid, tokens) VALUES (7, '1spook')")
    with pytest.raises(DatabaseError):
        check(engine)
