"""Deep links: kept in the database alone and looked up one at a time."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from gateway.core.flow import same_school
from gateway.core.materials import Fragment
from gateway.core.model import Brin, Link, institution
from gateway.core.ports import Whereabouts
from gateway.errors import RegistrationRefused, UnknownLink
from gateway.store.changes import changing
from gateway.store.link_uses import LinkUses
from gateway.store.material_rows import fragment_of, link_of, link_row, material_of
from gateway.store.register import present, unknown
from gateway.store.rows import SERVICES
from gateway.store.statements import Statements
from gateway.store.tables import fragments, links, materials

_WIDTH = len(links.columns), len(fragments.columns)
_SHOWN = 100
_BATCH = 1000
_FOR_GROUPS, _NO_GROUPS = cast(links.c.for_groups, Text), "[]"
_BEGUN_AT = func.coalesce(links.c.valid_from, links.c.created_at)


class LinkBook:
    """The port `Links`, and what the commands write."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine)
        self._find = self._statements.prepare(
            _whereabouts().where(links.c.code == bindparam("code"))
        )
        self._nearest = self._statements.prepare(_living_above(bindparam("fragment")))
        self._uses = LinkUses(engine)

    def find(self, code: str) -> Whereabouts:
        """Raises UnknownLink. One read, and one more where the fragment is gone; what can not be
        a code is not looked up."""
        if code.isascii() and code.isprintable():
            for row in self._find(code=code):
                return self._with_nearest(_read(row))
        raise UnknownLink

    def _with_nearest(self, found: Whereabouts) -> Whereabouts:
        fragment = found.fragment
        if fragment is None or _can_be_reached(fragment):
            return found
        above = next((fragment_of(row) for row in self._nearest(fragment=fragment.id)), None)
        return replace(found, nearest=above)

    def add(self, link: Link) -> None:
        """Raises RegistrationRefused when the code is taken or the service unknown."""
        try:
            with self._engine.begin() as connection:
                if not present(connection, SERVICES, [link.service_id]):
                    raise RegistrationRefused(unknown(SERVICES, link.service_id))
                connection.execute(insert(links).values(link_row(link)))
        except IntegrityError as error:
            raise RegistrationRefused(f"link {link.code} is there already") from error

    def replace(self, link: Link) -> None:
        """Raises RegistrationRefused when there is none."""
        with self._engine.begin() as connection:
            change = update(links).where(links.c.code == link.code).values(link_row(link))
            if not connection.execute(change).rowcount:
                raise RegistrationRefused(_no_link(link.code))

    def made_by(self, school: Brin, maker: str) -> Sequence[Whereabouts]:
        """The links of one teacher, the newest first."""
        return self._newest(links.c.school == school, links.c.maker == maker)

    def of_school(self, school: Brin, page: range) -> Sequence[Whereabouts]:
        """A page of the links that were made at a school, the newest first."""
        return self._newest(links.c.school == school, page=page)

    def makers(self, school: Brin) -> Sequence[str]:
        """The teachers who made links at a school."""
        query = select(links.c.maker).where(links.c.school == school, links.c.maker.is_not(None))
        with self._engine.connect() as connection:
            return connection.execute(query.distinct()).scalars().all()

    def shown_to(
        self,
        school: Brin,
        groups: frozenset[str],
        services: Collection[str],
        withheld: Collection[str],
        now: float,
    ) -> Sequence[Whereabouts]:
        """At most a hundred."""
        into = links.c.service_id.in_(services), fragments.c.gone_at.is_(None)
        held = or_(materials.c.id.is_(None), materials.c.id.not_in(withheld))
        query = (
            _whereabouts()
            .where(*_for_people(school, groups), *_living(now), *into, held)
            .order_by(_FOR_GROUPS == _NO_GROUPS, _BEGUN_AT.desc(), links.c.code)
            .limit(_SHOWN)
        )
        with self._engine.connect() as connection:
            found = [_read(tuple(row)) for row in connection.execute(query)]
        return [each for each in found if _is_for(each.link, school, groups)]

    def leading(self) -> Iterator[Whereabouts]:
        """All of them with what they lead to, the oldest first, read bit by bit."""
        query = _whereabouts().order_by(links.c.created_at, links.c.code)
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(query)
            for row in rows:
                yield _read(tuple(row))

    def hand_over(self, school: Brin, maker: str, to: str) -> int:
        """Give all links of one teacher of a school to another; how many they were."""
        mine = (links.c.school == school, links.c.maker == maker)
        with changing(self._engine) as change:
            return change.connection.execute(update(links).where(*mine).values(maker=to)).rowcount

    def count_use(self, code: str, day: str) -> None:
        """One more use on a day (yyyy-mm-dd); written within two seconds."""
        self._uses.count(code, day)

    def uses(self, codes: Sequence[str], since: str = "") -> Mapping[str, Mapping[str, int]]:
        """Uses a day, by code, from a day on."""
        return self._uses.of(codes, since)

    def all(self) -> list[Link]:
        """All of them, the oldest first."""
        query = select(links).order_by(links.c.created_at, links.c.code)
        with self._engine.connect() as connection:
            return [link_of(tuple(row)) for row in connection.execute(query)]

    def remove(self, code: str) -> None:
        """Raises RegistrationRefused when there is none."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(links).where(links.c.code == code))
            if not gone.rowcount:
                raise RegistrationRefused(_no_link(code))

    def close(self) -> None:
        self._uses.flush()
        self._statements.close()

    def _newest(
        self, *conditions: ColumnElement[bool], page: range | None = None
    ) -> list[Whereabouts]:
        newest = (links.c.created_at.desc(), links.c.code)
        query = _whereabouts().where(*conditions).order_by(*newest)
        if page is not None:
            query = query.limit(len(page)).offset(page.start)
        with self._engine.connect() as connection:
            return [_read(tuple(row)) for row in connection.execute(query)]


def _no_link(code: str) -> str:
    return f"there is no link {code}; `ketenpoort link list` shows them"


def _can_be_reached(fragment: Fragment) -> bool:
    return fragment.gone_at is None and fragment.locator is not None


def _living(now: float) -> tuple[ColumnElement[bool], ...]:
    begin, end = links.c.valid_from, links.c.valid_until
    return (
        links.c.stopped_at.is_(None),
        or_(begin.is_(None), begin <= int(now)),
        or_(end.is_(None), end > int(now)),
    )


def _for_people(school: Brin, groups: frozenset[str]) -> tuple[ColumnElement[bool], ...]:
    """Made for the school, branch or not, and a group: what the database can narrow to."""
    first = institution(school)
    each = [_FOR_GROUPS.contains(json.dumps(group), autoescape=True) for group in sorted(groups)]
    return links.c.for_school.between(first, f"{first}ZZ"), or_(_FOR_GROUPS == _NO_GROUPS, *each)


def _is_for(link: Link, school: Brin, groups: frozenset[str]) -> bool:
    audience = link.audience
    is_ours = audience.school is not None and same_school(audience.school, school)
    return is_ours and (not audience.groups or bool(audience.groups & groups))


def _living_above(fragment: ColumnElement[str]) -> Select[Any]:
    """The nearest fragment above one that lives and has an address."""
    first = select(fragments.c.id, fragments.c.parent_id, literal_column("0").label("height"))
    way = first.where(fragments.c.id == fragment).cte("way", recursive=True)
    above = fragments.alias()
    way = way.union_all(
        select(above.c.id, above.c.parent_id, way.c.height + literal_column("1")).where(
            above.c.id == way.c.parent_id
        )
    )
    living = (fragments.c.gone_at.is_(None), fragments.c.locator.is_not(None), way.c.height > 0)
    query = select(fragments).join(way, way.c.id == fragments.c.id).where(*living)
    return query.order_by(way.c.height).limit(literal_column("1"))


def _whereabouts() -> Select[Any]:
    """Links with what they lead to."""
    return select(links, fragments, materials).select_from(
        links.outerjoin(fragments, fragments.c.id == links.c.fragment_id).outerjoin(
            materials, materials.c.id == fragments.c.material_id
        )
    )


def _read(row: tuple[Any, ...]) -> Whereabouts:
    """A row of `_whereabouts`, by place: the driver's rows have no names."""
    first, second = _WIDTH[0], sum(_WIDTH)
    fragment, material = row[first:second], row[second:]
    return Whereabouts(
        link=link_of(row[:first]),
        fragment=fragment_of(fragment) if fragment[0] else None,
        material=material_of(material) if material[0] else None,
    )
