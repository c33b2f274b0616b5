"""Challenges for passkeys: random, for one answer, tied to the form that asked."""

import secrets
from dataclasses import dataclass

from gateway.core.ports import State
from gateway.errors import PasskeyRefused

_SECONDS = 600
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Challenges:
    """The form carries the name of its challenge, and a token that ties it to the browser."""

    state: State

    def new(self) -> tuple[str, bytes]:
        name, challenge = secrets.token_urlsafe(16), secrets.token_bytes(_BYTES)
        self.state.put(_key(name), challenge, _SECONDS)
        return name, challenge

    def take(self, name: str) -> bytes:
        """Raises PasskeyRefused for one that was used, is too old or never was."""
        challenge = self.state.take(_key(name))
        if challenge is None:
            raise PasskeyRefused("no such challenge, or used before")
        return challenge


def _key(name: str) -> str:
    return f"passkey:{name}"
