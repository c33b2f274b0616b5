"""Deep links: kept in the database alone and looked up one at a time."""

from typing import Any

from sqlalchemy import Engine, Select, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from gateway.core.model import Link
from gateway.core.ports import Whereabouts
from gateway.errors import RegistrationRefused, UnknownLink
from gateway.store.material_rows import fragment_of, link_of, link_row, material_of
from gateway.store.register import present, unknown
from gateway.store.rows import SERVICES
from gateway.store.statements import Statements
from gateway.store.tables import fragments, links, materials

_WIDTH = len(links.columns), len(fragments.columns)


class LinkBook:
    """The port `Links`, and what the commands write."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine)
        self._find = self._statements.prepare(
            _whereabouts().where(links.c.code == bindparam("code"))
        )

    def find(self, code: str) -> Whereabouts:
        """Raises UnknownLink. One read; what can not be a code is not looked up."""
        if code.isascii() and code.isprintable():
            for row in self._find(code=code):
                return _read(row)
        raise UnknownLink

    def add(self, link: Link) -> None:
        """Raises RegistrationRefused when the code is taken or the service unknown."""
        try:
            with self._engine.begin() as connection:
                if not present(connection, SERVICES, [link.service_id]):
                    raise RegistrationRefused(unknown(SERVICES, link.service_id))
                connection.execute(insert(links).values(link_row(link)))
        except IntegrityError as error:
            raise RegistrationRefused(f"link {link.code} is there already") from error

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
                raise RegistrationRefused(
                    f"there is no link {code}; `ketenpoort link list` shows them"
                )

    def close(self) -> None:
        self._statements.close()


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
