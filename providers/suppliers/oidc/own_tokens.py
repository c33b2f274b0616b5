"""ID tokens of ours that come back as a hint (OpenID Connect Core §3.1.2.1, RP-Initiated Logout
§2): what we signed for one client about one person, also when it has expired."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from gateway.core.ports import Keyring

_REQUIRED = ("iss", "sub", "aud", "sid", "auth_time")  # no other token of ours has them all
_TEXTS = ("sub", "aud", "sid")


@dataclass(frozen=True, slots=True)
class OwnTokens:
    keyring: Keyring
    issuer: str

    def read(self, token: str) -> Mapping[str, Any] | None:
        """The claims of an ID token of ours; None for anything else."""
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            row = next((row for row in self.keyring.jwks()["keys"] if row["kid"] == kid), None)
            if row is None:
                return None
            claims: dict[str, Any] = jwt.decode(
                token,
                jwt.PyJWK(dict(row)).key,
                algorithms=[row["alg"]],
                issuer=self.issuer,
                options={"verify_exp": False, "verify_aud": False, "require": list(_REQUIRED)},
            )
        except (jwt.PyJWTError, RecursionError):
            return None
        return claims if all(isinstance(claims[name], str) for name in _TEXTS) else None
