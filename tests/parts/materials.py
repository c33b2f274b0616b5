"""Publishing materials at a gateway, by the store that every way in ends in."""

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gateway.core.materials import Material, Publication
from gateway.store.catalogue import CatalogueStore
from tests.parts.gateway import Gateway
from tests.parts.stores import open_database


def publish(
    gateway: Gateway, service: str, publications: Sequence[Publication], *, whole: bool = True
) -> list[Material]:
    """The materials of the service after it, by title."""
    with open_catalogue(gateway) as catalogue:
        catalogue.publish(service, publications, whole=whole)
        return list(catalogue.materials_of([service]))


@contextmanager
def open_catalogue(gateway: Gateway) -> Iterator[CatalogueStore]:
    with open_database(gateway) as engine:
        yield CatalogueStore(engine, time.time, secrets.token_urlsafe)
