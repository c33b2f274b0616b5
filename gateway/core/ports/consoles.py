"""What the consoles read and write; each write is one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from gateway.core.acts import ChainedAct
from gateway.core.findings import Report
from gateway.core.model import Affiliation, Connection, Grants, School, Service, Supplier
from gateway.core.ports.feeds import FeedBook
from gateway.core.staff import Invitation, Passkey, Staff

V = TypeVar("V")


class Register(Protocol[V]):
    """The kept values of one noun; a running gateway sees a change within a second."""

    def add(self, value: V) -> None:
        """Raises RegistrationRefused when it is there already or names what is not."""

    def replace(self, value: V) -> None:
        """Raises RegistrationRefused when there is none to change."""

    def find(self, key: str) -> V:
        """Raises RegistrationRefused when there is none."""

    def all(self) -> Sequence[V]: ...

    def remove(self, key: str) -> None:
        """Raises RegistrationRefused when there is none or when others need it."""


class GrantBook(Protocol):
    """What schools decided; each change raises RegistrationRefused when the school or the
    service is unknown."""

    def of_school(self, brin: str) -> Mapping[str, Grants]: ...

    def decide(self, brin: str, service_id: str, grants: Grants) -> None:
        """In place of all that the school decided before about the service."""

    def allow(
        self, brin: str, service_id: str, roles: frozenset[Affiliation], groups: frozenset[str]
    ) -> None: ...


class StaffBook(Protocol):
    """Staff, their passkeys and invitations, and the administrators of schools."""

    def find(self, staff_id: str) -> Staff | None:
        """None when there is none, or who is no longer there."""

    def of(self, supplier_id: str | None) -> Sequence[Staff]:
        """The staff of a supplier, or the operator's own."""

    def leave(self, staff_id: str, now: int) -> None:
        """With all keys, at once."""

    def invite(self, digest: str, invitation: Invitation) -> None: ...

    def invitation(self, digest: str, now: int) -> Invitation | None:
        """One that was neither used nor has expired."""

    def join(self, digest: str, staff: Staff, passkey: Passkey, now: int) -> bool:
        """Use an invitation: a new member of staff, or a further key. False when it is used."""

    def add_key(self, passkey: Passkey) -> None: ...

    def keys_of(self, staff_id: str) -> Sequence[Passkey]: ...

    def key(self, key_id: str) -> Passkey | None: ...

    def key_used(self, key_id: str, sign_count: int, day: str) -> None: ...

    def remove_key(self, staff_id: str, key_id: str) -> None: ...

    def name_administrator(self, digest: str, brin: str, person: str, now: int) -> bool:
        """Use an invitation of a school; False when it is used or of another."""

    def is_administrator(self, brin: str, person: str) -> bool: ...

    def administrators(self, brin: str) -> Sequence[tuple[str, str, int]]:
        """Person, name, and when named, the first one first."""

    def dismiss_administrator(self, brin: str, person: str) -> None: ...


class ActBook(Protocol):
    """The record of what was done in the consoles."""

    def recording(
        self, actor: str, act: str, of: str, before: object, after: object
    ) -> AbstractContextManager[None]:
        """Do what is inside and record it, both or neither: writes of registers, grants and
        staff inside are part of the same transaction."""

    def find(self, words: str, before: int | None, limit: int) -> Sequence[ChainedAct]:
        """The latest first, those before a number; `words` stand in actor, act or object."""

    def all(self) -> Iterator[ChainedAct]:
        """From the first on."""


class ReportBook(Protocol):
    """Reports of integration checks."""

    def add(self, report: Report) -> None: ...

    def find(self, report_id: str) -> Report | None: ...

    def of(self, service_id: str) -> Sequence[Report]:
        """The latest first."""


class Books(Protocol):
    """All of them."""

    @property
    def suppliers(self) -> Register[Supplier]: ...
    @property
    def services(self) -> Register[Service]: ...
    @property
    def connections(self) -> Register[Connection]: ...
    @property
    def schools(self) -> Register[School]: ...
    @property
    def grants(self) -> GrantBook: ...
    @property
    def staff(self) -> StaffBook: ...
    @property
    def acts(self) -> ActBook: ...
    @property
    def reports(self) -> ReportBook: ...
    @property
    def feeds(self) -> FeedBook: ...
