"""Materials and fragments, kept in the database: written a publication at a time."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from gateway.core.materials import Fragment, Material
from gateway.core.ports import Clock, Random
from gateway.errors import UnknownMaterial
from gateway.store.material_rows import fragment_of, material_of
from gateway.store.tables import fragments, materials


class CatalogueStore:
    """The port `Catalogue`."""

    def __init__(self, engine: Engine, clock: Clock, random: Random) -> None:
        self._engine = engine
        self._clock = clock
        self._random = random

    def fragment(self, fragment_id: str) -> tuple[Material, Fragment]:
        """Also one that is gone; raises UnknownMaterial."""
        query = (
            select(materials, fragments)
            .join(fragments, fragments.c.material_id == materials.c.id)
            .where(fragments.c.id == fragment_id)
        )
        width = len(materials.columns)
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                found: Sequence[object] = tuple(row)
                return material_of(found[:width]), fragment_of(found[width:])
        raise UnknownMaterial(f"fragment {fragment_id[:40]!r}")
