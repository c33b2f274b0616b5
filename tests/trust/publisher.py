"""A school that publishes its keys, and tokens that it signed."""

import json
from dataclasses import dataclass, field
from typing import Any

import jwt

from gateway.trust.jose import RemoteKeys, verify_token
from gateway.trust.keyring import SigningKey
from tests.trust.invented_keys import NOW, signer

ISSUER, AUDIENCE, SKEW = "https://school.test", "poort", 180
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "leerling-1",
    "iat": NOW,
    "exp": NOW + 600,
}


@dataclass(slots=True)
class Publisher:
    """Publishes a key set; counts how often it was fetched."""

    body: bytes
    now: float = NOW
    fetched: list[str] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        self.fetched.append(address)
        return self.body

    def post_form(self, address: str, fields: object, credentials: object) -> bytes:
        raise AssertionError("keys are not posted for")

    def publish(self, *rows: object) -> None:
        self.body = json.dumps({"keys": rows}).encode()


RSA, EC, NEXT = signer(), signer(algorithm="ES256"), signer("two")


def remote(school: Publisher) -> RemoteKeys:
    return RemoteKeys(f"{ISSUER}/jwks", school, school)


def check(token: str, keys: RemoteKeys) -> dict[str, Any]:
    return verify_token(token, keys, issuer=ISSUER, audience=AUDIENCE, skew=SKEW)


def signed(by: SigningKey = RSA, **claims: Any) -> str:
    """A good token with some claims changed; those that are `...` are left out."""
    merged = {name: value for name, value in (CLAIMS | claims).items() if value is not ...}
    return jwt.encode(merged, by.private, by.algorithm, headers={"kid": by.kid})
