"""Codes, access tokens and refresh tokens: opaque, short-lived, in the store; codes once only.

All that one code gave is found by one handle: its access token, and the family of its refresh
tokens, which ends with the session of the login (RFC 9700 §4.14). A family is written once and
never changed: the tokens of a family are numbered, and of each the store remembers that it was
used. So of two that use the same token one is told so, and nothing of a family that was ended
can come back.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

import orjson

from gateway.core.model import Release
from gateway.core.ports import Clock, Keep, Random, Record, State
from gateway.core.records import release_in, release_out
from gateway.trust import base64url

_REFRESH_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,9})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class CodeGrant:
    """What a code stands for, as the client must prove it (RFC 6749 §4.1.3). `fault`: the ID token
    is to be wrong in this, to try the client with somebody of the test school."""

    client_id: str
    redirect_uri: str
    nonce: str | None
    challenge: str | None
    scope: str
    release: Release
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What an access token stands for. `family`: of the refresh token that gave it, if one did."""

    release: Release
    scope: str
    expires_at: int
    family: str | None = None


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One token of a family: of a client, in a session by the client's name of it."""

    family: str
    number: int
    service_id: str
    session: str
    subject: str
    scope: str
    key: str


@dataclass(frozen=True, slots=True)
class Grants:
    """Lifetimes in seconds; refresh tokens live as long as a session can."""

    state: State
    random: Random
    clock: Clock
    code_seconds: int
    token_seconds: int
    session_seconds: int

    def issue_code(self, grant: CodeGrant, keep: Keep, *, refreshes: bool = False) -> str:
        """A code, and the tokens that it will give: made here, so that redeeming the code writes
        nothing and a code that is used twice can be followed to its tokens."""
        code, secret = self.random(32), self.random(32)
        handle = _handle(code)
        lifetime = self.code_seconds + self.token_seconds
        token = AccessToken(grant.release, grant.scope, int(self.clock()) + lifetime)
        beside: list[Record] = [(_access_key(handle), _token_out(secret, token), lifetime)]
        refresh_token = None
        if refreshes:
            first, record = self._new_family(handle, grant)
            beside.append(record)
            refresh_token = _refresh_text(first)
        record_of_code = orjson.dumps(
            [
                grant.client_id,
                grant.redirect_uri,
                grant.nonce,
                grant.challenge,
                grant.scope,
                release_out(grant.release),
                f"{handle}.{secret}",
                refresh_token,
                grant.fault,
            ]
        )
        keep([(_code_key(code), record_of_code, self.code_seconds), *beside])
        return code

    def redeem_code(self, code: str) -> tuple[CodeGrant, str, str | None] | None:
        """What the code stood for, its access token and, if it gives one, its refresh token; the
        code is gone then. A second use takes the tokens back (RFC 6749 §4.1.2)."""
        data = self.state.take(_code_key(code))
        if data is None:
            self.end_family(_handle(code))
            return None
        client_id, uri, nonce, challenge, scope, release, access, refresh, fault = orjson.loads(
            data
        )
        grant = CodeGrant(client_id, uri, nonce, challenge, scope, release_in(release), fault)
        return grant, access, refresh

    def access_token(self, token: str) -> AccessToken | None:
        """What an access token stands for; one that was refreshed dies with its family."""
        handle, _, secret = token.partition(".")
        data = self.state.get(_access_key(handle))
        if data is None:
            return None
        kept, release, scope, expires_at, family = orjson.loads(data)
        if not hmac.compare_digest(kept.encode(), secret.encode()):
            return None
        if family is not None and self.state.get(_family_key(family)) is None:
            return None
        return AccessToken(release_in(release), scope, expires_at, family)

    def refresh_token(self, token: str) -> RefreshToken | None:
        """What a refresh token stands for, used or not; None when it is not ours or has ended."""
        parts = _REFRESH_TOKEN.fullmatch(token)
        data = self.state.get(_family_key(parts[1])) if parts else None
        if parts is None or data is None:
            return None
        found = RefreshToken(parts[1], int(parts[2]), *orjson.loads(data))
        same = hmac.compare_digest(_refresh_text(found).encode(), token.encode())
        return found if same else None

    def use(self, token: RefreshToken) -> bool:
        """Use a refresh token; False when it was used before."""
        mark = (_used_key(token), b"1", self.session_seconds)
        return self.state.put_once([f"once:{_used_key(token)}"], [mark], self.session_seconds)

    def was_used(self, token: RefreshToken) -> bool:
        return self.state.get(_used_key(token)) is not None

    def rotate(self, token: RefreshToken, release: Release, scope: str) -> tuple[str, str]:
        """A new access token, and the refresh token after this one."""
        handle, secret = self.random(24), self.random(32)
        expires_at = int(self.clock()) + self.token_seconds
        access = AccessToken(release, scope, expires_at, token.family)
        self.state.put(_access_key(handle), _token_out(secret, access), self.token_seconds)
        return f"{handle}.{secret}", _refresh_text(token, token.number + 1)

    def end_access_token(self, token: str) -> None:
        self.state.remove(_access_key(token.partition(".")[0]))

    def end_family(self, handle: str) -> None:
        """All that one code gave is worth nothing from now on."""
        self.state.remove(_access_key(handle))
        self.state.remove(_family_key(handle))

    def _new_family(self, handle: str, grant: CodeGrant) -> tuple[RefreshToken, Record]:
        release = grant.release
        first = RefreshToken(
            family=handle,
            number=1,
            service_id=release.service_id,
            session=release.session_index,
            subject=release.pseudonym,
            scope=grant.scope,
            key=self.random(32),
        )
        record = orjson.dumps(
            [first.service_id, first.session, first.subject, first.scope, first.key]
        )
        return first, (_family_key(handle), record, self.session_seconds)


def _refresh_text(token: RefreshToken, number: int | None = None) -> str:
    """The text of a token of the family: only who holds the family's key can make one."""
    which = str(token.number if number is None else number)
    mac = hmac.digest(token.key.encode(), which.encode(), "sha256")
    return f"{token.family}.{which}.{base64url.encode(mac)}"


def _handle(code: str) -> str:
    """Finds what a code gave, and tells nothing of the code."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]


def _token_out(secret: str, token: AccessToken) -> bytes:
    return orjson.dumps(
        [secret, release_out(token.release), token.scope, token.expires_at, token.family]
    )


def _code_key(code: str) -> str:
    return f"code:{code}"


def _access_key(handle: str) -> str:
    return f"access:{handle}"


def _family_key(handle: str) -> str:
    return f"refresh:{handle}"


def _used_key(token: RefreshToken) -> str:
    return f"refreshed:{token.family}.{token.number}"
