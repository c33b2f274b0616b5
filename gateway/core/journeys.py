"""The flows under way, in the short-lived store: loaded, asked, identified, ended.

One key a flow. A flow that ended leaves a tombstone under the same key, so that Back,
a bookmark or a second click finds its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.core import records
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
from gateway.errors import FlowLost, UnexpectedAnswer


@dataclass(frozen=True, slots=True)
class FlowStore:
    """Implements ports.Journeys. `tombstone_lifetime` in seconds."""

    state: State
    clock: Clock
    tombstone_lifetime: int

    def save(self, flow: Flow) -> None:
        """Keep a flow. One that knows a person is gone when it expires; another is a tombstone."""
        lifetime = max(flow.expires_at - int(self.clock()), 1)
        if flow.identity is None:
            lifetime += self.tombstone_lifetime
        self.state.put(_key(flow.id), records.encode_flow(flow), lifetime)

    def find(self, flow_id: str) -> Flow | Tombstone | None:
        data = self.state.get(_key(flow_id))
        journey = records.decode_journey(data) if data else None
        if isinstance(journey, Flow) and journey.expires_at <= self.clock():
            return tombstone_of(journey)
        return journey

    def asked(self, flow_id: str) -> tuple[Flow, Json]:
        """The flow and the proof of its question; raises FlowLost, UnexpectedAnswer."""
        flow = self.find(flow_id)
        if not isinstance(flow, Flow):
            raise FlowLost(
                "an answer to a flow that has ended", f"/flow/{flow_id}" if flow else None
            )
        question = flow.question
        if question is None:
            raise UnexpectedAnswer("the flow asked no school")
        return flow, question.proof

    def ask(self, flow: Flow, question: Question) -> Flow:
        asked = replace(flow, question=question, identity=None, answer_digest=None)
        self.save(asked)
        return asked

    def identified(self, flow: Flow, identity: Identity, answer_digest: str) -> None:
        self.save(replace(flow, identity=identity, answer_digest=answer_digest))

    def end(self, flow: Flow, beside: Sequence[Record] = ()) -> bool:
        """Put a tombstone in the place of the flow, for its one answer, and keep what else is to
        be kept; False when another request just did."""
        stone = records.encode_tombstone(tombstone_of(flow))
        lifetime = self.tombstone_lifetime
        kept = [(_key(flow.id), stone, lifetime), *beside]
        return self.state.put_once(f"ended:{flow.id}", kept, lifetime)


def tombstone_of(flow: Flow) -> Tombstone:
    """What remains of a flow."""
    match flow.beginning:
        case SupplierRequest(service_id=service_id):
            return Tombstone(service_id, None)
        case LinkRequest(service_id=service_id, code=code):
            return Tombstone(service_id, f"/d/{code}")
        case PageRequest(path=path):
            return Tombstone(None, path)


def _key(flow_id: str) -> str:
    return f"flow:{flow_id}"
