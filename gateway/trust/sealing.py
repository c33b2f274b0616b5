"""Small secrets sealed under keys derived from the state key: one purpose, one key."""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.errors import ConfigurationError
from gateway.trust import base64url

_NONCE_BYTES = 12


def subkey(key: bytes, purpose: str, length: int = 32) -> bytes:
    """A key for one purpose (RFC 5869)."""
    return HKDF(hashes.SHA256(), length, None, f"ketenpoort {purpose}".encode()).derive(key)


class SecretSealer:
    """Implements ports.Sealer: AES-256-GCM, for the secrets of parties in the database."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(subkey(key, "party secrets"))

    def seal(self, text: str) -> str:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), None)
        return base64.b64encode(sealed).decode()

    def unseal(self, sealed: str) -> str:
        try:
            data = base64.b64decode(sealed, validate=True)
            plain = self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], None)
        except (binascii.Error, InvalidTag, ValueError) as error:
            raise ConfigurationError(
                "a party's secret was sealed under another state key"
            ) from error
        return plain.decode()


class SessionIndexes:
    """Implements ports.SessionNames: AES-SIV (RFC 5297) with the service as associated data."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(subkey(key, "session indexes", 64))

    def towards(self, service_id: str, index: str) -> str:
        sealed = self._cipher.encrypt(index.encode(), [service_id.encode()])
        return "_" + base64url.encode(sealed)

    def read(self, service_id: str, name: str) -> str | None:
        try:
            sealed = base64url.decode(name.removeprefix("_"))
            return self._cipher.decrypt(sealed, [service_id.encode()]).decode()
        except (binascii.Error, InvalidTag, ValueError):
            return None
