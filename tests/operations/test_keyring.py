"""Our signing keys on their way: next, active, retired, forgotten."""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from gateway.errors import ConfigurationError
from gateway.trust.keyring import EC, RSA, FileKeyring, KeyState, make_keys, rotate

RETIRED_SECONDS = 7200
ALGORITHMS = pytest.mark.parametrize("algorithm", [RSA, EC])


@dataclass(slots=True)
class HeldClock:
    """Stands still until it is moved."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Ring:
    """A directory of keys, a gateway's view on it, and the clock of both."""

    directory: Path
    clock: HeldClock
    keyring: FileKeyring

    def rotate(self) -> list[str]:
        """A step of an operator, which the gateway sees when it next looks."""
        done = rotate(self.directory, self.clock, RETIRED_SECONDS)
        self.clock.now += 2
        return done

    def states(self) -> dict[str, list[KeyState]]:
        found: dict[str, list[KeyState]] = {RSA: [], EC: []}
        for key in self.keyring.all():
            found[key.algorithm].append(key.state)
        return found

    def kid(self, algorithm: str = RSA) -> str:
        return self.keyring.signer(algorithm).kid

    def published(self) -> set[str]:
        return {str(key["kid"]) for key in self.keyring.jwks()["keys"]}


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    clock = HeldClock()
    make_keys(tmp_path, clock)
    return Ring(tmp_path, clock, FileKeyring(tmp_path, clock))


def test_the_first_keys_are_active_and_made_once(ring: Ring) -> None:
    first = ring.kid(RSA), ring.kid(EC)
    make_keys(ring.directory, ring.clock)
    assert (FileKeyring(ring.directory, ring.clock).signer(RSA).kid, ring.kid(EC)) == first
    assert ring.states() == {RSA: [KeyState.ACTIVE], EC: [KeyState.ACTIVE]}
    modes = {path.name: path.stat().st_mode & 0o777 for path in ring.directory.iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_each_step_of_a_rotation(ring: Ring) -> None:
    """A key is published before it signs, and after it signed (design.md §7.8)."""
    old = ring.kid()
    said = ring.rotate()
    assert len(said) == 2
    assert all("published as the next key" in line for line in said)
    assert ring.states() == {each: [KeyState.ACTIVE, KeyState.NEXT] for each in (RSA, EC)}
    assert ring.kid() == old, "the next key does not sign yet"
    coming = ring.published() - {old, ring.kid(EC)}

    ring.rotate()
    assert {ring.kid(RSA), ring.kid(EC)} == coming
    assert ring.states() == {each: [KeyState.RETIRED, KeyState.ACTIVE] for each in (RSA, EC)}
    assert old in ring.published(), "what it signed can still be checked"


def test_a_retired_key_is_forgotten_when_nothing_of_it_is_valid_any_more(ring: Ring) -> None:
    first = ring.kid()
    ring.rotate()
    ring.rotate()
    second = ring.kid()
    ring.clock.now += RETIRED_SECONDS - 100
    ring.rotate()
    ring.rotate()
    assert {first, second} <= ring.published(), "not before its time"
    ring.clock.now += RETIRED_SECONDS
    ring.rotate()
    ring.rotate()
    assert not {first, second} & ring.published()


def test_metadata_carries_the_active_certificate_first_then_the_next(ring: Ring) -> None:
    (active,) = ring.keyring.certificates()
    ring.rotate()
    first, coming = ring.keyring.certificates()
    assert first == active == ring.keyring.signer().certificate
    ring.rotate()
    assert ring.keyring.certificates() == (coming,), "a retired one is no longer published there"


def test_schools_may_have_encrypted_for_any_key_that_we_have(ring: Ring) -> None:
    """A school that has not read our metadata again encrypts for the old one."""
    old = ring.kid()
    ring.rotate()
    ring.rotate()
    kids = {key.kid for key in ring.keyring.decryption_keys()}
    assert kids == {old, ring.kid()}


@ALGORITHMS
def test_rfc7515_what_a_key_signs_its_published_half_verifies(ring: Ring, algorithm: str) -> None:
    token = ring.keyring.signer(algorithm).sign_jwt({"sub": "x"}, {"typ": "at+jwt"})
    header = jwt.get_unverified_header(token)
    assert header == {"alg": algorithm, "typ": "at+jwt", "kid": ring.kid(algorithm)}
    keys = jwt.PyJWKSet.from_dict(json.loads(json.dumps(ring.keyring.jwks())))
    assert jwt.decode(token, keys[header["kid"]].key, algorithms=[algorithm]) == {"sub": "x"}


@ALGORITHMS
def test_rfc9231_xml_signature_value(ring: Ring, algorithm: str) -> None:
    signer = ring.keyring.signer(algorithm)
    certificate = x509.load_der_x509_certificate(base64.b64decode(signer.certificate))
    public, value = certificate.public_key(), signer.sign_xml(b"data")
    if algorithm == RSA:
        assert signer.xml_algorithm.endswith("#rsa-sha256")
        public.verify(value, b"data", padding.PKCS1v15(), hashes.SHA256())
        return
    assert signer.xml_algorithm.endswith("#ecdsa-sha256")
    assert len(value) == 64, "r and s side by side, 32 bytes each"
    r, s = int.from_bytes(value[:32]), int.from_bytes(value[32:])
    public.verify(encode_dss_signature(r, s), b"data", ec.ECDSA(hashes.SHA256()))


def test_nothing_published_is_private(ring: Ring) -> None:
    ring.rotate()
    for key in ring.keyring.jwks()["keys"]:
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}
        assert key["use"] == "sig"
    for key in ring.keyring.all():
        assert "private" not in repr(key)


def test_saml2int_md07_keys_are_strong(ring: Ring) -> None:
    assert ring.keyring.signer(RSA).private.key_size >= 2048
    assert ring.keyring.signer(EC).private.curve.name == "secp256r1"
    assert ring.keyring.signer().not_after().timestamp() > ring.clock.now + 5 * 365 * 86400


def test_a_gateway_looks_once_a_second(ring: Ring) -> None:
    old = ring.kid()
    rotate(ring.directory, ring.clock, RETIRED_SECONDS)
    rotate(ring.directory, ring.clock, RETIRED_SECONDS)
    assert ring.kid() == old
    ring.clock.now += 1.1
    assert ring.kid() != old


@pytest.mark.parametrize("harm", ["no manifest", "no key", "no JSON", "no active key"])
def test_keys_that_can_not_be_read_are_named(ring: Ring, harm: str) -> None:
    manifest = ring.directory / "keys.json"
    match harm:
        case "no manifest":
            manifest.unlink()
        case "no key":
            (ring.directory / f"{ring.kid()}.pem").unlink()
        case "no JSON":
            manifest.write_text("[{]")
        case "no active key":
            manifest.write_text(manifest.read_text().replace("active", "retired"))
    with pytest.raises(ConfigurationError, match=os.fspath(ring.directory)):
        FileKeyring(ring.directory, ring.clock).signer()


def test_keys_that_vanish_for_a_moment_are_an_error_and_then_serve_on(ring: Ring) -> None:
    """As while an operator restores a backup."""
    kid = ring.kid()
    manifest = ring.directory / "keys.json"
    aside = manifest.rename(ring.directory / "aside")
    ring.clock.now += 2
    with pytest.raises(ConfigurationError, match="no signing keys"):
        ring.kid()
    aside.rename(manifest)
    ring.clock.now += 2
    assert ring.kid() == kid
