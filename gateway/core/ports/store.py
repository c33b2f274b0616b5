"""What is kept, for a short while or for good. Each has a suite in `tests/contracts`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.core.disclosures import Disclosure, Whose
from gateway.core.feeds import Feed
from gateway.core.grades import LineItem, Score, Wanted
from gateway.core.logins import LoginCount
from gateway.core.materials import (
    Found,
    Fragment,
    Material,
    Narrowing,
    Overview,
    Publication,
    PublishReport,
)
from gateway.core.model import (
    Brin,
    Connection,
    Grants,
    Link,
    School,
    Service,
    Supplier,
)
from gateway.core.tiles import Tile

Record = tuple[str, bytes, int]
"""A key, its value and its lifetime in seconds."""


class State(Protocol):
    """Short-lived records, shared by all workers. Lifetimes are in seconds, one at the least.

    Each of the methods is one step for all workers together: of two that `take` the same key
    one gets it; of two that call `once` with the same key one is told True.
    """

    def put(self, key: str, value: bytes, lifetime: int) -> None:
        """Keep a value, in place of an earlier one."""

    def put_all(self, records: Sequence[Record]) -> None:
        """Keep several values in one round trip."""

    def put_once(self, keys: Sequence[str], records: Sequence[Record], lifetime: int) -> bool:
        """Remember the keys for `lifetime`, as `once` does, and when none was remembered before
        keep the values. True when they are kept."""

    def get(self, key: str) -> bytes | None:
        """Read a value that has not expired."""

    def take(self, key: str) -> bytes | None:
        """Read a value and remove it, in one step."""

    def once(self, keys: Sequence[str], lifetime: int) -> bool:
        """Remember the keys; True when none of them was remembered before. A refused call
        remembers its new keys all the same."""

    def add(self, key: str, member: str, lifetime: int) -> None:
        """Add a member to a set; the whole set lives at least the lifetime."""

    def members(self, key: str) -> frozenset[str]:
        """The members of a set; none when it has expired."""

    def remove(self, key: str) -> None:
        """Remove a value or a set."""


class Registry(Protocol):
    """Who takes part, in memory: no query on the path of a login."""

    def school(self, brin: str) -> School:
        """Raises UnknownSchool."""

    def schools(self) -> Sequence[School]:
        """All schools; the same object until one changes."""

    def schools_of(self, connection_id: str) -> Sequence[School]:
        """The schools that a connection may sign for."""

    def schools_at(self, institution: Brin) -> Sequence[School]:
        """Those of a BRIN of 4 characters: itself and its branches, as they are registered."""

    def connection(self, connection_id: str) -> Connection:
        """Raises UnknownSchool."""

    def connection_named(self, protocol: str, identifier: str) -> Connection:
        """By entityID or issuer; raises UnknownSchool."""

    def supplier(self, supplier_id: str) -> Supplier:
        """Raises UnknownService."""

    def service(self, service_id: str) -> Service:
        """Raises UnknownService."""

    def services(self) -> Iterable[Service]:
        """All services."""

    def service_named(self, protocol: str, identifier: str) -> Service:
        """By entityID or client_id; raises UnknownService."""

    def grants(self, brin: Brin, service_id: str) -> Grants:
        """What the school decided; nothing granted when it did not."""


class Renewals(Protocol):
    """Metadata by address, read again when a signature failed or somebody asks."""

    def renewed(self, connection: Connection) -> Connection | None:
        """The connection by its metadata of this moment, kept from now on; None when that is
        not another one, or was looked at a moment ago."""

    def at_once(self, feed: Feed) -> Feed | None:
        """The feed after its address was read at somebody's wish; None while another process
        reads it, or too many wait for others already."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A link and what it leads to now: the fragment with its material, when it holds one.

    `nearest` is the nearest living fragment with an address above one that is gone.
    """

    link: Link
    fragment: Fragment | None = None
    material: Material | None = None
    nearest: Fragment | None = None


class Links(Protocol):
    """Deep links, looked up one at a time."""

    def find(self, code: str) -> Whereabouts:
        """One read where the fragment lives; raises UnknownLink."""

    def add(self, link: Link) -> None:
        """Raises RegistrationRefused when the code is taken or the service unknown."""

    def replace(self, link: Link) -> None:
        """Write a changed link; raises RegistrationRefused when there is none."""

    def made_by(self, school: Brin, maker: str) -> Sequence[Whereabouts]:
        """The links of one teacher, the newest first."""

    def of_school(self, school: Brin, page: range) -> Sequence[Whereabouts]:
        """A page of the links that were made at a school, the newest first."""

    def makers(self, school: Brin) -> Sequence[str]:
        """The teachers who made links at a school."""

    def hand_over(self, school: Brin, maker: str, to: str) -> int:
        """Give all links of one teacher of a school to another; how many they were."""

    def shown_to(
        self,
        school: Brin,
        groups: frozenset[str],
        services: Collection[str],
        withheld: Collection[str],
        now: float,
    ) -> Sequence[Whereabouts]:
        """The links of today into some services, without those into the materials `withheld`:
        living, made for these groups, then for the whole school; the latest first."""

    def count_use(self, code: str, day: str) -> None:
        """One more use on a day (yyyy-mm-dd); counts only, no persons."""

    def uses(self, codes: Sequence[str], since: str = ...) -> Mapping[str, Mapping[str, int]]:
        """Uses a day, by code, from a day on."""


class Catalogue(Protocol):
    """Materials and their fragments."""

    def publish(
        self, service_id: str, publications: Iterable[Publication], *, whole: bool
    ) -> PublishReport:
        """Take over publications in one transaction; `whole`: what is not among them is gone.
        They were checked by `core.publishing`. Raises RegistrationRefused for an unknown
        service, ContentRefused for a material that comes twice."""

    def add(self, service_id: str, publication: Publication) -> Mapping[str, str]:
        """Add the fragments of a publication to its material; what is there already stays. The
        ids of its fragments, by their keys."""

    def materials_of(self, service_ids: Iterable[str]) -> Sequence[Material]:
        """The living materials of services, by title; picks are listed nowhere."""

    def overview(self, narrowing: Narrowing, page: range) -> Overview:
        """A page of the materials of services, read without the others."""

    def material(self, material_id: str) -> Material:
        """Raises UnknownMaterial, also for one that is gone and for picks."""

    def fragment(self, fragment_id: str) -> tuple[Material, Fragment]:
        """Also one that is gone; raises UnknownMaterial."""

    def parts_of(self, fragment_id: str) -> Sequence[Fragment]:
        """The living fragments just below, in order."""

    def path_to(self, fragment_id: str) -> Sequence[Fragment]:
        """The fragments from the root to this one, itself included; none when it is unknown."""

    def nearest_living(self, fragment_id: str) -> Fragment | None:
        """The nearest fragment above this one that lives and has an address."""

    def at_address(self, service_id: str, address: str) -> Fragment | None:
        """The living fragment whose locator is this address, unless it was picked."""

    def search(self, words: str, narrowing: Narrowing, limit: int) -> Sequence[Found]:
        """The best hits first; typo-tolerant, Dutch stems."""


class Published(Protocol):
    """What a service published, as it gave it."""

    def of(self, service_id: str) -> Iterator[Publication]:
        """The living materials of a service with all their parts, by key."""


class ServiceBook(Protocol):
    """Services as they are kept; a running gateway sees a new one within a second."""

    def add(self, value: Service) -> None:
        """Raises RegistrationRefused when it is there already or its supplier is unknown."""

    def find(self, key: str) -> Service:
        """Raises RegistrationRefused when there is none."""

    def replace(self, value: Service) -> None:
        """Raises RegistrationRefused when there is none to change."""

    def remove(self, key: str) -> None:
        """With its materials, links, grades and what schools granted it; raises
        RegistrationRefused when there is none."""


class Gradebook(Protocol):
    """What tools scored (LTI AGS 2.0). Each tool has its own at each school, which is named as
    the tool knows it."""

    def items(
        self, service_id: str, school: str, wanted: Wanted, after: str, limit: int
    ) -> Sequence[LineItem]:
        """Line items in the order of their ids, those behind the id `after`."""

    def item(self, service_id: str, school: str, item_id: str) -> LineItem | None:
        """One line item, when it is this tool's at this school."""

    def only_item(self, service_id: str, school: str, place_id: str) -> str | None:
        """The id of a place's line item when it has exactly one. One read."""

    def count(self, service_id: str, school: str) -> int:
        """How many line items there are."""

    def add(self, item: LineItem) -> None: ...

    def replace(self, item: LineItem) -> bool:
        """Write a changed line item; False when there is none."""

    def remove(self, service_id: str, school: str, item_id: str) -> bool:
        """Remove a line item with its scores; False when there is none."""

    def put_score(self, item_id: str, score: Score) -> bool:
        """Keep a score in place of an earlier one; False when that is not earlier, or when the
        line item is gone."""

    def results(
        self, item_id: str, after: str, limit: int, person: str | None = None
    ) -> Sequence[Score]:
        """The final scores in the order of their persons, those behind the person `after`."""

    def has_score(self, service_id: str, school: str, person: str) -> bool:
        """Whether a person has been scored in any line item."""


class Shelf(Protocol):
    """What people opened and marked on the start page; forgotten when untouched for a year.

    `person` is the gateway's own pseudonym, `tile` the id of a material or a service.
    """

    def tiles(
        self, person: str, service_ids: Collection[str], withheld: Collection[str], page: range
    ) -> Sequence[Tile]:
        """The materials of services, and the services that published none; without the materials
        `withheld`. Favourites first, then last used first, then by title."""

    def used(self, person: str, tile: str) -> None:
        """The person opens a tile now."""

    def mark(self, person: str, tile: str, *, favourite: bool) -> None:
        """Make a tile a favourite, or no longer."""

    def forget(self, person: str) -> None:
        """Forget all of a person."""


class Ledger(Protocol):
    """What is written beside a login, a second later: how many went how, and what was told of
    whom. Nobody waits for it."""

    def count(self, school: str, service_id: str, outcome: str) -> None:
        """One more login; `outcome` is an error's code, empty when all went well."""

    def disclosed(self, whose: Whose, disclosure: Disclosure) -> None: ...

    def of_person(self, whose: Whose) -> Sequence[Disclosure]: ...

    def forget(self, whose: Whose) -> None:
        """Forget all that was recorded of a person."""

    def logins(self, since: int) -> Sequence[LoginCount]:
        """From an hour on (seconds since the epoch)."""


class Licences(Protocol):
    """For which class groups a school has a material; where it named none, for all who may use
    the service."""

    def groups(self, brin: str, material_id: str) -> frozenset[str]:
        """Those of one material, in one read."""

    def of_school(self, brin: str) -> Mapping[str, frozenset[str]]:
        """All of a school, by material."""

    def replace(self, brin: str, groups: Mapping[str, frozenset[str]]) -> None:
        """In place of all of a school; raises RegistrationRefused."""
