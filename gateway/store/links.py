"""Deep links: kept in the database alone and looked up one at a time."""

from sqlalchemy import Engine, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from gateway.core.model import Link
from gateway.errors import RegistrationRefused, UnknownLink
from gateway.store.register import present, unknown
from gateway.store.rows import SERVICES
from gateway.store.statements import Statements
from gateway.store.tables import links


class LinkBook:
    """The port `Links`, and what the commands write."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine)
        self._find = self._statements.prepare(
            select(links).where(links.c.code == bindparam("code"))
        )

    def find(self, code: str) -> Link:
        """Raises UnknownLink. One read; what can not be a code is not looked up."""
        if code.isascii() and code.isprintable():
            for row in self._find(code=code):
                return Link(*row)
        raise UnknownLink

    def add(self, link: Link) -> None:
        """Raises RegistrationRefused when the code is taken or the service unknown."""
        row = {column.name: getattr(link, column.name) for column in links.columns}
        try:
            with self._engine.begin() as connection:
                if not present(connection, SERVICES, [link.service_id]):
                    raise RegistrationRefused(unknown(SERVICES, link.service_id))
                connection.execute(insert(links).values(row))
        except IntegrityError as error:
            raise RegistrationRefused(f"link {link.code} is there already") from error

    def all(self) -> list[Link]:
        """All of them, the oldest first."""
        query = select(links).order_by(links.c.created_at, links.c.code)
        with self._engine.connect() as connection:
            return [Link(*row) for row in connection.execute(query)]

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
