"""How a supplier describes a service to us: by metadata, by settings, by registering itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.core.expiry import Expiry
from gateway.core.findings import Finding
from gateway.core.model import Connection, Service, Supplier


@dataclass(frozen=True, slots=True)
class Reading:
    """What a description came to. No service: it can not be used, and a finding says why."""

    service: Service | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that we know of a service from its description; pages have a word for `name`."""

    name: str
    values: tuple[str, ...]


class Registrar(Protocol):
    """Makes and changes services, none of which it keeps: all that it makes waits for approval."""

    def of_metadata(self, document: bytes, supplier_id: str, profile: str) -> Reading:
        """A SAML service of its metadata."""

    def with_metadata(self, service: Service, document: bytes) -> Reading:
        """The service with its metadata of today, such as with the keys of a rollover."""

    def of_openid(
        self, asked: Mapping[str, object], supplier_id: str
    ) -> tuple[Service, str | None]:
        """An OpenID client of its metadata (RFC 7591 §2), and its secret if it has one. Raises
        RegistrationRefused."""

    def with_openid(self, service: Service, asked: Mapping[str, object]) -> Service:
        """The client with other metadata, its secret and keys as they were unless it brings
        others. Raises RegistrationRefused."""

    def openid_metadata(self, service: Service) -> Mapping[str, object]:
        """What `with_openid` reads, as it is now."""

    def with_new_secret(self, service: Service, *, keep_old: bool) -> tuple[Service, str]:
        """The client with another secret; the old one serves for some days, or no longer."""

    def tool_address(self, supplier_id: str, registration_address: str) -> str:
        """Where a tool registers itself for the supplier, once (LTI Dynamic Registration §3.3)."""

    def facts(self, service: Service) -> Sequence[Fact]:
        """What we read of it."""

    def expiries(self, service: Service) -> Sequence[Expiry]:
        """What of it ends some day."""


class SchoolDescriptions(Protocol):
    """How a school describes its login to us anew."""

    def renewed(self, connection: Connection, document: bytes) -> Connection:
        """The connection with its SAML metadata of today. Raises RegistrationRefused: also for
        another login, and without a key that signs now."""


class Checks(Protocol):
    """Tries whether a service works with us, and refuses what it must."""

    def run(self, service: Service, supplier: Supplier, target: str) -> Iterator[Finding]:
        """One finding after another, within a minute or so; `target` is a page of the service
        that asks a login."""
