"""What is read of materials and fragments."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CTE, Connection, Select, literal, select

from gateway.core.materials import PICKS
from gateway.store.tables import fragments, materials

LISTED = materials.c.gone_at.is_(None) & (materials.c.key != PICKS)
"""The materials that people and programs are shown: those that live, but for picks."""

_LIVING = fragments.c.gone_at.is_(None)


def materials_of(service_ids: Iterable[str]) -> Select[Any]:
    return select(materials).where(materials.c.service_id.in_(tuple(service_ids)), LISTED)


def material(material_id: str) -> Select[Any]:
    return select(materials).where(materials.c.id == material_id, LISTED)


def with_materials(fragment_ids: Sequence[str]) -> Select[Any]:
    """Fragments, each behind its material; those that are gone too."""
    joined = materials.join(fragments, fragments.c.material_id == materials.c.id)
    return select(materials, fragments).select_from(joined).where(fragments.c.id.in_(fragment_ids))


def parts_of(fragment_id: str) -> Select[Any]:
    return (
        select(fragments)
        .where(fragments.c.parent_id == fragment_id, _LIVING)
        .order_by(fragments.c.position, fragments.c.id)
    )


def path_to(fragment_id: str) -> Select[Any]:
    """From the root to this one."""
    above = _above([fragment_id])
    joined = fragments.join(above, above.c.id == fragments.c.id)
    return select(fragments).select_from(joined).order_by(above.c.steps.desc())


def at_address(service_id: str, address: str) -> Select[Any]:
    """A root, whose access link may be the address of a part too, comes last."""
    return (
        select(fragments)
        .join(materials, fragments.c.material_id == materials.c.id)
        .where(fragments.c.service_id == service_id, fragments.c.locator == address, _LIVING)
        .where(LISTED)
        .order_by(fragments.c.parent_id.is_(None), fragments.c.position, fragments.c.id)
    )


def titles_above(connection: Connection, fragment_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The titles from the root to just above each of the fragments."""
    above = _above(fragment_ids)
    joined = fragments.join(above, above.c.id == fragments.c.id)
    query = select(above.c.start, fragments.c.title).select_from(joined).where(above.c.steps > 0)
    titles: dict[str, tuple[str, ...]] = dict.fromkeys(fragment_ids, ())
    for start, title in connection.execute(query.order_by(above.c.steps.desc())):
        titles[start] += (title,)
    return titles


def _above(fragment_ids: Sequence[str]) -> CTE:
    """Each fragment itself and all above it, with the steps up to there."""
    first = select(
        fragments.c.id.label("start"),
        fragments.c.id,
        fragments.c.parent_id,
        literal(0).label("steps"),
    ).where(fragments.c.id.in_(fragment_ids))
    above = first.cte("above", recursive=True)
    higher = select(above.c.start, fragments.c.id, fragments.c.parent_id, above.c.steps + 1)
    return above.union_all(higher.where(fragments.c.id == above.c.parent_id))
