"""Authorization codes and access tokens: opaque, short-lived, in the store; codes once only."""

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
        code = self.random(32)
        record = [
            grant.client_id,
            grant.redirect_uri,
            grant.nonce,
            grant.challenge,
            grant.scope,
            release_out(grant.release),
        ]
        self.state.put(f"code:{code}", _dump(record), self.code_seconds)
        return code

    def redeem_code(self, code: str) -> CodeGrant | None:
        """What the code stood for; it is gone then."""
        data = self.state.take(f"code:{code}")
        if data is None:
            return None
        client_id, redirect_uri, nonce, challenge, scope, release = json.loads(data)
        return CodeGrant(client_id, redirect_uri, nonce, challenge, scope, release_in(release))

    def issue_token(self, release: Release) -> str:
        token = self.random(32)
        self.state.put(f"access:{token}", _dump(release_out(release)), self.token_seconds)
        return token

    def of_token(self, token: str) -> Release | None:
        data = self.state.get(f"access:{token}")
        return release_in(json.loads(data)) if data else None


def _dump(record: list[Any]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()
