"""The kept links of a gateway, for what no command makes."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from gateway.core.model import Link
from gateway.store.database import connect
from gateway.store.links import LinkBook
from tests.parts.gateway import Gateway

_numbers = itertools.count()


@contextmanager
def open_links(gateway: Gateway) -> Iterator[LinkBook]:
    default = f"sqlite:///{gateway.directory}/ketenpoort.db"
    engine = connect(gateway.settings.get("DATABASE_URL", default))
    book = LinkBook(engine)
    yield book
    book.close()
    engine.dispose()


def keep(gateway: Gateway, book: LinkBook, service: str, target: str, **changes: object) -> str:
    """Keep a link with fields of Link changed, whatever they are; its address."""
    code = f"{next(_numbers)}x{time.time_ns():x}"
    book.add(replace(Link(code, service, target, 1), **changes))  # type: ignore[arg-type]
    return f"{gateway.base}/d/{code}"
