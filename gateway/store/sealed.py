"""Short-lived records that a reader of the store can neither use nor read."""

import hashlib
import logging
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from gateway.core.ports import Record, State

KEY_BYTES = 32
_NONCE_BYTES = 12
_NAME_BYTES = 16  # no two of 2^40 names are the same, with a chance of 1 in 2^49

_log = logging.getLogger(__name__)


class SealedState:
    """The port `State` over another: keys hashed but for their kind, values and members sealed.

    Keys look like `kind:secret`. Who reads the store can not use what he finds: the secret is
    stored as its keyed BLAKE2b alone (RFC 7693), a value by AES-256-GCM bound to that and the kind
    (NIST SP 800-38D). The kind comes last, so that what belongs to one flow or session lies
    together, which he does learn: SQLite takes a fifth less for a login.
    A set must know a member that it has, so members are sealed by AES-SIV, where the same
    member of the same set gives the same text (RFC 5297).
    """

    def __init__(self, state: State, key: bytes) -> None:
        """`key` has 32 bytes; the three that are used are derived from it (RFC 5869)."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key of {KEY_BYTES} bytes is needed")
        derived = HKDFExpand(SHA256(), 32 + 32 + 64, b"ketenpoort short-lived state").derive(key)
        self._state = state
        self._naming_key = derived[:32]
        self._values = AESGCM(derived[32:64])
        self._members = AESSIV(derived[64:])

    def put(self, key: str, value: bytes, lifetime: int) -> None:
        self._state.put(*self._sealed(key, value, lifetime))

    def put_all(self, records: Sequence[Record]) -> None:
        self._state.put_all([self._sealed(*record) for record in records])

    def put_once(self, keys: Sequence[str], records: Sequence[Record], lifetime: int) -> bool:
        sealed = [self._sealed(*record) for record in records]
        return self._state.put_once([self._name(key) for key in keys], sealed, lifetime)

    def get(self, key: str) -> bytes | None:
        name = self._name(key)
        return self._open(name, self._state.get(name))

    def take(self, key: str) -> bytes | None:
        name = self._name(key)
        return self._open(name, self._state.take(name))

    def once(self, keys: Sequence[str], lifetime: int) -> bool:
        return self._state.once([self._name(key) for key in keys], lifetime)

    def add(self, key: str, member: str, lifetime: int) -> None:
        name = self._name(key)
        sealed = self._members.encrypt(member.encode(), [name.encode()])
        self._state.add(name, urlsafe_b64encode(sealed).decode(), lifetime)

    def members(self, key: str) -> frozenset[str]:
        name = self._name(key)
        opened = (self._open_member(name, member) for member in self._state.members(name))
        return frozenset(member for member in opened if member is not None)

    def remove(self, key: str) -> None:
        self._state.remove(self._name(key))

    def _sealed(self, key: str, value: bytes, lifetime: int) -> Record:
        name, nonce = self._name(key), os.urandom(_NONCE_BYTES)
        return name, nonce + self._values.encrypt(nonce, value, name.encode()), lifetime

    def _name(self, key: str) -> str:
        kind, _, secret = key.partition(":")
        text = secret.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(text, digest_size=_NAME_BYTES, key=self._naming_key)
        return f"{digest.hexdigest()}:{kind}"

    def _open(self, name: str, sealed: bytes | None) -> bytes | None:
        if sealed is None:
            return None
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._values.decrypt(nonce, text, name.encode())
        except (InvalidTag, ValueError):
            _report(name)
            return None

    def _open_member(self, name: str, sealed: str) -> str | None:
        try:
            text = urlsafe_b64decode(sealed)
            return self._members.decrypt(text, [name.encode()]).decode()
        except (InvalidTag, ValueError):
            _report(name)
            return None


def _report(name: str) -> None:
    kind = name.rpartition(":")[2]
    _log.warning("a stored value of the kind %s does not open and counts as absent", kind)
