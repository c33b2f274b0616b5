"""Sessions at the gateway: who is signed in on a device, and which services were told.

Found by the secret in the browser's cookie or, when a service ends it, by its index; neither
can be made from the other. Services know the index under names of their own
(`ports.SessionNames`), so that two of them can not compare.
"""

from dataclasses import dataclass, field

from gateway.core import records
from gateway.core.model import Identity, Session
from gateway.core.ports import Clock, Random, State

_TOLD_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class SessionStore:
    """`lifetime` in seconds from the login at the school; a session is never prolonged."""

    state: State
    clock: Clock
    random: Random
    lifetime: int
    _told: dict[tuple[str, str], None] = field(default_factory=dict)

    def begin(self, identity: Identity) -> tuple[str, Session]:
        """A new session under a new secret: (secret for the cookie, session)."""
        secret, index = self.random(), self.random()
        session = Session(index, identity, int(self.clock()) + self.lifetime)
        self.state.put(f"session:{secret}", records.encode_session(session), self.lifetime)
        self.state.put(f"index:{index}", secret.encode(), self.lifetime)
        return secret, session

    def find(self, secret: str) -> Session | None:
        data = self.state.get(f"session:{secret}")
        return records.decode_session(data) if data else None

    def told(self, session: Session, service_id: str) -> None:
        """Remember that a service has heard of this session; written down once a worker."""
        if (session.index, service_id) in self._told:
            return
        self.state.add(f"told:{session.index}", service_id, self.lifetime)
        if len(self._told) >= _TOLD_LIMIT:
            self._told.clear()
        self._told[session.index, service_id] = None

    def services(self, session: Session) -> frozenset[str]:
        """The services that may have a session of their own."""
        return self.state.members(f"told:{session.index}")

    def end(self, secret: str) -> Session | None:
        """End a session; the session that it was."""
        data = self.state.take(f"session:{secret}")
        if not data:
            return None
        session = records.decode_session(data)
        self.state.remove(f"index:{session.index}")
        return session

    def secret_of(self, index: str) -> str | None:
        """The secret of the session with this index."""
        data = self.state.get(f"index:{index}")
        return data.decode() if data else None
