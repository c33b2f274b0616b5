"""Our keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.core.model import (
    Json,
)


class Signer(Protocol):
    """An active signing key. `certificate` is base64 DER; the algorithms name themselves."""

    @property
    def kid(self) -> str: ...
    @property
    def certificate(self) -> str: ...
    @property
    def xml_algorithm(self) -> str: ...

    def sign_xml(self, data: bytes) -> bytes:
        """A signature value in the form of XML Signature (RSA PKCS#1 v1.5; EC as r||s)."""

    def sign_jwt(self, claims: "Json", headers: Mapping[str, str] | None = None) -> str:
        """A signed JWT with our `kid` in its header."""


Jwk = Mapping[str, Any]
JwkSet = Mapping[str, list[Jwk]]


@dataclass(frozen=True, slots=True)
class KeyOverview:
    """One of our signing keys as its owner looks at it; `until` is a day."""

    kid: str
    algorithm: str
    state: str
    until: str


class Keyring(Protocol):
    """Our signing keys. Reads files again when they changed; no file read on a login."""

    def signer(self, algorithm: str = "RS256") -> Signer:
        """The active key for RS256 or ES256."""

    def certificates(self) -> Sequence[str]:
        """The RSA certificates to publish: active first, then next (base64 DER)."""

    def jwks(self) -> "JwkSet":
        """The public keys to publish: active, next, and retired ones that may still be met."""

    def overview(self) -> Sequence[KeyOverview]:
        """All keys, for the operator."""

    def decryption_keys(self) -> "Sequence[DecryptionKey]":
        """The keys that schools may have encrypted for."""


class DecryptionKey(Protocol):
    """A private key for a library that takes keys as text."""

    @property
    def kid(self) -> str: ...

    def private_pem(self) -> bytes: ...
