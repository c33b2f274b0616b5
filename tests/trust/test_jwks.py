"""Keys of others: what of a key set is used, and how often it is fetched (RFC 7517)."""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from gateway.trust.jose import RemoteKeys, TokenExpired, TokenRefused, UnknownKey
from tests.trust.publisher import CLAIMS, EC, NEXT, RSA, Publisher, check, remote, signed


@pytest.fixture
def school() -> Publisher:
    publisher = Publisher(b"")
    publisher.publish(RSA.jwk(), EC.jwk())
    return publisher


@pytest.fixture
def keys(school: Publisher) -> RemoteKeys:
    return remote(school)


def test_keys_are_fetched_once_and_again_after_six_hours(
    keys: RemoteKeys, school: Publisher
) -> None:
    for _ in range(3):
        check(signed(), keys)
    assert len(school.fetched) == 1
    school.now += 6 * 3600 + 1
    with pytest.raises(TokenExpired):
        check(signed(), keys)
    assert len(school.fetched) == 2


def test_an_unknown_key_is_fetched_again_but_not_within_the_cool_down(
    keys: RemoteKeys, school: Publisher
) -> None:
    """A school that rotates is followed; a forged token can not make us hammer it."""
    check(signed(), keys)
    school.publish(RSA.jwk(), NEXT.jwk())
    for _ in range(3):
        with pytest.raises(UnknownKey):
            check(signed(NEXT), keys)
    assert len(school.fetched) == 1
    school.now += 61
    assert check(signed(NEXT), keys)["sub"] == "leerling-1"
    assert len(school.fetched) == 2


def test_a_token_without_a_kid_is_of_the_only_key_or_of_none(
    keys: RemoteKeys, school: Publisher
) -> None:
    token = jwt.encode(CLAIMS, RSA.private, "RS256")
    with pytest.raises(UnknownKey):
        check(token, keys)
    school.publish(RSA.jwk())
    school.now += 61
    assert check(token, keys)["sub"] == "leerling-1"


def weak() -> dict[str, Any]:
    key = rsa.generate_private_key(65537, 1024).public_key()
    return {**jwt.get_algorithm_by_name("RS256").to_jwk(key, as_dict=True), "kid": "weak"}


UNUSABLE = {
    "for encryption": {**NEXT.jwk(), "use": "enc"},
    "a secret": {"kty": "oct", "k": "AAAA", "kid": "x"},
    "of another kind": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
    "half": {"kty": "RSA", "e": "AQAB"},
    "no numbers": {"kty": "EC", "crv": "P-256", "x": "!", "y": "!"},
    "weak": weak(),
    "nothing": {},
}


@pytest.mark.parametrize("row", UNUSABLE.values(), ids=UNUSABLE)
def test_rfc_7517_5_a_key_that_can_not_be_used_is_passed_over(
    keys: RemoteKeys, school: Publisher, row: dict[str, Any]
) -> None:
    school.publish(row, RSA.jwk())
    assert check(signed(), keys)
    with pytest.raises(UnknownKey):
        keys.find(row.get("kid", "none"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": null}',
        b"\xff",
        b'{"keys": 7}',
    ],
)
def test_rfc_7517_5_what_is_no_key_set_is_refused(
    keys: RemoteKeys, school: Publisher, body: bytes
) -> None:
    school.body = body
    with pytest.raises(TokenRefused, match="not a JWK Set"):
        keys.find(RSA.kid)


@pytest.mark.parametrize("row", ["x", 7, None, []])
def test_a_key_that_is_no_object_lets_nothing_in(
    keys: RemoteKeys, school: Publisher, row: object
) -> None:
    school.publish(row)
    with pytest.raises(TokenRefused):
        check(signed(), keys)
