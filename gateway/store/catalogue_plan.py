"""What taking over a publication changes, found out without a lock.

A plan holds as long as the material still has the revision that it was made from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, select

from gateway.core.materials import PICKS, Fragment, Material, Publication, PublishedFragment
from gateway.core.ports import Random
from gateway.store.material_rows import fragment_of, material_of
from gateway.store.search_entries import EntryChanges, plan_entries
from gateway.store.tables import fragments, materials

ROOT_KEY = ""
_ROOT_KIND = "material"
_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """`revision` is None for a material that was not there."""

    publication: Publication
    revision: int | None
    material: Material
    is_changed: bool
    added: tuple[Fragment, ...]
    changed: tuple[Fragment, ...]
    gone: tuple[Fragment, ...]
    kept: int
    entries: EntryChanges

    @property
    def is_empty(self) -> bool:
        """Whether everything is as published already."""
        return not (self.is_changed or self.added or self.changed or self.gone or self.entries)


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans for one service."""

    connection: Connection
    service_id: str
    random: Random

    def plan(self, publication: Publication) -> Plan:
        """A plan to make the material what the publication says."""
        plan = self._begin(publication)
        old = fragments_of(self.connection, plan.material.id)
        new = self._placed(plan.material, publication, old)
        gone = [old[key] for key in old.keys() - new.keys() if old[key].gone_at is None]
        return self._finish(plan, new, old, new.values(), gone)

    def plan_more(self, publication: Publication) -> Plan:
        """A plan to add those fragments that the material does not have yet."""
        plan = self._begin(publication)
        old = fragments_of(self.connection, plan.material.id)
        living = {key: fragment for key, fragment in old.items() if fragment.gone_at is None}
        new = {
            key: replace(fragment, position=fragment.position + len(old))
            for key, fragment in self._placed(plan.material, publication, old).items()
            if key not in living
        }
        return self._finish(plan, new, old, _parents_first({**living, **new}.values()), [])

    def revision(self, key: str) -> int | None:
        """That of a material as it is now."""
        row = self.connection.execute(self._material_with(key)).one_or_none()
        return None if row is None else int(row.revision)

    def _begin(self, publication: Publication) -> Plan:
        """The revision is read first, so that a plan from before and after a change is none."""
        row = self.connection.execute(self._material_with(publication.key)).one_or_none()
        if row is None:
            material = self._material(publication, self._new_id("mat"), self._new_id("frg"))
            revision, is_changed = None, True
        else:
            material = self._material(publication, row.id, row.root_id)
            is_changed = row.gone_at is not None or material != material_of(tuple(row))
            revision = row.revision
        return Plan(publication, revision, material, is_changed, (), (), (), 0, EntryChanges())

    def _finish(
        self,
        plan: Plan,
        new: dict[str, Fragment],
        old: dict[str, Fragment],
        living: Iterable[Fragment],
        gone: list[Fragment],
    ) -> Plan:
        added = tuple(fragment for key, fragment in new.items() if key not in old)
        changed = tuple(each for key, each in new.items() if old.get(key, each) != each)
        return replace(
            plan,
            added=added,
            changed=changed,
            gone=tuple(gone),
            kept=len(new) - len(added) - len(changed),
            entries=self._entries(plan.material, living),
        )

    def _entries(self, material: Material, living: Iterable[Fragment]) -> EntryChanges:
        """The search finds nothing of what was picked."""
        if material.key == PICKS:
            return EntryChanges()
        return plan_entries(self.connection, material, living)

    def _placed(
        self, material: Material, publication: Publication, old: dict[str, Fragment]
    ) -> dict[str, Fragment]:
        """The fragments as they will be kept, by their keys, each after the one above it."""
        root = PublishedFragment(
            ROOT_KEY,
            publication.title,
            _ROOT_KIND,
            publication.access_link,
            objectives=publication.objectives,
            parts=publication.parts,
        )
        new: dict[str, Fragment] = {}
        for part, parent_key, position in _walk(root):
            if parent_key is None:
                fragment_id, parent_id, above = material.root_id, None, None
            else:
                fragment_id = old[part.key].id if part.key in old else self._new_id("frg")
                parent_id, above = new[parent_key].id, new[parent_key].product
            new[part.key] = Fragment(
                id=fragment_id,
                material_id=material.id,
                service_id=self.service_id,
                parent_id=parent_id,
                position=position,
                key=part.key,
                title=part.title,
                kind=part.kind,
                locator=part.locator,
                activity_type=part.activity_type,
                objectives=part.objectives,
                custom=part.custom,
                product=part.product or above,
            )
        return new

    def _material(self, publication: Publication, material_id: str, root_id: str) -> Material:
        return Material(
            id=material_id,
            service_id=self.service_id,
            key=publication.key,
            title=publication.title,
            root_id=root_id,
            isbn=publication.isbn,
            product=publication.product,
            description=publication.description,
            subjects=publication.subjects,
            levels=publication.levels,
            years=publication.years,
            languages=publication.languages,
            cover=publication.cover,
        )

    def _material_with(self, key: str) -> Select[Any]:
        return select(materials).where(
            materials.c.service_id == self.service_id, materials.c.key == key
        )

    def _new_id(self, kind: str) -> str:
        return f"{kind}-{self.random(_ID_BYTES)}"


def fragments_of(connection: Connection, material_id: str) -> dict[str, Fragment]:
    """By their keys, those that are gone too."""
    query = select(fragments).where(fragments.c.material_id == material_id)
    rows = connection.execute(query.order_by(fragments.c.position)).all()
    return {found.key: found for found in (fragment_of(tuple(row)) for row in rows)}


def _walk(
    part: PublishedFragment, parent_key: str | None = None, position: int = 0
) -> Iterator[tuple[PublishedFragment, str | None, int]]:
    """A fragment and all below it, with the key of the one above and the place among its own."""
    yield part, parent_key, position
    for number, each in enumerate(part.parts):
        yield from _walk(each, part.key, number)


def _parents_first(fragments: Iterable[Fragment]) -> Iterator[Fragment]:
    """From the root down, level by level."""
    below = defaultdict[str | None, list[Fragment]](list)
    for fragment in fragments:
        below[fragment.parent_id].append(fragment)
    level = below[None]
    while level:
        yield from level
        level = [each for above in level for each in below[above.id]]
