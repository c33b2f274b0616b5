"""Sessions at the gateway: who is signed in on a device, and which services were told.

Found by the secret in the browser's cookie or, when a service ends it, by its index, from which
the secret can not be made. Services know the index under names of their own
(`ports.SessionNames`), so that two of them can not compare.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.core.model import Identity, Session
from gateway.core.ports import Clock, Random, Record, State
from gateway.core.records import Records

_TOLD_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class SessionStore:
    """`lifetime` in seconds from the login at the school; a session is never prolonged."""

    state: State
    records: Records
    clock: Clock
    random: Random
    lifetime: int
    _told: dict[tuple[str, str], None] = field(default_factory=dict)

    def begin(self, identity: Identity, service_id: str | None) -> tuple[str, Session]:
        """A new session under a new secret: (secret for the cookie, session). Not yet kept."""
        secret, expires_at = self.random(), int(self.clock()) + self.lifetime
        return secret, Session(_index(secret), identity, expires_at, service_id)

    def record(self, session: Session) -> Record:
        """What is to be kept of a new session."""
        return _key(session.index), self.records.encode_session(session), self.lifetime

    def at_school(self, session: Session) -> Sequence[Record]:
        """What is to be kept so that its school can end it; nothing where the school can not."""
        index, names = session.index.encode(), session.identity.school_sessions
        return [(_school_key(name), index, self.lifetime) for name in names]

    def end_by_school(self, name: str) -> Session | None:
        """End what a school calls a session (`named_by_school`); the session that it was."""
        index = self.state.take(_school_key(name))
        return self.end_named(index.decode()) if index else None

    def find(self, secret: str) -> Session | None:
        return self.named(_index(secret))

    def named(self, index: str) -> Session | None:
        data = self.state.get(_key(index))
        return self.records.decode_session(data) if data else None

    def told(self, session: Session, service_id: str) -> bool:
        """Remember that a service has heard of this session; whether that is new to this worker,
        for which it is written down once."""
        if (session.index, service_id) in self._told:
            return False
        if service_id != session.first_service:
            self.state.add(f"told:{session.index}", service_id, self.lifetime)
        if len(self._told) >= _TOLD_LIMIT:
            self._told.clear()
        self._told[session.index, service_id] = None
        return True

    def services(self, session: Session) -> frozenset[str]:
        """The services that may have a session of their own."""
        told = self.state.members(f"told:{session.index}")
        return told | {session.first_service} if session.first_service else told

    def is_of(self, session: Session, secret: str) -> bool:
        """Whether a browser's secret is that of the session."""
        return session.index == _index(secret)

    def end(self, secret: str) -> Session | None:
        """End a session; the session that it was."""
        return self.end_named(_index(secret))

    def end_named(self, index: str) -> Session | None:
        data = self.state.take(_key(index))
        return self.records.decode_session(data) if data else None


def named_by_school(connection_id: str, *words: str) -> str:
    """The name of a session by the words of its school, of which none is kept."""
    return hashlib.sha256(json.dumps([connection_id, *words]).encode()).hexdigest()


def _school_key(name: str) -> str:
    return f"at-school:{name}"


def _index(secret: str) -> str:
    """From the secret the index follows, from the index nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def _key(index: str) -> str:
    return f"session:{index}"
