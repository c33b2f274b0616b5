"""Materials and fragments, kept in the database: written a publication at a time."""

import pickle
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from sqlalchemy import Connection, Engine, Select, text

from gateway.core.materials import (
    PICKS,
    Found,
    Fragment,
    Material,
    Narrowing,
    Overview,
    Publication,
    PublishReport,
)
from gateway.core.ports import Clock, Random
from gateway.errors import ContentRefused, Fault, RegistrationRefused, UnknownMaterial
from gateway.store import catalogue_queries as queries
from gateway.store.catalogue_overview import overview
from gateway.store.catalogue_plan import Planner, fragments_of
from gateway.store.catalogue_publish import Publishing
from gateway.store.material_rows import fragment_of, material_of
from gateway.store.register import present, unknown
from gateway.store.rows import SERVICES
from gateway.store.search import find
from gateway.store.tables import materials

_LOCK = 0x6B65_7463_6174
_IN_MEMORY_BYTES = 16_000_000
_MATERIAL_WIDTH = len(materials.columns)


class CatalogueStore:
    """The port `Catalogue`."""

    def __init__(self, engine: Engine, clock: Clock, random: Random) -> None:
        self._engine = engine
        self._clock = clock
        self._random = random

    def publish(
        self, service_id: str, publications: Iterable[Publication], *, whole: bool
    ) -> PublishReport:
        """Take over publications in one transaction, of which the changes were worked out
        before: others wait for the writing only. A stream of publications needs no more memory
        than its largest. Raises RegistrationRefused for an unknown service, ContentRefused for
        a material that comes twice."""
        with self._engine.connect() as reading, SpooledTemporaryFile(_IN_MEMORY_BYTES) as plans:
            count = self._plan(Planner(reading, service_id, self._random), publications, plans)
            plans.seek(0)
            with self._publishing(service_id) as publishing:
                for _ in range(count):
                    publishing.take(pickle.load(plans))  # noqa: S301 our own, a moment ago
                if whole:
                    publishing.withdraw_others()
                return publishing.report()

    def add(self, service_id: str, publication: Publication) -> Mapping[str, str]:
        """Add the fragments of a publication to its material; what is there already stays. The
        ids of its fragments, by their keys. Raises RegistrationRefused for an unknown service."""
        with self._publishing(service_id) as publishing:
            plan = publishing.planner.plan_more(publication)
            publishing.carry_out(plan)
            kept = fragments_of(publishing.planner.connection, plan.material.id)
        return {key: fragment.id for key, fragment in kept.items()}

    def materials_of(self, service_ids: Iterable[str]) -> Sequence[Material]:
        """The living materials of services, by title; picks are listed nowhere."""
        rows = self._read(queries.materials_of(service_ids))
        found = [material_of(row) for row in rows]
        return sorted(found, key=lambda material: (material.title.casefold(), material.id))

    def overview(self, narrowing: Narrowing, page: range) -> Overview:
        """A page of the materials of services, read without the others."""
        with self._engine.connect() as connection:
            return overview(connection, narrowing, page)

    def material(self, material_id: str) -> Material:
        """Raises UnknownMaterial, also for one that is gone and for picks."""
        for row in self._read(queries.material(material_id)):
            return material_of(row)
        raise UnknownMaterial(f"material {material_id[:40]!r}")

    def fragment(self, fragment_id: str) -> tuple[Material, Fragment]:
        """Also one that is gone; raises UnknownMaterial."""
        for row in self._read(queries.with_materials([fragment_id])):
            return _both(row)
        raise UnknownMaterial(f"fragment {fragment_id[:40]!r}")

    def parts_of(self, fragment_id: str) -> Sequence[Fragment]:
        """The living fragments just below, in order."""
        return [fragment_of(row) for row in self._read(queries.parts_of(fragment_id))]

    def path_to(self, fragment_id: str) -> Sequence[Fragment]:
        """The fragments from the root to this one, itself included; none when it is unknown."""
        return [fragment_of(row) for row in self._read(queries.path_to(fragment_id))]

    def nearest_living(self, fragment_id: str) -> Fragment | None:
        """The nearest fragment above this one that lives and has an address."""
        above = reversed(self.path_to(fragment_id)[:-1])
        living = (each for each in above if each.gone_at is None and each.locator is not None)
        return next(living, None)

    def at_address(self, service_id: str, address: str) -> Fragment | None:
        """The living fragment whose locator is this address, unless it was picked; of several a
        part before the root."""
        for row in self._read(queries.at_address(service_id, address)):
            return fragment_of(row)
        return None

    def search(self, words: str, narrowing: Narrowing, limit: int) -> Sequence[Found]:
        """The best hits first; typo-tolerant, Dutch stems."""
        with self._engine.connect() as connection:
            ids = find(connection, words, narrowing, limit)
            rows = connection.execute(queries.with_materials(ids)).all() if ids else ()
            paths = queries.titles_above(connection, ids)
        found = {fragment.id: (material, fragment) for material, fragment in map(_both, rows)}
        return [Found(*found[each], paths[each]) for each in ids]

    def _plan(self, planner: Planner, publications: Iterable[Publication], plans: IO[bytes]) -> int:
        """Write down what each of the publications changes; how many there are."""
        keys: set[str] = set()
        for number, publication in enumerate(publications):
            if fault := _fault_of(publication.key, keys):
                raise ContentRefused([Fault(f"/materials/{number}/key", fault)])
            keys.add(publication.key)
            pickle.dump(planner.plan(publication), plans)
        return len(keys)

    @contextmanager
    def _publishing(self, service_id: str) -> Iterator[Publishing]:
        with self._engine.begin() as connection:
            _lock(connection)
            if not present(connection, SERVICES, [service_id]):
                raise RegistrationRefused(unknown(SERVICES, service_id))
            yield Publishing(Planner(connection, service_id, self._random), int(self._clock()))

    def _read(self, query: Select[Any]) -> Sequence[Sequence[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _both(row: Sequence[Any]) -> tuple[Material, Fragment]:
    return material_of(row[:_MATERIAL_WIDTH]), fragment_of(row[_MATERIAL_WIDTH:])


def _fault_of(key: str, earlier: Collection[str]) -> str | None:
    if key == PICKS:
        return "this key is kept for what teachers pick; give the material another"
    return "this material comes twice; give each a key of its own" if key in earlier else None


def _lock(connection: Connection) -> None:
    """Publications come one by one."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
