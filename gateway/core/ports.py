"""The contracts between the rooms. Each has a suite in `tests/contracts`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from gateway.core.grades import LineItem, Score, Wanted
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
    Flow,
    Grants,
    Identity,
    Json,
    Link,
    Place,
    Release,
    School,
    Service,
    Supplier,
    SupplierRequest,
)
from gateway.core.tiles import Tile
from gateway.errors import GatewayError


class Clock(Protocol):
    """Seconds since the epoch."""

    def __call__(self) -> float: ...


class Random(Protocol):
    """A fresh unguessable text of URL-safe characters that carries `size` random bytes."""

    def __call__(self, size: int = ..., /) -> str: ...


class Locale(Protocol):
    """The language of our pages for the person whose request is answered now (BCP 47)."""

    def __call__(self) -> str: ...


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

    def of_school(self, school: Brin) -> Sequence[Whereabouts]:
        """The links that teachers of a school made, the newest first."""

    def shown_to(self, school: Brin, groups: frozenset[str], now: float) -> Sequence[Whereabouts]:
        """The links of today: living, made for these groups or the whole school."""

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


class Licences(Protocol):
    """For which class groups a school has a material; where it named none, for all who may use
    the service."""

    def groups(self, brin: str, material_id: str) -> frozenset[str]:
        """Those of one material, in one read."""

    def of_school(self, brin: str) -> Mapping[str, frozenset[str]]:
        """All of a school, by material."""


class Fetch(Protocol):
    """Outgoing HTTP that can not be pointed at our own network; raises FetchRefused."""

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        """The body at an address, asked for with a bearer token when one is given."""

    def post_form(
        self, address: str, fields: Mapping[str, str], credentials: tuple[str, str]
    ) -> bytes:
        """Post a form with HTTP Basic credentials; the body of the answer, 200 or not."""

    def notify(self, address: str, fields: Mapping[str, str], seconds: float) -> int:
        """Post a form to who need not answer; the status, within some seconds."""


class Sealer(Protocol):
    """Keeps a party's secret unreadable in the database."""

    def seal(self, text: str) -> str: ...

    def unseal(self, sealed: str) -> str:
        """Raises ConfigurationError when it was sealed under another key."""


class SessionNames(Protocol):
    """The name of a session towards a service: always the same there, another elsewhere."""

    def towards(self, service_id: str, index: str) -> str: ...

    def read(self, service_id: str, name: str) -> str | None:
        """The index that a service's name stands for; None when it is not that service's."""


class Audit(Protocol):
    """Writes down what happened: tags and ids, never a person's values."""

    def __call__(self, event: str, **facts: str | int | Sequence[str]) -> None: ...


# What a protocol hands to the web to send


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the browser on. Status 303 after a POST, else 302."""

    address: str
    status: int = 302


@dataclass(frozen=True, slots=True)
class AutoPost:
    """A page whose form goes to another party at once, or by its button. `framed`: it is shown
    in a page of our own."""

    action: str
    fields: Mapping[str, str] = field(repr=False)
    framed: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A page of ours around a page of another party, which may move between `origins`; `window`
    is our address that shows it without ours."""

    title: str
    address: str
    window: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A body for another program: JSON, metadata."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begin:
    """A checked request of a service: a login may begin.

    `school` is the school that the request names, if it does. `framed`: it came from another
    party inside a page of ours, so without our cookies. `languages`: tags of those that the
    person reads, as the service says, the most wanted first.
    """

    request: SupplierRequest
    school: Brin | None = None
    framed: bool = False
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with a flow, by a GET of our own. `answer` is the digest of the school's answer:
    only the browser that brought it knows it."""

    flow_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class EndSession:
    """A service ends the session named by `session_index`; `reply` says so to it, and whether
    nothing is left open elsewhere."""

    service: Service
    session_index: str | None
    reply: "Callable[[bool], Redirect | AutoPost] | None"


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that has ended, as one service knows it; whether by its own hand."""

    session_name: str
    pseudonym: str = field(repr=False)
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """What we post to a service that is to know that a session has ended."""

    address: str
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FramedNotice:
    """What the browser opens in a frame, so that a service forgets its own cookie there."""

    address: str


Notice = PostedNotice | FramedNotice
Reply = Redirect | AutoPost | Document | Frame
Outcome = Reply | Begin | Resume | EndSession


class HttpRequest(Protocol):
    """What a protocol reads of a request; Flask's request is one."""

    method: str

    @property
    def query_string(self) -> bytes: ...
    @property
    def args(self) -> "MultiDict": ...
    @property
    def form(self) -> "MultiDict": ...
    @property
    def headers(self) -> "Headers": ...
    @property
    def view_args(self) -> Mapping[str, str] | None:
        """The variables of the route's path."""

    def get_data(self) -> bytes:
        """The body, which is not a form."""


class Headers(Protocol):
    def get(self, key: str, /) -> str | None: ...


class MultiDict(Protocol):
    def getlist(self, key: str) -> list[str]: ...
    def keys(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Route:
    """An address of a protocol. A path may hold variables, `/items/<item>`: one step each."""

    path: str
    methods: tuple[str, ...]
    handle: Callable[[HttpRequest], Outcome]


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes to log in, and what proves that the answer is to this."""

    reply: Redirect
    proof: Json


class SchoolProtocol(Protocol):
    """A way to ask a school who somebody is."""

    def routes(self) -> Sequence[Route]: ...

    def begin(self, connection: Connection, school: School, flow: Flow) -> Departure:
        """Ask. Only the flow's id travels; raises SchoolUnreachable."""


class SupplierProtocol(Protocol):
    """A way to tell a service who somebody is."""

    def routes(self) -> Sequence[Route]: ...

    def answer(self, service: Service, payload: Json, release: Release) -> Reply:
        """Answer a request of the service."""

    def refuse(self, service: Service, payload: Json, error: GatewayError) -> Reply | None:
        """Tell the service that there is no answer; None when a page of ours says it better."""

    def launch(self, service: Service, place: Place, release: Release) -> Reply:
        """Bring the person to a place at the service."""


@runtime_checkable
class TellsOfLogout(Protocol):
    """A supplier protocol that can tell a service that a session has ended."""

    def notices(self, service: Service, ended: Ended) -> Sequence[Notice]:
        """How this service is told; none when it registered no way."""


class Journeys(Protocol):
    """The flows under way, for a school's adapter."""

    def asked(self, flow_id: str) -> tuple[Flow, "Json"] | None:
        """The flow and the proof of its question; None when the flow has ended. Raises FlowLost,
        UnexpectedAnswer."""

    def is_answered(self, flow_id: str, answer_digest: str) -> bool:
        """Whether the flow, under way or ended a moment ago, took this very answer."""

    def identified(self, flow: Flow, identity: Identity, answer_digest: str) -> None:
        """The school's answer passed every check."""

    def identified_once(
        self,
        flow: Flow,
        identity: Identity,
        answer_digest: str,
        ids: Sequence[str],
        lifetime: int,
    ) -> bool:
        """By an answer whose ids are accepted once in `lifetime` seconds; False when one of them
        was seen before."""


class Signer(Protocol):
    """An active signing key. `certificate` is base64 DER; the algorithms name themselves."""

    @property
    def kid(self) -> str: ...
    @property
    def certificate(self) -> str: ...
    @property
    def xml_algorithm(self) -> str: ...

    def sign_xml(self, data: bytes) -> bytes:
        """A signature value in the form of XML Signature (RSA PKCS#1 v1.5; EC as r||s)."""

    def sign_jwt(self, claims: "Json", headers: Mapping[str, str] | None = None) -> str:
        """A signed JWT with our `kid` in its header."""


Jwk = Mapping[str, Any]
JwkSet = Mapping[str, list[Jwk]]


class Keyring(Protocol):
    """Our signing keys. Reads files again when they changed; no file read on a login."""

    def signer(self, algorithm: str = "RS256") -> Signer:
        """The active key for RS256 or ES256."""

    def certificates(self) -> Sequence[str]:
        """The RSA certificates to publish: active first, then next (base64 DER)."""

    def jwks(self) -> "JwkSet":
        """The public keys to publish: active, next, and retired ones that may still be met."""

    def decryption_keys(self) -> "Sequence[DecryptionKey]":
        """The keys that schools may have encrypted for."""


class DecryptionKey(Protocol):
    """A private key for a library that takes keys as text."""

    @property
    def kid(self) -> str: ...

    def private_pem(self) -> bytes: ...
