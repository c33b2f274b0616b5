"""The ways to ask a school who somebody is, and to tell a service."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from gateway.core.model import (
    Connection,
    Flow,
    Identity,
    Json,
    Place,
    Release,
    School,
    Service,
)
from gateway.core.ports.replies import Ended, Notice, Outcome, Redirect, Reply
from gateway.core.ports.store import Record
from gateway.errors import GatewayError


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


Keep = Callable[[Sequence[Record]], None]
"""Takes records that are to be in the store when a reply goes out."""


class SupplierProtocol(Protocol):
    """A way to tell a service who somebody is."""

    def routes(self) -> Sequence[Route]: ...

    def answer(self, service: Service, payload: Json, release: Release, keep: Keep) -> Reply:
        """Answer a request of the service; `keep` takes what must be stored for the answer."""

    def refuse(self, service: Service, payload: Json, error: GatewayError) -> Reply | None:
        """Tell the service that there is no answer; None when a page of ours says it better."""

    def launch(self, service: Service, place: Place, release: Release) -> Reply:
        """Bring the person to a place at the service."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A message as a service would read it: decoded, decrypted, indented. `kind`: xml or json."""

    name: str
    kind: str
    text: str = field(repr=False)


@runtime_checkable
class Shows(Protocol):
    """A supplier protocol that shows beforehand what it would send."""

    def samples(self, service: Service, release: Release) -> Sequence[Sample]:
        """Made as the messages themselves are; nothing is sent or kept."""


class Fault(StrEnum):
    """What is wrong with an answer that a service must refuse."""

    SIGNATURE = "wrong signature"
    UNSIGNED = "unsigned"
    EXPIRED = "expired"
    AUDIENCE = "wrong audience"
    RECIPIENT = "wrong recipient"
    REQUEST = "wrong InResponseTo"
    ISSUER = "wrong issuer"
    NONCE = "wrong nonce"
    DEPLOYMENT = "wrong deployment"


@runtime_checkable
class Errs(Protocol):
    """A supplier protocol that answers wrongly on purpose, to try whether a service sees it."""

    @property
    def faults(self) -> Sequence[Fault]: ...

    def wrong_answer(
        self, service: Service, payload: Json, release: Release, fault: Fault
    ) -> Reply:
        """As `answer`, of somebody of the test school alone, with one thing wrong."""


class ExpectedScore(Protocol):
    """A place in a tool's gradebook for the score of one person."""

    @property
    def earlier(self) -> bool:
        """Whether the tool had scored the person before."""

    def has_come(self) -> bool: ...

    def close(self) -> None:
        """The place is there no longer."""


@runtime_checkable
class LeadsToTools(Protocol):
    """A supplier protocol whose services are tools: people are launched there, teachers pick
    there, and they score pupils (LTI Advantage)."""

    def open(self, service: Service, place: Place, release: Release) -> Redirect:
        """As `launch`, outside any frame."""

    def pick(self, service: Service, release: Release) -> Redirect | None:
        """To where a teacher picks; None: the tool registered no such place."""

    def picked(self, payload: Json) -> Sequence[str] | None:
        """The titles of what a tool's request brought back; None: it is a request of another
        kind."""

    def expect_score(
        self, service: Service, place: Place, release: Release
    ) -> ExpectedScore | None:
        """Before a pupil is launched at the place; None: the tool gives no scores."""


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
