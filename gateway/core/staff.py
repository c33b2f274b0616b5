"""Who works at the consoles without a school: staff of suppliers and of the operator.

They sign in with passkeys; the first one comes by a one-time invitation. An invitation of a
school names an administrator, who signs in at the school.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

INVITATION_SECONDS = 7 * 24 * 3600


class Role(StrEnum):
    """What somebody may do. An owner also says who else works for the supplier."""

    OPERATOR = "operator"
    OWNER = "owner"
    DEVELOPER = "developer"
    ADMINISTRATOR = "administrator"


OF_SUPPLIER = frozenset({Role.OWNER, Role.DEVELOPER})


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff; `supplier_id` is None for the operator's. `name` is for the audit log."""

    id: str
    role: Role
    name: str
    supplier_id: str | None
    created_at: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """A WebAuthn credential; `id` in base64url, `last_used` a day (yyyy-mm-dd)."""

    id: str
    staff_id: str
    public_key: bytes = field(repr=False)
    sign_count: int
    name: str
    created_at: int
    last_used: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """`party` is a supplier's id or a school's BRIN, as the role says; `staff_id` names who is
    there already and gets a further key."""

    role: Role
    name: str
    party: str | None
    expires_at: int
    staff_id: str | None = None


def invitation_digest(token: str) -> str:
    """What is kept of an invitation: 32 random bytes can not be found from it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
