"""Staff, their passkeys and invitations, and the administrators of schools."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from gateway.core.staff import Invitation, Passkey, Role, Staff
from gateway.store.changes import changing
from gateway.store.tables import invitations, passkeys, school_admins, staff
from gateway.store.upsert import write_over


class StaffStore:
    """The port `StaffBook`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._name = write_over(school_admins, engine)

    def find(self, staff_id: str) -> Staff | None:
        query = select(staff).where(staff.c.id == staff_id, staff.c.removed_at.is_(None))
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return _staff(row) if row else None

    def of(self, supplier_id: str | None) -> Sequence[Staff]:
        query = select(staff).where(
            staff.c.supplier_id.is_not_distinct_from(supplier_id), staff.c.removed_at.is_(None)
        )
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(staff.c.created_at, staff.c.id))
            return [_staff(row) for row in found]

    def leave(self, staff_id: str, now: int) -> None:
        with changing(self._engine) as change:
            gone = update(staff).where(staff.c.id == staff_id).values(removed_at=now)
            change.connection.execute(gone)
            change.connection.execute(delete(passkeys).where(passkeys.c.staff_id == staff_id))

    def invite(self, digest: str, invitation: Invitation) -> None:
        with changing(self._engine) as change:
            row = {**asdict(invitation), "digest": digest}
            change.connection.execute(insert(invitations).values(row))

    def invitation(self, digest: str, now: int) -> Invitation | None:
        query = select(invitations).where(
            invitations.c.digest == digest,
            invitations.c.expires_at > now,
            invitations.c.used_at.is_(None),
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Invitation(Role(row.role), row.name, row.party, row.expires_at, row.staff_id)

    def join(self, digest: str, new: Staff, passkey: Passkey, now: int) -> bool:
        with changing(self._engine) as change:
            if not _use(change.connection, digest, now):
                return False
            known = select(staff.c.id).where(staff.c.id == new.id)
            if change.connection.execute(known).scalar() is None:
                change.connection.execute(insert(staff).values(asdict(new)))
            change.connection.execute(insert(passkeys).values(asdict(passkey)))
            return True

    def add_key(self, passkey: Passkey) -> None:
        with changing(self._engine) as change:
            change.connection.execute(insert(passkeys).values(asdict(passkey)))

    def keys_of(self, staff_id: str) -> Sequence[Passkey]:
        query = select(passkeys).where(passkeys.c.staff_id == staff_id)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(passkeys.c.created_at, passkeys.c.id))
            return [Passkey(**row) for row in found.mappings()]

    def key(self, key_id: str) -> Passkey | None:
        with self._engine.connect() as connection:
            found = connection.execute(select(passkeys).where(passkeys.c.id == key_id))
            row = found.mappings().one_or_none()
        return Passkey(**row) if row else None

    def key_used(self, key_id: str, sign_count: int, day: str) -> None:
        query = update(passkeys).where(passkeys.c.id == key_id)
        with self._engine.begin() as connection:
            connection.execute(query.values(sign_count=sign_count, last_used=day))

    def remove_key(self, staff_id: str, key_id: str) -> None:
        query = delete(passkeys).where(passkeys.c.id == key_id, passkeys.c.staff_id == staff_id)
        with changing(self._engine) as change:
            change.connection.execute(query)

    def name_administrator(self, digest: str, brin: str, person: str, now: int) -> bool:
        invitation = self.invitation(digest, now)
        if invitation is None or invitation.party != brin:
            return False
        with changing(self._engine) as change:
            if not _use(change.connection, digest, now):
                return False
            row = {"brin": brin, "person": person, "name": invitation.name, "named_at": now}
            change.connection.execute(self._name, row)
            return True

    def is_administrator(self, brin: str, person: str) -> bool:
        query = select(school_admins.c.named_at).where(
            school_admins.c.brin == brin, school_admins.c.person == person
        )
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() is not None

    def administrators(self, brin: str) -> Sequence[tuple[str, str, int]]:
        row = school_admins.c
        query = select(row.person, row.name, row.named_at).where(row.brin == brin)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(row.named_at, row.person))
            return [(person, name, at) for person, name, at in found]

    def dismiss_administrator(self, brin: str, person: str) -> None:
        query = delete(school_admins).where(
            school_admins.c.brin == brin, school_admins.c.person == person
        )
        with changing(self._engine) as change:
            change.connection.execute(query)


def _use(connection: Connection, digest: str, now: int) -> bool:
    """Of two that use an invitation at once, one does."""
    row = invitations.c
    query = update(invitations).where(
        row.digest == digest, row.used_at.is_(None), row.expires_at > now
    )
    return connection.execute(query.values(used_at=now)).rowcount == 1


def _staff(row: Row[Any]) -> Staff:
    return Staff(row.id, Role(row.role), row.name, row.supplier_id, row.created_at)
