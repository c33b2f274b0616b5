"""Looking through materials: a page of them, and what they can be narrowed to.

Many materials share their lists of subjects and levels, so each list is read once.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, exists, func, select

from gateway.core.materials import Narrowing, Overview
from gateway.store.catalogue_queries import LISTED
from gateway.store.material_rows import material_of
from gateway.store.tables import materials

_subjects, _levels, _years = (
    cast(column, Text) for column in (materials.c.subjects, materials.c.levels, materials.c.years)
)


@dataclass(frozen=True, slots=True)
class Alike:
    """How many materials have these very lists."""

    subjects: tuple[str, ...]
    levels: tuple[str, ...]
    years: tuple[int, ...]
    count: int

    def fits(self, narrowing: Narrowing) -> bool:
        wanted = (
            (narrowing.subject, self.subjects),
            (narrowing.level, self.levels),
            (narrowing.year, self.years),
        )
        return all(value is None or value in values for value, values in wanted)


def overview(connection: Connection, narrowing: Narrowing, page: range) -> Overview:
    """Cost: two queries."""
    conditions = list(_of_services(narrowing))
    alike = list(_alike(connection, conditions))
    narrowed = [*conditions, *_narrowed(connection, narrowing)]
    shown = select(materials).where(*narrowed)
    shown = shown.order_by(func.lower(materials.c.title), materials.c.id)
    rows = connection.execute(shown.limit(len(page)).offset(page.start)) if page else ()
    return Overview(
        materials=[material_of(tuple(row)) for row in rows],
        total=sum(each.count for each in alike if each.fits(narrowing)),
        subjects=_words(each.subjects for each in alike),
        levels=_words(each.levels for each in alike),
        years=sorted({year for each in alike for year in each.years}),
    )


def _of_services(narrowing: Narrowing) -> Iterator[ColumnElement[bool]]:
    yield LISTED
    if narrowing.services is not None:
        yield materials.c.service_id.in_(narrowing.services)


def _alike(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> Iterator[Alike]:
    lists = (_subjects, _levels, _years)
    query = select(*lists, func.count()).where(*conditions).group_by(*lists)
    for *texts, count in connection.execute(query):
        subjects, levels, years = (tuple(json.loads(text)) for text in texts)
        yield Alike(subjects, levels, years, count)


def _narrowed(connection: Connection, narrowing: Narrowing) -> Iterator[ColumnElement[bool]]:
    wanted: tuple[tuple[ColumnElement[Any], str | int | None], ...] = (
        (materials.c.subjects, narrowing.subject),
        (materials.c.levels, narrowing.level),
        (materials.c.years, narrowing.year),
    )
    on_sqlite = connection.dialect.name == "sqlite"
    for column, value in wanted:
        if value is not None:
            values = func.json_each(column) if on_sqlite else func.json_array_elements_text(column)
            each = values.table_valued("value")
            yield exists().where(cast(each.c.value, Text) == str(value))


def _words(lists: Iterable[tuple[str, ...]]) -> list[str]:
    return sorted({word for words in lists for word in words}, key=str.casefold)
