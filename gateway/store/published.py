"""What a service published, read back in the form in which it gave it."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Engine, select

from gateway.core.materials import Fragment, Material, Publication, PublishedFragment
from gateway.store import catalogue_queries as queries
from gateway.store.material_rows import fragment_of, material_of
from gateway.store.tables import fragments, materials


class PublishedStore:
    """The port `Published`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, service_id: str) -> Iterator[Publication]:
        """The living materials of a service, by key, one read each."""
        query = queries.materials_of([service_id]).order_by(materials.c.key)
        with self._engine.connect() as connection:
            found = [material_of(tuple(row)) for row in connection.execute(query)]
        for material in found:
            yield self._publication(material)

    def _publication(self, material: Material) -> Publication:
        living = fragments.c.gone_at.is_(None) & (fragments.c.material_id == material.id)
        query = select(fragments).where(living).order_by(fragments.c.position)
        below: dict[str | None, list[Fragment]] = defaultdict(list)
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                fragment = fragment_of(tuple(row))
                below[fragment.parent_id].append(fragment)
        root = next(iter(below[None]), None)
        return Publication(
            key=material.key,
            title=material.title,
            isbn=material.isbn,
            product=material.product,
            description=material.description,
            subjects=material.subjects,
            levels=material.levels,
            years=material.years,
            languages=material.languages,
            cover=material.cover,
            access_link=root.locator if root else None,
            objectives=root.objectives if root else (),
            parts=_parts(below, material.root_id, None),
        )


def _parts(
    below: dict[str | None, list[Fragment]], parent_id: str, product: str | None
) -> tuple[PublishedFragment, ...]:
    return tuple(
        PublishedFragment(
            key=each.key,
            title=each.title,
            kind=each.kind,
            locator=each.locator,
            activity_type=each.activity_type,
            objectives=each.objectives,
            custom=each.custom,
            product=each.product if each.product != product else None,
            parts=_parts(below, each.id, each.product),
        )
        for each in below.get(parent_id, ())
    )
