"""The gradebooks of LTI tools: line items, and the latest score of each person in them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.core.grades import LineItem, Score, Wanted
from gateway.store.statements import Statements
from gateway.store.tables import lti_line_items, lti_scores
from gateway.store.upsert import insert_into

_item = lti_line_items.c
_score = lti_scores.c


class GradebookStore:
    """The port `Gradebook`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine)
        self._of_place = self._statements.prepare(
            select(_item.id)
            .where(
                _item.place_id == bindparam("place_id"),
                _item.service_id == bindparam("service_id"),
                _item.school == bindparam("school"),
            )
            .limit(2)
        )
        scored = insert_into(lti_scores, engine)
        self._put_score = scored.on_conflict_do_update(
            index_elements=[_score.line_item_id, _score.person],
            set_={name: scored.excluded[name] for name in ("scored_at", "final", "sealed")},
            where=scored.excluded.scored_at > _score.scored_at,
        ).returning(_score.person)

    def items(
        self, service_id: str, school: str, wanted: Wanted, after: str, limit: int
    ) -> Sequence[LineItem]:
        query = _of(service_id, school).where(_item.id > after)
        for name, value in asdict(wanted).items():
            if value is not None:
                query = query.where(_item[name] == value)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(_item.id).limit(limit))
            return [_line_item(row) for row in found]

    def item(self, service_id: str, school: str, item_id: str) -> LineItem | None:
        with self._engine.connect() as connection:
            row = connection.execute(_of(service_id, school, item_id)).one_or_none()
        return _line_item(row) if row else None

    def only_item(self, service_id: str, school: str, place_id: str) -> str | None:
        found = self._of_place(place_id=place_id, service_id=service_id, school=school)
        return found[0][0] if len(found) == 1 else None

    def count(self, service_id: str, school: str) -> int:
        query = select(func.count()).where(_item.service_id == service_id, _item.school == school)
        with self._engine.connect() as connection:
            number: int = connection.execute(query).scalar_one()
            return number

    def add(self, item: LineItem) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(lti_line_items).values(asdict(item)))

    def replace(self, item: LineItem) -> bool:
        write = update(lti_line_items).where(*_key(item.service_id, item.school, item.id))
        with self._engine.begin() as connection:
            return connection.execute(write.values(asdict(item))).rowcount == 1

    def remove(self, service_id: str, school: str, item_id: str) -> bool:
        with self._engine.begin() as connection:
            gone = delete(lti_line_items).where(*_key(service_id, school, item_id))
            return connection.execute(gone).rowcount == 1

    def put_score(self, item_id: str, score: Score) -> bool:
        row = {"line_item_id": item_id, **asdict(score)}
        try:
            with self._engine.begin() as connection:
                return connection.execute(self._put_score, row).one_or_none() is not None
        except IntegrityError:  # the line item was removed a moment ago
            return False

    def results(
        self, item_id: str, after: str, limit: int, person: str | None = None
    ) -> Sequence[Score]:
        query = select(_score.person, _score.scored_at, _score.final, _score.sealed).where(
            _score.line_item_id == item_id, _score.person > after, _score.final
        )
        if person is not None:
            query = query.where(_score.person == person)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(_score.person).limit(limit))
            return [Score(*row) for row in found]

    def has_score(self, service_id: str, school: str, person: str) -> bool:
        query = (
            select(_score.person)
            .join(lti_line_items, _item.id == _score.line_item_id)
            .where(_score.person == person, _item.service_id == service_id, _item.school == school)
        )
        with self._engine.connect() as connection:
            return connection.execute(query.limit(1)).one_or_none() is not None

    def close(self) -> None:
        self._statements.close()


def _key(service_id: str, school: str, item_id: str) -> tuple[Any, ...]:
    return (_item.service_id == service_id, _item.school == school, _item.id == item_id)


def _of(service_id: str, school: str, item_id: str | None = None) -> Select[Any]:
    query = select(lti_line_items).where(_item.service_id == service_id, _item.school == school)
    return query if item_id is None else query.where(_item.id == item_id)


def _line_item(row: Any) -> LineItem:
    return LineItem(**row._mapping)  # noqa: SLF001  # the row's public way to its names
