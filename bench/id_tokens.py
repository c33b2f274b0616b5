import base64
import json

import jwt

from bench.errors import LoginError


class IdTokens:
    """Reads the gateway's ID tokens as the client that they are for."""

    def __init__(self, jwks: dict[str, object], client_id: str) -> None:
        self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(jwks).keys}
        self._client_id = client_id

    def claims(self, token: str, *, signature: bool) -> dict[str, object]:
        return self._verified(token) if signature else _unverified(token)

    def _verified(self, token: str) -> dict[str, object]:
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            return jwt.decode(token, key, ["RS256"], audience=self._client_id)
        except (jwt.PyJWTError, KeyError) as error:
            raise LoginError(f"the id_token does not verify: {error!r}") from error


def _unverified(token: str) -> dict[str, object]:
    payload = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return claims
