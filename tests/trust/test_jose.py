"""Tokens of others: which hold and which are refused (RFC 7519, RFC 8725)."""

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.trust.jose import (
    ClaimMissing,
    RemoteKeys,
    TokenExpired,
    TokenForOther,
    TokenOfOther,
    TokenRefused,
)
from gateway.trust.keyring import SigningKey
from tests.trust.invented_keys import NOW
from tests.trust.publisher import (
    CLAIMS,
    EC,
    ISSUER,
    NEXT,
    RSA,
    SKEW,
    Publisher,
    check,
    remote,
    signed,
)


@pytest.fixture
def school() -> Publisher:
    publisher = Publisher(b"")
    publisher.publish(RSA.jwk(), EC.jwk())
    return publisher


@pytest.fixture
def keys(school: Publisher) -> RemoteKeys:
    return remote(school)


def forged(header: object, token: str, signature: str | None = None) -> str:
    """The token with another header and, if given, another signature."""
    packed = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    _, claims, own = token.split(".")
    return f"{packed}.{claims}.{own if signature is None else signature}"


def unbound(key: SigningKey) -> dict[str, Any]:
    """Its public key, published for no algorithm in particular."""
    return {name: value for name, value in key.jwk().items() if name != "alg"}


@pytest.mark.parametrize("by", [RSA, EC], ids=["RS256", "ES256"])
def test_a_good_token_gives_its_claims(keys: RemoteKeys, by: SigningKey) -> None:
    assert check(signed(by), keys) == CLAIMS


@pytest.mark.parametrize("algorithm", ["PS256", "RS384", "RS512", "PS512"])
def test_rfc_8725_3_1_strong_algorithms_of_others_are_accepted(
    keys: RemoteKeys, algorithm: str
) -> None:
    school = Publisher(b"")
    school.publish(unbound(RSA))
    token = jwt.encode(CLAIMS, RSA.private, algorithm, headers={"kid": RSA.kid})
    assert check(token, remote(school))["sub"] == "leerling-1"
    with pytest.raises(TokenRefused, match=f"not published for {algorithm}"):
        check(token, keys)


WRONG = {
    "another issuer": ({"iss": "https://school.test/"}, TokenOfOther),
    "no issuer": ({"iss": ...}, TokenOfOther),
    "another audience": ({"aud": "elders"}, TokenForOther),
    "no audience": ({"aud": ...}, TokenForOther),
    "a number as audience": ({"aud": 7}, TokenForOther),
    "no subject": ({"sub": ...}, ClaimMissing),
    "a number as subject": ({"sub": 7}, ClaimMissing),
    "no issue time": ({"iat": ...}, ClaimMissing),
    "no end": ({"exp": ...}, ClaimMissing),
    "an end in words": ({"exp": "morgen"}, ClaimMissing),
    "an issue time in words": ({"iat": "vandaag"}, ClaimMissing),
    "a list as not-before": ({"nbf": [NOW]}, ClaimMissing),
}


@pytest.mark.parametrize(("claims", "kind"), WRONG.values(), ids=WRONG)
def test_rfc_7519_a_wrong_claim_is_refused_by_its_kind(
    keys: RemoteKeys, claims: dict[str, Any], kind: type[TokenRefused]
) -> None:
    with pytest.raises(TokenRefused) as refused:
        check(signed(**claims), keys)
    assert type(refused.value) is kind


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("time", [float("nan"), float("inf"), float("-inf"), 10**400, -(10**400)])
def test_rfc_7519_2_what_can_not_be_reckoned_with_is_no_time(
    keys: RemoteKeys, claim: str, time: float
) -> None:
    """Python's JSON reads NaN and Infinity, which no comparison refuses."""
    with pytest.raises(ClaimMissing, match=f"{claim} is not a time"):
        check(signed(**{claim: time}), keys)


@pytest.mark.parametrize(
    ("claims", "holds"),
    [
        ({"exp": NOW - SKEW + 1}, True),
        ({"exp": NOW - SKEW}, False),
        ({"iat": NOW + SKEW}, True),
        ({"iat": NOW + SKEW + 1}, False),
        ({"nbf": NOW + SKEW}, True),
        ({"nbf": NOW + SKEW + 1}, False),
    ],
)
def test_rfc_7519_times_hold_within_the_one_bound(
    keys: RemoteKeys, claims: dict[str, Any], holds: bool
) -> None:
    if holds:
        assert check(signed(**claims), keys)
        return
    with pytest.raises(TokenExpired):
        check(signed(**claims), keys)


def test_rfc_8725_3_1_none_and_hmac_are_refused(keys: RemoteKeys) -> None:
    secret = jwt.encode(CLAIMS, "x" * 64, "HS256", headers={"kid": RSA.kid})
    for header in ({"alg": "none"}, {"alg": "None", "kid": RSA.kid}, {"alg": "HS256"}, {}):
        with pytest.raises(TokenRefused, match="is not accepted"):
            check(forged(header, signed(), ""), keys)
    with pytest.raises(TokenRefused, match="HS256"):
        check(secret, keys)


@pytest.mark.parametrize(
    "header", [{"jwk": RSA.jwk()}, {"jku": "https://boos.test/jwks"}, {"x5c": [NEXT.certificate]}]
)
def test_rfc_8725_3_10_a_key_that_the_token_brings_is_not_used(
    keys: RemoteKeys, school: Publisher, header: dict[str, Any]
) -> None:
    token = jwt.encode(CLAIMS, NEXT.private, "RS256", headers={"kid": RSA.kid, **header})
    with pytest.raises(TokenRefused):
        check(token, keys)
    assert set(school.fetched) == {f"{ISSUER}/jwks"}


def test_rfc_7515_4_1_11_an_extension_that_must_be_understood_is_refused(keys: RemoteKeys) -> None:
    with pytest.raises(TokenRefused):
        check(RSA.sign_jwt(CLAIMS, {"crit": ["exp"], "exp": 1}), keys)


def test_a_changed_token_is_refused(keys: RemoteKeys) -> None:
    head, _, tail = signed().split(".")
    _, other, _ = signed(sub="leerling-2").split(".")
    for token in (f"{head}.{other}.{tail}", signed()[:-4], f"{signed()}.x", "", "a.b.c", head):
        with pytest.raises(TokenRefused):
            check(token, keys)


KNOWN = remote(Publisher(json.dumps({"keys": [RSA.jwk()]}).encode()))


@given(token=st.text(max_size=60) | st.text("eyJhbGciOiJSUzI1NiJ9.-_", max_size=80))
def test_any_text_is_refused_in_one_way(token: str) -> None:
    with pytest.raises(TokenRefused):
        check(token, KNOWN)


MISMATCHES = [(RSA, "ES256"), (EC, "RS256")]


@pytest.mark.parametrize(("named", "algorithm"), MISMATCHES)
def test_rfc_7517_4_4_an_algorithm_that_the_key_is_not_published_for_is_refused(
    keys: RemoteKeys, named: SigningKey, algorithm: str
) -> None:
    with pytest.raises(TokenRefused, match=f"not published for {algorithm}"):
        check(forged({"alg": algorithm, "kid": named.kid}, signed()), keys)


@pytest.mark.parametrize(("named", "algorithm"), MISMATCHES)
def test_rfc_8725_3_1_an_algorithm_of_another_kind_of_key_is_refused(
    named: SigningKey, algorithm: str
) -> None:
    """As from Entra ID, whose keys name no algorithm."""
    school = Publisher(b"")
    school.publish(unbound(named))
    with pytest.raises(TokenRefused):
        check(forged({"alg": algorithm, "kid": named.kid}, signed()), remote(school))
