"""What a protocol hands to the web to send, or to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from gateway.core.model import (
    Brin,
    Connection,
    Identity,
    Service,
    SupplierRequest,
)


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
    person reads, as the service says, the most wanted first. `reference`: what the browser
    brought for the request; it counts in the browser that brings it first, and in no other.
    """

    request: SupplierRequest
    school: Brin | None = None
    framed: bool = False
    languages: tuple[str, ...] = ()
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with a flow, by a GET of our own. `answer` is the digest of the school's answer:
    only the browser that brought it knows it."""

    flow_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A school sent somebody whom we did not ask for, to the deep link with this code; `answer`
    is the digest of what it sent."""

    identity: Identity
    code: str
    answer: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that has ended, as one service knows it; whether by its own hand. `farewell` is
    the id of the farewell to which its answer belongs."""

    session_name: str
    pseudonym: str = field(repr=False)
    by_itself: bool = False
    farewell: str = ""


class Ending(Enum):
    """How a logout that a service asked for has ended."""

    WHOLE = "whole"  # each service is known to have ended its own session, or there was none
    PARTIAL = "partial"
    REFUSED = "refused"  # nothing ended: not the session of the person that the service names


@dataclass(frozen=True, slots=True)
class EndSession:
    """A service ends the sessions that it names, or where it names none that of this browser;
    those alone of which `means` is true. `reply` tells it how that went."""

    service: Service
    session_names: tuple[str, ...]
    means: Callable[[Ended], bool]
    reply: Callable[[Ending], Redirect | AutoPost] | None


@dataclass(frozen=True, slots=True)
class EndAtSchool:
    """A school ends what it calls sessions (`core.sessions.named_by_school`); `reply` says to it
    whether nothing is left open elsewhere."""

    connection: Connection
    sessions: tuple[str, ...]
    reply: Callable[[bool], Redirect | AutoPost | Document | None]


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """What we post to a service that is to know that a session has ended."""

    address: str
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FramedNotice:
    """What the browser opens in a frame, so that a service forgets its own cookie there;
    `fields` are posted there, if there are. `answered`: the service then says how it went
    (`LogoutHeard`)."""

    address: str
    fields: Mapping[str, str] | None = field(default=None, repr=False)
    answered: bool = False


@dataclass(frozen=True, slots=True)
class LogoutHeard:
    """A service answered to what a farewell asked it; whether it ended all that it had."""

    service: Service
    farewell: str
    done: bool


Notice = PostedNotice | FramedNotice
Reply = Redirect | AutoPost | Document | Frame
Outcome = Reply | Begin | Resume | Arrived | EndSession | EndAtSchool | LogoutHeard
