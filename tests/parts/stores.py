"""The database of a gateway, opened beside it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from gateway.store.database import connect
from tests.parts.gateway import Gateway


@contextmanager
def open_database(gateway: Gateway) -> Iterator[Engine]:
    default = f"sqlite:///{gateway.directory}/ketenpoort.db"
    engine = connect(gateway.settings.get("DATABASE_URL", default))
    yield engine
    engine.dispose()
