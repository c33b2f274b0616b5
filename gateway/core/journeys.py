"""The flows under way, in the short-lived store: loaded, asked, identified, ended.

One key a flow. A flow that ended leaves a tombstone under the same key, so that Back,
a bookmark or a second click finds its way.
"""

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gateway.core.model import (
    Flow,
    Identity,
    Json,
    LinkRequest,
    PageRequest,
    Question,
    SupplierRequest,
    Tombstone,
)
from gateway.core.ports import Clock, Record, State
from gateway.core.records import Records
from gateway.errors import FlowLost, SchoolError, UnexpectedAnswer

_SECOND_CLICK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class FlowStore:
    """Implements ports.Journeys. `tombstone_lifetime` in seconds."""

    state: State
    records: Records
    clock: Clock
    tombstone_lifetime: int

    def save(self, flow: Flow) -> None:
        self.state.put(*self._record(flow))

    def _record(self, flow: Flow) -> Record:
        """One that knows a person is gone when it expires; another is a tombstone then."""
        lifetime = max(flow.expires_at - int(self.clock()), 1)
        if flow.identity is None:
            lifetime += self.tombstone_lifetime
        return _key(flow.id), self.records.encode_flow(flow), lifetime

    def find(self, flow_id: str) -> Flow | Tombstone | None:
        data = self.state.get(_key(flow_id))
        journey = self.records.decode_journey(data) if data else None
        if isinstance(journey, Flow) and journey.expires_at <= self.clock():
            return tombstone_of(journey)
        return journey

    def asked(self, flow_id: str) -> tuple[Flow, Json] | None:
        """The flow and the proof of its question; None when the flow has ended, of which its own
        page knows what to do. Raises FlowLost, UnexpectedAnswer."""
        flow = self.find(flow_id)
        if flow is None:
            raise FlowLost("an answer to no flow")
        if isinstance(flow, Tombstone):
            return None
        if flow.question is None:
            raise UnexpectedAnswer("the flow asked no school", _way_back(flow))
        return flow, flow.question.proof

    def ask(self, flow: Flow, question: Question) -> Flow:
        asked = replace(flow, question=question, identity=None, answer_digest=None)
        self.save(asked)
        return asked

    def identified(self, flow: Flow, identity: Identity, answer_digest: str) -> None:
        self.save(replace(flow, identity=identity, answer_digest=answer_digest))

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
        known = replace(flow, identity=identity, answer_digest=answer_digest)
        return self.state.put_once([f"seen:{i}" for i in ids], [self._record(known)], lifetime)

    def is_first(self, ids: Sequence[str], lifetime: int) -> bool:
        """Whether none of an unasked answer's ids was accepted before, here or to a question."""
        return self.state.once([f"seen:{i}" for i in ids], lifetime)

    def is_answered(self, flow_id: str, answer_digest: str) -> bool:
        """Whether the flow, under way or ended a moment ago, took this very answer."""
        flow = self.find(flow_id)
        if isinstance(flow, Tombstone):
            return self.answered(flow_id, answer_digest) is not None
        return flow is not None and flow.answer_digest == answer_digest

    def answered(self, flow_id: str, answer_digest: str) -> tuple[Flow, str] | None:
        """A flow that ended a moment ago with this answer, without its person, and the index of
        the session that it ended in."""
        data = self.state.get(_answered_key(flow_id))
        if data is None:
            return None
        index, _, kept = data.partition(b"\n")
        flow = self.records.decode_journey(kept)
        assert isinstance(flow, Flow)
        assert flow.answer_digest is not None
        same = hmac.compare_digest(flow.answer_digest.encode(), answer_digest.encode())
        return (flow, index.decode()) if same else None

    def end(
        self, flow: Flow, beside: Sequence[Record] = (), session_index: str | None = None
    ) -> bool:
        """Put a tombstone in the place of the flow, for its one answer, and keep what else is to
        be kept; False when another request just did."""
        lifetime = self.tombstone_lifetime
        stone = self.records.encode_tombstone(tombstone_of(flow))
        kept = [(_key(flow.id), stone, lifetime), *beside]
        if session_index and flow.answer_digest:
            kept.append(self._for_second_click(flow, session_index))
        return self.state.put_once([f"ended:{flow.id}"], kept, lifetime)

    def _for_second_click(self, flow: Flow, session_index: str) -> Record:
        """What lets the same answer arrive twice, for as long as somebody impatient may wait."""
        kept = self.records.encode_flow(replace(flow, question=None, identity=None))
        value = session_index.encode() + b"\n" + kept
        return _answered_key(flow.id), value, _SECOND_CLICK_SECONDS


@contextmanager
def leading_back(flow: Flow) -> Iterator[None]:
    """A school that fails or errs leaves the login as it was: the error says where that is."""
    try:
        yield
    except SchoolError as error:
        error.restart = _way_back(flow)
        error.school = flow.school or ""
        error.service_id = tombstone_of(flow).service_id or ""
        raise


def _way_back(flow: Flow) -> str:
    return f"/school?flow={flow.id}"


def tombstone_of(flow: Flow) -> Tombstone:
    """What remains of a flow."""
    match flow.beginning:
        case SupplierRequest(service_id=service_id, payload=payload):
            relay = payload.get("relay")
            return Tombstone(service_id, None, relay if isinstance(relay, str) else None)
        case LinkRequest(service_id=service_id) as link:
            return Tombstone(service_id, path_of(link))
        case PageRequest(path=path):
            return Tombstone(None, path)


def path_of(link: LinkRequest) -> str:
    """Where a person follows it again: the link, or what the tile of the start page opens."""
    if link.code is not None:
        return f"/d/{link.code}"
    return f"/open/{link.place.id}" if link.material_id else f"/open/service/{link.service_id}"


def _key(flow_id: str) -> str:
    return f"flow:{flow_id}"


def _answered_key(flow_id: str) -> str:
    return f"answered:{flow_id}"
