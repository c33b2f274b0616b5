"""What was published of others and no other test does to us; and that each named test exists."""

import base64
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from gateway.errors import SchoolRefused
from gateway.trust.jose import (
    RegisteredKeys,
    TokenOfOther,
    TokenRefused,
    registered_keys,
    verify_token,
)
from providers.suppliers.oidc.errors import OAuthError
from providers.suppliers.saml.encryption import Encryption, encryption_keys
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL
from tests.actors.saml_xml import STATUS, find, parse
from tests.attacks.hostile_input import WORDS
from tests.attacks.published import PUBLISHED
from tests.attacks.saml.in_process import BY_SCHOOL, REQUEST, SCHOOL, judge
from tests.fuzz.oidc import CLAIMS
from tests.fuzz.parties import JWK, KEY, clock, signed
from tests.fuzz.targets import TARGETS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EACH = rsa_key("service")
KEYS = registered_keys(json.dumps({"keys": [JWK]}), clock)


def check(token: str, keys: RegisteredKeys = KEYS) -> dict[str, object]:
    return verify_token(token, keys, issuer=str(CLAIMS["iss"]), audience="poort", skew=60)


def url64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def names(tests: tuple[str, ...]) -> set[str]:
    return {os.path.relpath(HERE / each, ROOT) for each in tests}


def test_each_named_test_exists():
    rows = [*(weakness.tests for weakness in PUBLISHED), *WORDS.values()]
    named = set().union(*map(names, rows))
    files = sorted({name.partition("::")[0] for name in named})
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        *files,
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    found = set(done.stdout.splitlines())
    assert sorted(named - found - {name.partition("[")[0] for name in found}) == []


def test_each_number_stands_once_and_has_a_test():
    numbers = [number for weakness in PUBLISHED for number in weakness.numbers]
    assert len(numbers) == len(set(numbers))
    assert all(weakness.tests for weakness in PUBLISHED)


def test_refusal_that_the_school_signed_lets_nobody_in():
    refusal = SCHOOL.answer(REQUEST, PUPIL, status=f"{STATUS}Responder", response_signing=BY_SCHOOL)
    for signed_part in ("assertion", "response"):
        with pytest.raises(SchoolRefused):
            judge(refusal.build(), signed_part)


def test_no_key_and_no_nonce_is_used_twice():
    """NIST SP 800-38D §8: with the same key never the same nonce; here neither comes again."""
    encryption = Encryption("aes256-gcm", encryption_keys([EACH.certificate_base64]))
    values = [_cipher_values(encryption.encrypted("<a></a>")) for _ in range(20)]
    assert len({content[:12] for _, content in values}) == 20
    assert len({key for key, _ in values}) == 20


def _cipher_values(encrypted: str) -> list[bytes]:
    found = find(parse(encrypted), "//xenc:CipherValue")
    return [base64.b64decode(value.text or "") for value in found]


def test_refused_without_asserts():
    code = (
        "from tests.actors.people import PUPIL\n"
        "from tests.attacks.saml.in_process import REQUEST, SCHOOL, judge\n"
        "assert False\n"
        "try: judge(SCHOOL.answer(REQUEST, PUPIL, signing=None).build())\n"
        "except Exception as error: print(error.code)\n"
    )
    command = [sys.executable, "-O", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "KP-211\n"


def test_libxml2_is_one_without_them():
    assert etree.LIBXML_VERSION >= (2, 12, 5)
    assert etree.LIBXML_COMPILED_VERSION >= (2, 12, 5)


def test_public_key_is_no_secret():
    """In each form in which a library may have it at hand."""
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, pem.strip(), der, json.dumps(JWK).encode(), JWK["x"].encode()):
        covered = b".".join(
            map(url64, (b'{"alg":"HS256","kid":"one"}', json.dumps(CLAIMS).encode()))
        )
        value = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
            covered, secret
        )
        with pytest.raises(TokenRefused, match="HS256"):
            check(b".".join((covered, url64(value))).decode())


def _without_signature() -> str:
    return b".".join((url64(b'{"alg":"none"}'), url64(json.dumps(CLAIMS).encode()), b"")).decode()


def _in_json() -> str:
    return json.dumps({"payload": url64(json.dumps(CLAIMS).encode()).decode(), "signatures": []})


def _encrypted() -> str:
    squeezer = zlib.compressobj(9, wbits=-15)
    bomb = squeezer.compress(bytes(10**7)) + squeezer.flush()
    header = b'{"alg":"dir","enc":"A256GCM","zip":"DEF"}'
    return b".".join(map(url64, (header, b"", bytes(12), bomb, bytes(16)))).decode()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(_without_signature(), id="none"),
        pytest.param(_in_json(), id="JSON"),
        pytest.param(_encrypted(), id="encrypted"),
    ],
)
def test_jwt_that_is_not_signed(token: str):
    with pytest.raises(TokenRefused):
        check(token)


@pytest.mark.parametrize(
    "part", ["http:", "idp.test", "", "http://idp.test.evil.test", "http://idp.test/"]
)
def test_part_of_the_issuer_is_not_the_issuer(part: str):
    with pytest.raises(TokenOfOther):
        check(signed(json.dumps({**CLAIMS, "iss": part}).encode()))


def test_malformed_key_spoils_no_set():
    malformed = [
        {"kty": "RSA", "kid": "two", "n": "AQAB", "e": "AA"},
        {"kty": "RSA", "n": "!", "e": 1},
    ]
    keys = registered_keys(json.dumps({"keys": [*malformed, JWK]}), clock)
    assert check(signed(json.dumps(CLAIMS).encode()), keys)["sub"] == CLAIMS["sub"]


def test_token_without_end_is_not_decoded():
    """Before it is looked at: a parameter has an end, and so has a form (KP-504)."""
    with pytest.raises(OAuthError, match="too long"):
        TARGETS["client-assertion"].read(b"{" + b" " * 10_000 + b"}")
