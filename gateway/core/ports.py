"""The contracts between the rooms. Each has a suite in `tests/contracts`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.core.materials import (
    Found,
    Fragment,
    Material,
    Narrowing,
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
from gateway.errors import GatewayError


class Clock(Protocol):
    """Seconds since the epoch."""

    def __call__(self) -> float: ...


class Random(Protocol):
    """A fresh unguessable text of URL-safe characters that carries `size` random bytes."""

    def __call__(self, size: int = ..., /) -> str: ...


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

    def put_once(self, key: str, records: Sequence[Record], lifetime: int) -> bool:
        """Keep several values and remember the key for `lifetime`, as `once` does, in one round
        trip; True when it was not remembered before. The values are kept either way."""

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

    def uses(self, codes: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Uses a day, by code."""


class Catalogue(Protocol):
    """Materials and their fragments."""

    def publish(
        self, service_id: str, publications: Iterable[Publication], *, whole: bool
    ) -> PublishReport:
        """Take over publications in one transaction; `whole`: what is not among them is gone.
        They were checked by `core.publishing`."""

    def materials_of(self, service_ids: Iterable[str]) -> Sequence[Material]:
        """The living materials of services, by title."""

    def material(self, material_id: str) -> Material:
        """Raises UnknownMaterial."""

    def fragment(self, fragment_id: str) -> tuple[Material, Fragment]:
        """Also one that is gone; raises UnknownMaterial."""

    def parts_of(self, fragment_id: str) -> Sequence[Fragment]:
        """The living fragments just below, in order."""

    def path_to(self, fragment_id: str) -> Sequence[Fragment]:
        """The fragments from the root to this one, itself included."""

    def at_address(self, service_id: str, address: str) -> Fragment | None:
        """The living fragment whose locator is this address."""

    def search(self, words: str, narrowing: Narrowing, limit: int) -> Sequence[Found]:
        """The best hits first; typo-tolerant, Dutch stems."""


class Fetch(Protocol):
    """Outgoing HTTP that can not be pointed at our own network; raises FetchRefused."""

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        """The body at an address, asked for with a bearer token when one is given."""

    def post_form(
        self, address: str, fields: Mapping[str, str], credentials: tuple[str, str]
    ) -> bytes:
        """Post a form with HTTP Basic credentials; the body of the answer, 200 or not."""


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
    """A page whose form goes to another party at once, or by its button."""

    action: str
    fields: Mapping[str, str] = field(repr=False)


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

    `school` is the school that the request names, if it does.
    """

    request: SupplierRequest
    school: Brin | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with a flow, by a GET of our own. `answer` is the digest of the school's answer:
    only the browser that brought it knows it."""

    flow_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class EndSession:
    """A service ends the session named by `session_index`; `reply` says so to it."""

    service: Service
    session_index: str | None
    reply: Callable[[bool], Redirect] | None


Reply = Redirect | AutoPost | Document
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


class Headers(Protocol):
    def get(self, key: str, /) -> str | None: ...


class MultiDict(Protocol):
    def getlist(self, key: str) -> list[str]: ...
    def keys(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Route:
    """An address of a protocol."""

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


class Journeys(Protocol):
    """The flows under way, for a school's adapter."""

    def asked(self, flow_id: str) -> tuple[Flow, "Json"]:
        """The flow and the proof of its question; raises FlowLost, UnexpectedAnswer."""

    def identified(self, flow: Flow, identity: Identity, answer_digest: str) -> None:
        """The school's answer passed every check."""


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
