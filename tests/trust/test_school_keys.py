"""Keys of a school in the course of time, and the algorithms that each serves (RFC 7517, 8725)."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from threading import Event
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gateway.core.model import Service
from gateway.errors import FetchRefused
from gateway.trust.bulkhead import NoRoom
from gateway.trust.client_assertion import ServiceKeys
from gateway.trust.jose import ALGORITHMS, RemoteKeys, TokenRefused, UnknownKey, verify_token

NOW = 1_800_000_000
SKEW = 60
CURVES = {"256": ec.SECP256R1(), "384": ec.SECP384R1(), "512": ec.SECP521R1()}


@cache
def private_key(kind: str):
    """An RSA key of so many bits, or an EC key for ES256 and its kin; made once."""
    if kind.startswith("ES"):
        return ec.generate_private_key(CURVES[kind[2:]])
    return rsa.generate_private_key(65537, int(kind))


def jwk(kind: str = "2048", **more: object) -> dict[str, Any]:
    public = private_key(kind).public_key()
    algorithm = jwt.get_algorithm_by_name(kind if kind.startswith("ES") else "RS256")
    return {**algorithm.to_jwk(public, as_dict=True), "kid": "one", **more}


def token(algorithm: str = "RS256", kind: str = "2048", kid: str = "one", **changes: object) -> str:
    right = {"iss": "https://school.test", "aud": "us", "sub": "leerling-1"}
    claims = {**right, "iat": NOW, "exp": NOW + 300, **changes}
    key = None if algorithm == "none" else private_key(kind)
    return jwt.encode(claims, key, algorithm, {"kid": kid})


@dataclass(slots=True)
class School:
    """A jwks_uri whose answer can be changed, and a clock; counts how often it was asked."""

    body: object
    now: float = NOW
    asked: int = 0
    down: bool = False
    keys: RemoteKeys = field(init=False)

    def __post_init__(self) -> None:
        self.keys = RemoteKeys("https://school.test/jwks", self, lambda: self.now)

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        assert (address, bearer) == ("https://school.test/jwks", None)
        self.asked += 1
        if self.down:
            raise FetchRefused("no answer")
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    def verify(self, text: str) -> dict[str, Any]:
        return verify_token(text, self.keys, issuer="https://school.test", audience="us", skew=SKEW)


def school(*rows: object) -> School:
    return School({"keys": list(rows) or [jwk()]})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_rfc7518_3_1_each_algorithm_with_a_key_of_its_kind(algorithm: str) -> None:
    kind = algorithm if algorithm.startswith("ES") else "2048"
    assert school(jwk(kind)).verify(token(algorithm, kind))["sub"] == "leerling-1"
    assert school(jwk(kind, alg=algorithm, use="sig")).verify(token(algorithm, kind))


@pytest.mark.parametrize(
    ("algorithm", "row"),
    [
        ("none", jwk()),
        ("RS512", jwk(alg="RS256")),
        ("PS256", jwk(alg="RS256")),
        ("RS256", jwk(alg=["RS256"])),
        ("RS256", jwk(use="enc")),
        ("RS256", jwk("ES256")),
        ("ES256", jwk()),
        ("ES256", jwk("ES384")),
        ("ES384", jwk("ES256")),
    ],
)
def test_rfc8725_3_1_other_algorithms_are_refused(algorithm: str, row: dict[str, Any]) -> None:
    kind = algorithm if algorithm.startswith("ES") else "2048"
    with pytest.raises(TokenRefused):
        school(row).verify(token(algorithm, kind))


def test_rfc8725_3_5_weak_rsa_key_is_passed_over() -> None:
    with pytest.raises(UnknownKey), pytest.warns(jwt.InsecureKeyLengthWarning):
        school(jwk("1024")).verify(token(kind="1024"))


def test_core_10_1_1_a_new_key_is_fetched_when_it_is_first_met() -> None:
    found = school()
    found.verify(token())
    found.body = {"keys": [jwk("ES256", kid="two")]}
    found.now += 61
    assert found.verify(token("ES256", "ES256", kid="two", exp=NOW + 400))
    assert found.asked == 2
    with pytest.raises(UnknownKey):
        found.verify(token())


def test_a_withdrawn_key_is_met_no_more_after_six_hours() -> None:
    found = school()
    found.verify(token())
    found.body = {"keys": [jwk("ES256", kid="two")]}
    found.now += 6 * 3600 + 1
    with pytest.raises(UnknownKey):
        found.verify(token(exp=NOW + 7 * 3600))


@pytest.mark.parametrize("body", [None, b"<h1>storing</h1>"])
def test_the_last_keys_serve_on_while_the_school_gives_none(body: bytes | None) -> None:
    found = school()
    found.verify(token())
    found.down, found.body = body is None, body
    found.now += 7 * 3600
    for _ in range(20):
        assert found.verify(token(exp=NOW + 8 * 3600))
    assert found.asked == 2, "and it is asked again in a minute only"


def test_a_school_that_is_down_at_first_is_asked_again_at_once() -> None:
    found = school()
    found.down = True
    with pytest.raises(FetchRefused):
        found.verify(token())
    found.down = False
    assert found.verify(token())


@dataclass
class SlowSchool(School):
    """Answers when it may."""

    asked_now: Event = field(default_factory=Event)
    may_answer: Event = field(default_factory=Event)

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        self.asked_now.set()
        assert self.may_answer.wait(10)
        return super().get(address, bearer=bearer)


def test_of_many_that_need_a_key_at_once_one_fetches_it() -> None:
    found = SlowSchool({"keys": [jwk()]})
    with ThreadPoolExecutor(8) as pool:
        verified = [pool.submit(found.verify, token()) for _ in range(8)]
        assert found.asked_now.wait(10)
        time.sleep(0.2)  # for the others to come to it
        found.may_answer.set()
        assert all(each.result(10) for each in verified)
    assert found.asked == 1


def test_a_key_that_serves_is_not_waited_for() -> None:
    found = SlowSchool({"keys": [jwk()]})
    found.may_answer.set()
    found.verify(token())
    found.now += 7 * 3600
    found.asked_now.clear()
    found.may_answer.clear()
    late = token(exp=NOW + 8 * 3600)
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(found.verify, late)
        assert found.asked_now.wait(10)
        assert found.verify(late)
        assert not renewing.done()
        found.may_answer.set()
        assert renewing.result(10)


@dataclass
class CrowdedSchool(School):
    """Others wait for it already."""

    crowded: bool = True

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        if self.crowded:
            raise NoRoom("others wait")
        return super().get(address, bearer=bearer)


def test_that_others_wait_is_no_outage_of_a_service() -> None:
    """Its next assertion is looked at again, where one that did not answer is left alone."""
    found = CrowdedSchool({"keys": [jwk()]})
    config = {"jwks_uri": "https://school.test/jwks"}
    service = Service("svc-1", "sup-1", "oidc", "https://school.test", "Rekenen", config)
    keys = ServiceKeys(found, lambda: found.now)
    asked: Any = {"audience": ["us"], "skew": SKEW, "required": ("iss", "exp")}
    with pytest.raises(TokenRefused, match="others wait already"):
        keys.verified(token(), service, **asked)
    found.crowded = False
    assert keys.verified(token(), service, **asked)["sub"] == "leerling-1"
