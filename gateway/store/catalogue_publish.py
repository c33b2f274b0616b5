"""Takes over what a service publishes, in one transaction of the caller."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import bindparam, func, insert, select, update

from gateway.core.materials import PICKS, Disappeared, Fragment, PublishReport
from gateway.store.catalogue_moves import move_links
from gateway.store.catalogue_plan import Plan, Planner, fragments_of
from gateway.store.material_rows import fragment_row, material_of, material_row
from gateway.store.search_entries import batches, change_entries, remove_entries, run_many
from gateway.store.tables import fragments, links, materials


@dataclass(slots=True)
class Publishing:
    """A publication under way: no other one changes the catalogue meanwhile."""

    planner: Planner
    now: int
    _keys: set[str] = field(default_factory=set)
    _new: set[str] = field(default_factory=set)
    _added: int = 0
    _changed: int = 0
    _kept: int = 0
    _disappeared: list[Fragment] = field(default_factory=list)

    def take(self, plan: Plan) -> None:
        """Carry out a plan, or one made anew when its material was changed meanwhile."""
        self._keys.add(plan.material.key)
        if self.planner.revision(plan.material.key) != plan.revision:
            plan = self.planner.plan(plan.publication)
        self._added += len(plan.added)
        self._new.update(each.key for each in plan.added)
        self._changed += len(plan.changed)
        self._kept += plan.kept
        if not plan.is_empty:
            self.carry_out(plan)

    def carry_out(self, plan: Plan) -> None:
        """Those that are added come before those that changed, which may have gone below them."""
        connection = self.planner.connection
        row = {**material_row(plan.material), "revision": (plan.revision or 0) + 1}
        if plan.revision is None:
            connection.execute(insert(materials).values(row))
        else:
            change = update(materials).where(materials.c.id == plan.material.id)
            connection.execute(change.values(**row, gone_at=None))
        run_many(connection, insert(fragments), map(fragment_row, plan.added))
        change = update(fragments).where(fragments.c.id == bindparam("changed_id"))
        rows = ({**fragment_row(each), "changed_id": each.id} for each in plan.changed)
        run_many(connection, change, rows)
        self._let_go(plan.gone)
        change_entries(connection, plan.entries)

    def withdraw_others(self) -> None:
        """What was not taken over is gone, but for what teachers picked."""
        connection = self.planner.connection
        query = select(materials).where(
            materials.c.service_id == self.planner.service_id, materials.c.gone_at.is_(None)
        )
        for row in connection.execute(query).all():
            material = material_of(tuple(row))
            if material.key not in {PICKS, *self._keys}:
                kept = fragments_of(connection, material.id).values()
                self._let_go([fragment for fragment in kept if fragment.gone_at is None])
                gone = update(materials).where(materials.c.id == material.id)
                connection.execute(gone.values(gone_at=self.now, revision=row.revision + 1))

    def report(self) -> PublishReport:
        """Once all is taken over and gone: only then is it known which links go on elsewhere."""
        connection, service_id = self.planner.connection, self.planner.service_id
        moved = move_links(connection, service_id, self._new) if self._new else ()
        links_to = self._links_to([fragment.id for fragment in self._disappeared])
        return PublishReport(
            materials=len(self._keys),
            added=self._added,
            changed=self._changed,
            kept=self._kept,
            disappeared=tuple(
                Disappeared(fragment, links_to.get(fragment.id, 0))
                for fragment in self._disappeared
            ),
            moved=moved,
        )

    def _let_go(self, gone: Iterable[Fragment]) -> None:
        for batch in batches(gone):
            ids = [fragment.id for fragment in batch]
            change = update(fragments).where(fragments.c.id.in_(ids))
            self.planner.connection.execute(change.values(gone_at=self.now))
            remove_entries(self.planner.connection, ids)
            self._disappeared += (replace(fragment, gone_at=self.now) for fragment in batch)

    def _links_to(self, fragment_ids: list[str]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for batch in batches(fragment_ids):
            query = select(links.c.fragment_id, func.count()).group_by(links.c.fragment_id)
            query = query.where(links.c.fragment_id.in_(batch))
            rows = self.planner.connection.execute(query)
            counts.update((row[0], row[1]) for row in rows)
        return counts
