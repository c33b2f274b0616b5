"""What the tests of a catalogue publish in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gateway.core.materials import (
    Fragment,
    Narrowing,
    Publication,
    PublishedFragment,
    PublishReport,
)
from gateway.store.catalogue import CatalogueStore
from tests.contracts.invented import SERVICE
from tests.contracts.materials import BOOK

EVERYTHING = Narrowing()


class Numbered:
    """Random texts that differ and are told apart."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self, size: int = 16, /) -> str:
        self.given += 1
        return f"{self.given:0{size}}"


def publish(
    catalogue: CatalogueStore, *publications: Publication, whole: bool = True
) -> PublishReport:
    return catalogue.publish(SERVICE.id, publications, whole=whole)


def by_key(catalogue: CatalogueStore, publication: Publication = BOOK) -> Mapping[str, Fragment]:
    """The living fragments of a material."""
    (material,) = (
        each for each in catalogue.materials_of([SERVICE.id]) if each.key == publication.key
    )
    return {each.key: each for each in _below(catalogue, catalogue.path_to(material.root_id)[0])}


def _below(catalogue: CatalogueStore, fragment: Fragment) -> Iterator[Fragment]:
    yield fragment
    for each in catalogue.parts_of(fragment.id):
        yield from _below(catalogue, each)


def without(publication: Publication, *keys: str) -> Publication:
    def left(parts: tuple[PublishedFragment, ...]) -> tuple[PublishedFragment, ...]:
        return tuple(
            replace(each, parts=left(each.parts)) for each in parts if each.key not in keys
        )

    return replace(publication, parts=left(publication.parts))
