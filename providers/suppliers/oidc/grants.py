"""Authorization codes and access tokens: opaque, short-lived, in the store; codes once only."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from gateway.core.model import Release
from gateway.core.ports import Random, State
from gateway.core.records import release_in, release_out


@dataclass(frozen=True, slots=True)
class CodeGrant:
    """What a code stands for, as the client must prove it (RFC 6749 §4.1.3)."""

    client_id: str
    redirect_uri: str
    nonce: str | None
    challenge: str | None
    scope: str
    release: Release


@dataclass(frozen=True, slots=True)
class Grants:
    """Lifetimes in seconds."""

    state: State
    random: Random
    code_seconds: int
    token_seconds: int

    def issue_code(self, grant: CodeGrant) -> str:
        """A code, and the access token that it will give: made here, so that redeeming the code
        writes nothing and a code that is used twice can be followed to its token."""
        code, secret = self.random(32), self.random(32)
        release = release_out(grant.release)
        record = [
            grant.client_id,
            grant.redirect_uri,
            grant.nonce,
            grant.challenge,
            grant.scope,
            release,
            f"{_handle(code)}.{secret}",
        ]
        self.state.put_all(
            [
                (f"code:{code}", _dump(record), self.code_seconds),
                (
                    f"access:{_handle(code)}",
                    _dump([secret, release]),
                    self.code_seconds + self.token_seconds,
                ),
            ]
        )
        return code

    def redeem_code(self, code: str) -> tuple[CodeGrant, str] | None:
        """What the code stood for, and its access token; the code is gone then. A second use
        takes the token back (RFC 6749 §4.1.2)."""
        data = self.state.take(f"code:{code}")
        if data is None:
            self.state.remove(f"access:{_handle(code)}")
            return None
        client_id, redirect_uri, nonce, challenge, scope, release, token = json.loads(data)
        grant = CodeGrant(client_id, redirect_uri, nonce, challenge, scope, release_in(release))
        return grant, token

    def of_token(self, token: str) -> Release | None:
        handle, _, secret = token.partition(".")
        data = self.state.get(f"access:{handle}")
        kept, release = json.loads(data) if data else ("", [])
        return release_in(release) if data and hmac.compare_digest(kept, secret) else None


def _handle(code: str) -> str:
    """Finds a code's token, and tells nothing of the code."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]


def _dump(record: list[Any]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()
