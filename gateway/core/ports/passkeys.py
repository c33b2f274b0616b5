"""Passkeys: what is asked of a device and what it proved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.core.staff import Passkey, Staff


@dataclass(frozen=True, slots=True)
class NewKey:
    """A credential that was just made: its id in base64url, its public key in COSE form."""

    id: str
    public_key: bytes = field(repr=False)
    sign_count: int


class Passkeys(Protocol):
    """WebAuthn Level 3 with user verification. A challenge serves once."""

    def to_register(self, staff: Staff, known: Sequence[Passkey], challenge: bytes) -> str:
        """The options for `navigator.credentials.create`, as JSON."""

    def registered(self, credential: str, challenge: bytes) -> NewKey:
        """What the device answered (§7.1); raises PasskeyRefused."""

    def to_sign_in(self, challenge: bytes) -> str:
        """The options for `navigator.credentials.get`: any key of this site will do."""

    def named(self, credential: str) -> str:
        """The id of the key that an answer says it is of: not proved yet. Raises
        PasskeyRefused."""

    def proved(self, credential: str, key: Passkey, challenge: bytes) -> int:
        """The key's new count, when it signed our challenge (§7.2); raises PasskeyRefused."""
