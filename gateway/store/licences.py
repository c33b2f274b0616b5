"""Licences: which class groups of a school may use a material, read once where a link ends."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from gateway.errors import RegistrationRefused
from gateway.store.changes import changing
from gateway.store.register import present, unknown
from gateway.store.rows import SCHOOLS
from gateway.store.statements import Statements
from gateway.store.tables import licences, materials

_key = licences.c.brin, licences.c.material_id


class LicenceBook:
    """The port `Licences`, and what the commands write."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine)
        of_both = [column == bindparam(column.name) for column in _key]
        self._groups = self._statements.prepare(select(licences.c.group_name).where(*of_both))

    def groups(self, brin: str, material_id: str) -> frozenset[str]:
        """The groups that the school has the material for; none named is all."""
        rows = self._groups(brin=brin, material_id=material_id)
        return frozenset(row[0] for row in rows)

    def of_school(self, brin: str) -> Mapping[str, frozenset[str]]:
        """The groups by material, for the materials that have any."""
        query = select(licences.c.material_id, licences.c.group_name)
        found: dict[str, set[str]] = {}
        with self._engine.connect() as connection:
            for material_id, group in connection.execute(query.where(licences.c.brin == brin)):
                found.setdefault(material_id, set()).add(group)
        return {material_id: frozenset(groups) for material_id, groups in found.items()}

    def add(self, brin: str, material_id: str, group: str) -> None:
        """Raises RegistrationRefused when school or material is unknown, or it is there already."""
        row = {"brin": brin, "material_id": material_id, "group_name": group}
        try:
            with self._engine.begin() as connection:
                _check(connection, brin, material_id)
                connection.execute(insert(licences).values(row))
        except IntegrityError as error:
            raise RegistrationRefused(
                f"{brin} has material {material_id} for {group} already"
            ) from error

    def replace(self, brin: str, groups: Mapping[str, frozenset[str]]) -> None:
        """In place of all licences of a school: groups by material. Raises RegistrationRefused."""
        rows = [
            {"brin": brin, "material_id": material_id, "group_name": group}
            for material_id, found in groups.items()
            for group in found
        ]
        with changing(self._engine) as change:
            change.connection.execute(delete(licences).where(licences.c.brin == brin))
            for material_id in groups:
                _check(change.connection, brin, material_id)
            if rows:
                change.connection.execute(insert(licences), rows)

    def remove(self, brin: str, material_id: str, group: str | None) -> None:
        """Take back one group's licence, or all of a material; raises RegistrationRefused."""
        query = delete(licences).where(
            licences.c.brin == brin, licences.c.material_id == material_id
        )
        if group is not None:
            query = query.where(licences.c.group_name == group)
        with self._engine.begin() as connection:
            if not connection.execute(query).rowcount:
                raise RegistrationRefused(
                    f"{brin} has no such licence; `ketenpoort licence list` shows them"
                )

    def close(self) -> None:
        self._statements.close()


def _check(connection: Connection, brin: str, material_id: str) -> None:
    if not present(connection, SCHOOLS, [brin]):
        raise RegistrationRefused(unknown(SCHOOLS, brin))
    query: Any = select(materials.c.id).where(materials.c.id == material_id)
    if connection.execute(query).scalar() is None:
        raise RegistrationRefused(
            f"there is no material {material_id}; `ketenpoort material list` shows them"
        )
