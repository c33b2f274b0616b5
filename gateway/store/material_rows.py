"""Links, materials and fragments as rows and back.

Rows come by place, also from the driver itself, which gives JSON as text on SQLite.
"""

import json
from collections.abc import Sequence
from typing import Any

from gateway.core.materials import Fragment, Material, Objective
from gateway.core.model import Audience, Link


def link_row(link: Link) -> dict[str, Any]:
    return {
        "code": link.code,
        "service_id": link.service_id,
        "target": link.target,
        "created_at": link.created_at,
        "fragment_id": link.fragment_id,
        "school": link.school,
        "maker": link.maker,
        "title": link.title,
        "note": link.note,
        "valid_from": link.valid_from,
        "valid_until": link.valid_until,
        "for_school": link.audience.school,
        "for_groups": sorted(link.audience.groups),
        "stopped_at": link.stopped_at,
        "previewed": link.previewed,
    }


def link_of(row: Sequence[Any]) -> Link:
    return Link(
        code=row[0],
        service_id=row[1],
        target=row[2],
        created_at=row[3],
        fragment_id=row[4],
        school=row[5],
        maker=row[6],
        title=row[7],
        note=row[8],
        valid_from=row[9],
        valid_until=row[10],
        audience=Audience(row[11], frozenset(_read(row[12]) or ())),
        stopped_at=row[13],
        previewed=bool(row[14]),
    )


def material_row(material: Material) -> dict[str, Any]:
    return {
        "id": material.id,
        "service_id": material.service_id,
        "key": material.key,
        "root_id": material.root_id,
        "title": material.title,
        "isbn": material.isbn,
        "product": material.product,
        "description": material.description,
        "subjects": material.subjects,
        "levels": material.levels,
        "years": material.years,
        "languages": material.languages,
        "cover": material.cover,
    }


def material_of(row: Sequence[Any]) -> Material:
    return Material(
        id=row[0],
        service_id=row[1],
        key=row[2],
        root_id=row[3],
        title=row[4],
        isbn=row[5],
        product=row[6],
        description=row[7],
        subjects=tuple(_read(row[8])),
        levels=tuple(_read(row[9])),
        years=tuple(_read(row[10])),
        languages=tuple(_read(row[11])),
        cover=row[12],
    )


def fragment_row(fragment: Fragment) -> dict[str, Any]:
    return {
        "id": fragment.id,
        "material_id": fragment.material_id,
        "service_id": fragment.service_id,
        "parent_id": fragment.parent_id,
        "position": fragment.position,
        "key": fragment.key,
        "title": fragment.title,
        "kind": fragment.kind,
        "locator": fragment.locator,
        "activity_type": fragment.activity_type,
        "objectives": [[each.title, each.identifier] for each in fragment.objectives],
        "custom": dict(fragment.custom),
        "gone_at": fragment.gone_at,
        "product": fragment.product,
    }


def fragment_of(row: Sequence[Any]) -> Fragment:
    return Fragment(
        id=row[0],
        material_id=row[1],
        service_id=row[2],
        parent_id=row[3],
        position=row[4],
        key=row[5],
        title=row[6],
        kind=row[7],
        locator=row[8],
        activity_type=row[9],
        objectives=tuple(Objective(*each) for each in _read(row[10])),
        custom=_read(row[11]),
        gone_at=row[12],
        product=row[13],
    )


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
