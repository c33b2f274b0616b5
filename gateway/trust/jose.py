"""Tokens that others signed: checked against their published keys (RFC 7515, 7517, 7519).

Keys are fetched once and kept; an unknown `kid` fetches them again, but not more often than
the cool-down allows, so that a forged token can not make us hammer a school.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.exceptions import InvalidSubjectError

from gateway.core.ports import Clock, Fetch
from gateway.errors import FetchRefused
from gateway.trust.bulkhead import Bulkhead

# RFC 8725 §3.1, §3.2: a list of our own; `none` and HMAC never.
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512")
_COOL_DOWN_SECONDS = 60
_LIFETIME_SECONDS = 6 * 3600
_MIN_RSA_BITS = 2048
_LAST_SECOND = 1e11
_RSA_ALGORITHMS = frozenset(name for name in ALGORITHMS if name[0] in "RP")
_EC_ALGORITHMS = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}


class TokenRefused(ValueError):
    """The token is not what it must be; the text says in what way, without its content."""


class TokenExpired(TokenRefused):
    """The token's time has passed or has not come."""


class UnknownKey(TokenRefused):
    """No published key has the token's `kid`."""


class TokenOfOther(TokenRefused):
    """Another issuer than was asked made the token."""


class TokenForOther(TokenRefused):
    """The token is not for us."""


class ClaimMissing(TokenRefused):
    """The token does not say what it must, or not in a form that can be used."""


_BY_CLAIM: dict[str, type[TokenRefused]] = {"iss": TokenOfOther, "aud": TokenForOther}


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key and the algorithms that it serves: of its kind, and as published (RFC 7517 §4.4)."""

    key: jwt.PyJWK
    algorithms: frozenset[str]


def _one_at_a_time() -> Bulkhead:
    return Bulkhead(for_one=1, for_all=1, patience_s=1.0)


@dataclass
class RemoteKeys:
    """The keys at a jwks_uri."""

    address: str
    fetch: Fetch
    clock: Clock
    _turn: Bulkhead = field(default_factory=_one_at_a_time)
    _keys: dict[str, PublishedKey] = field(default_factory=dict)
    _fetched: float = float("-inf")
    _tried: float = float("-inf")

    def find(self, kid: str | None) -> PublishedKey:
        """The key with this id, or the only key when the token names none. Of threads that need
        one at once one fetches it. Raises UnknownKey, FetchRefused."""
        if self._is_due(kid):
            with self._turn.waiting_for(self.address):
                if self._is_due(kid):
                    self._renew(kid)
        return _found(self._keys, kid)

    def _is_due(self, kid: str | None) -> bool:
        now = self.clock()
        stale = _choose(self._keys, kid) is None or now - self._fetched > _LIFETIME_SECONDS
        return stale and now - self._tried > _COOL_DOWN_SECONDS

    def _renew(self, kid: str | None) -> None:
        """While its keys can not be fetched a school goes on with those that we have, and so do
        other threads meanwhile."""
        now, needed = self.clock(), _choose(self._keys, kid) is None
        if not needed:
            self._tried = now
        try:
            self._keys = _read_keys(self.fetch.get(self.address))
            self._fetched = self._tried = now
        except (FetchRefused, TokenRefused):
            if needed:
                raise


@dataclass(frozen=True, slots=True)
class RegisteredKeys:
    """The keys that a party gave us itself, as the JSON text of a JWK Set."""

    clock: Clock
    keys: Mapping[str, PublishedKey]

    def find(self, kid: str | None) -> PublishedKey:
        """As `RemoteKeys.find`; a single key that was given without a name answers to any."""
        return _found(self.keys, None if list(self.keys) == [""] else kid)


def registered_keys(document: str, clock: Clock) -> RegisteredKeys:
    """Raises TokenRefused when it is no JWK Set."""
    return RegisteredKeys(clock, _read_keys(document.encode()))


def _choose(keys: Mapping[str, PublishedKey], kid: str | None) -> PublishedKey | None:
    if kid is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(kid)


def _found(keys: Mapping[str, PublishedKey], kid: str | None) -> PublishedKey:
    key = _choose(keys, kid)
    if key is None:
        raise UnknownKey("the token's key is not published")
    return key


def _read_keys(body: bytes) -> dict[str, PublishedKey]:
    """The usable signing keys of a JWK Set; what we can not use is passed over (RFC 7517 §5)."""
    try:
        rows = json.loads(body)["keys"]
        return {found.key.key_id or "": found for row in rows if (found := _usable(row))}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TokenRefused("the key set is not a JWK Set") from error


def _usable(row: dict[str, Any]) -> PublishedKey | None:
    if row.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK(row)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    algorithms = _algorithms(key.key)
    if "alg" in row:
        algorithms = frozenset(name for name in algorithms if name == row["alg"])
    return PublishedKey(key, algorithms) if algorithms else None


def _algorithms(key: object) -> frozenset[str]:
    """Those of a key's kind (RFC 7518 §3.3 to §3.5); none for a weak one."""
    if isinstance(key, RSAPublicKey) and key.key_size >= _MIN_RSA_BITS:
        return _RSA_ALGORITHMS
    if isinstance(key, EllipticCurvePublicKey):
        return frozenset(filter(None, [_EC_ALGORITHMS.get(key.curve.name)]))
    return frozenset()


def verify_token(
    token: str,
    keys: RemoteKeys | RegisteredKeys,
    *,
    issuer: str,
    audience: str | Sequence[str],
    skew: int,
    required: Sequence[str] = ("exp", "iat", "sub"),
) -> dict[str, Any]:
    """The claims of a token that holds; times by the keys' clock; raises TokenRefused, for a
    claim that is wrong one of its kinds."""
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise TokenRefused(f"algorithm {algorithm!r} is not accepted")
        published = keys.find(header.get("kid"))
        if algorithm not in published.algorithms:
            raise TokenRefused(f"the key is not published for {algorithm}")
        claims: dict[str, Any] = jwt.decode(
            token,
            published.key.key,
            algorithms=[algorithm],
            issuer=issuer,
            audience=audience,
            options={
                "require": list(required),
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise _kind(error)(f"{type(error).__name__}: {error}") from error
    except UnicodeEncodeError as error:
        raise TokenRefused("a token with half a character in it") from error
    _check_times(claims, keys.clock(), skew)
    return claims


def _kind(error: jwt.PyJWTError) -> type[TokenRefused]:
    match error:
        case jwt.MissingRequiredClaimError(claim=claim):
            return _BY_CLAIM.get(str(claim), ClaimMissing)
        case jwt.InvalidIssuerError():
            return TokenOfOther
        case jwt.InvalidAudienceError():
            return TokenForOther
        case InvalidSubjectError():
            return ClaimMissing
        case _:
            return TokenRefused


def is_time(value: object) -> bool:
    """Whether a claim is a NumericDate to reckon with, not NaN or infinite (RFC 7519 §2)."""
    return isinstance(value, int | float) and abs(value) < _LAST_SECOND


def _check_times(claims: dict[str, Any], now: float, skew: int) -> None:
    """RFC 7519 §4.1.4 to §4.1.6, with the one bound for clocks."""
    for name in ("exp", "iat", "nbf"):
        if not is_time(claims.get(name, 0)):
            raise ClaimMissing(f"{name} is not a time")
    end = claims.get("exp", _LAST_SECOND)
    if now >= end + skew:
        raise TokenExpired(f"{now - end:.0f} s past the end, by our clock")
    if max(claims.get("iat", 0), claims.get("nbf", 0)) - now > skew:
        raise TokenExpired(f"in our future by more than {skew} s")
