"""Our signing keys: made, rotated in steps, published, read again by a running gateway."""

import json
import stat
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
from cryptography import x509

from gateway.errors import ConfigurationError
from gateway.trust.keyring import FileKeyring, KeyState, Retirement, SigningKey, make_keys, rotate
from tests.trust.invented_keys import NOW

PUBLISHED, DECRYPTS = 7200, 14 * 86_400
RETIREMENT = Retirement(PUBLISHED, DECRYPTS)


@dataclass(slots=True)
class HeldClock:
    now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def directory(tmp_path: Path, clock: HeldClock) -> Path:
    """With the first keys."""
    make_keys(tmp_path / "signing", clock)
    return tmp_path / "signing"


@pytest.fixture
def ring(directory: Path, clock: HeldClock) -> FileKeyring:
    return FileKeyring(directory, clock, RETIREMENT)


def states(keys: tuple[SigningKey, ...]) -> list[tuple[str, str]]:
    return sorted((key.algorithm, key.state.value) for key in keys)


def turn(directory: Path, clock: HeldClock, seconds: float = 2) -> list[str]:
    """One step of the rotation; then a running gateway looks again."""
    done = rotate(directory, clock, RETIREMENT)
    clock.now += seconds
    return done


def test_the_first_keys_are_one_rsa_and_one_ec_key_both_active(ring: FileKeyring) -> None:
    assert states(ring.all()) == [("ES256", "active"), ("RS256", "active")]
    assert ring.signer().algorithm == "RS256"
    assert ring.signer().private.key_size == 2048
    assert ring.signer("ES256").private.curve.name == "secp256r1"


def test_keys_that_are_there_are_not_made_again(directory: Path, clock: HeldClock) -> None:
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    make_keys(directory, clock)
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before


def test_files_are_for_their_owner_alone_also_after_a_rotation(
    directory: Path, clock: HeldClock
) -> None:
    turn(directory, clock)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    files = list(directory.iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert sorted(path.suffix for path in files) == [".json"] + [".pem"] * 4


def test_the_first_step_publishes_a_next_key_and_signs_with_the_old(
    ring: FileKeyring, directory: Path, clock: HeldClock
) -> None:
    before = ring.signer()
    done = turn(directory, clock)
    assert states(ring.all()) == [
        ("ES256", "active"),
        ("ES256", "next"),
        ("RS256", "active"),
        ("RS256", "next"),
    ]
    assert ring.signer().kid == before.kid
    assert [line.endswith("is published as the next key") for line in done] == [True, True]


def test_the_second_step_signs_with_the_next_key_and_still_publishes_the_old(
    ring: FileKeyring, directory: Path, clock: HeldClock
) -> None:
    before = {ring.signer(algorithm).kid for algorithm in ("RS256", "ES256")}
    turn(directory, clock)
    coming = {key.kid for key in ring.all() if key.state is KeyState.NEXT}
    done = turn(directory, clock)
    assert {ring.signer(algorithm).kid for algorithm in ("RS256", "ES256")} == coming
    assert {key.kid for key in ring.all() if key.state is KeyState.RETIRED} == before
    assert {key["kid"] for key in ring.jwks()["keys"]} == before | coming
    assert sorted(line.rsplit(" ", 1)[1] for line in done) == ["active"] * 2 + ["retired"] * 2


@pytest.mark.parametrize(
    ("age", "kept"),
    [
        (PUBLISHED - 10, {"RS256", "ES256"}),
        (PUBLISHED, {"RS256"}),
        (DECRYPTS - 10, {"RS256"}),
        (DECRYPTS, set()),
    ],
)
@pytest.mark.parametrize("steps", [0, 1], ids=["publishing", "activating"])
def test_a_retired_key_is_forgotten_by_any_later_step_when_its_time_is_over(
    ring: FileKeyring, directory: Path, clock: HeldClock, steps: int, age: int, kept: set[str]
) -> None:
    """And its private key lies nowhere any more. Schools encrypt for an RSA key as long as the
    metadata that named it is valid; an EC key only signed."""
    first = {ring.signer(algorithm).kid: algorithm for algorithm in ("RS256", "ES256")}
    turn(directory, clock)
    turn(directory, clock, seconds=0)
    retired_at = clock.now
    for _ in range(steps):
        turn(directory, clock)
    clock.now = retired_at + age
    without_use = {key.kid for key in ring.without_use()}
    done = turn(directory, clock)
    known = {key.kid for key in ring.all()}
    assert {first[kid] for kid in known & set(first)} == kept
    assert {path.stem for path in directory.glob("*.pem")} == known
    said = {line.partition(" ")[0] for line in done if line.endswith("is forgotten")}
    assert said == without_use == {kid for kid in first if first[kid] not in kept}


@pytest.mark.parametrize(("age", "published"), [(PUBLISHED - 10, True), (PUBLISHED, False)])
def test_a_retired_key_stands_in_the_jwks_while_what_it_signed_may_be_met(
    ring: FileKeyring, directory: Path, clock: HeldClock, age: int, published: bool
) -> None:
    """Also when nobody takes another step; for decryption it stays."""
    old = ring.signer().kid
    turn(directory, clock)
    turn(directory, clock, seconds=age)
    assert (old in {key["kid"] for key in ring.jwks()["keys"]}) == published
    assert old in {key.kid for key in ring.decryption_keys()}


def test_certificates_are_the_active_rsa_one_and_then_the_next(
    ring: FileKeyring, directory: Path, clock: HeldClock
) -> None:
    """SAML Metadata §2.4.1.1: both published, so that others learn the next in time."""
    old = ring.signer().certificate
    assert ring.certificates() == (old,)
    turn(directory, clock)
    assert ring.certificates()[0] == old
    new = ring.certificates()[1]
    turn(directory, clock)
    assert ring.certificates() == (new,)
    assert ring.signer().certificate == new


def test_what_schools_encrypted_for_an_older_key_can_still_be_read(
    ring: FileKeyring, directory: Path, clock: HeldClock
) -> None:
    old = ring.signer().kid
    turn(directory, clock)
    turn(directory, clock)
    kids = {key.kid for key in ring.decryption_keys()}
    assert {old, ring.signer().kid} == kids


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_rfc_7517_the_published_keys_verify_what_we_sign_and_hold_nothing_private(
    ring: FileKeyring, algorithm: str
) -> None:
    signer = ring.signer(algorithm)
    published = {key["kid"]: key for key in ring.jwks()["keys"]}
    public = {"kty", "n", "e", "crv", "x", "y", "kid", "use", "alg", "key_ops"}
    assert all(set(key) <= public for key in published.values())
    token = signer.sign_jwt({"sub": "x", "name": "Zoë"})
    header = {"alg": algorithm, "typ": "JWT", "kid": signer.kid}
    assert jwt.get_unverified_header(token) == header
    key = jwt.PyJWK(published[signer.kid])
    assert published[signer.kid]["use"] == "sig"
    assert jwt.decode(token, key, algorithms=[algorithm]) == {"sub": "x", "name": "Zoë"}


def test_rfc_7515_4_1_a_token_says_of_itself_what_it_is_told_to(ring: FileKeyring) -> None:
    token = ring.signer().sign_jwt({"sub": "x"}, {"typ": "logout+jwt"})
    assert jwt.get_unverified_header(token)["typ"] == "logout+jwt"


def test_a_certificate_holds_its_key_and_lasts_ten_years(ring: FileKeyring) -> None:
    for key in ring.all():
        certificate = x509.load_pem_x509_certificate(
            b"-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----" % key.certificate.encode()
        )
        assert certificate.public_key() == key.private.public_key()
        assert round((key.not_after().timestamp() - NOW) / 86_400) == 3650


def test_a_private_key_shows_in_no_repr(ring: FileKeyring) -> None:
    assert "private" not in repr(ring.signer())


@pytest.mark.parametrize(("seconds", "seen"), [(1.0, False), (1.001, True)])
def test_a_running_gateway_looks_once_a_second(
    ring: FileKeyring, directory: Path, clock: HeldClock, seconds: float, seen: bool
) -> None:
    assert len(ring.all()) == 2
    turn(directory, clock, seconds)
    assert (len(ring.all()) == 4) == seen


def test_no_file_is_read_when_nothing_changed(
    ring: FileKeyring, directory: Path, clock: HeldClock
) -> None:
    for path in directory.glob("*.pem"):
        path.unlink()
    clock.now += 10
    assert ring.signer()


def broken(directory: Path, case: str) -> None:
    manifest = directory / "keys.json"
    rows = json.loads(manifest.read_text())
    match case:
        case "no manifest":
            manifest.unlink()
        case "no json":
            manifest.write_text("{")
        case "a key file is gone":
            (directory / f"{rows[0]['kid']}.pem").unlink()
        case "a key file is empty":
            (directory / f"{rows[0]['kid']}.pem").write_bytes(b"")
        case "no kid":
            manifest.write_text(json.dumps([{**rows[0], "kid": None}]))
        case "no state":
            manifest.write_text(json.dumps([{k: v for k, v in rows[0].items() if k != "state"}]))
        case "unknown state":
            manifest.write_text(json.dumps([{**rows[0], "state": "lost"}]))
        case "rows of another type":
            manifest.write_text('["active"]')


BROKEN = [
    "no manifest",
    "no json",
    "a key file is gone",
    "a key file is empty",
    "no kid",
    "no state",
    "unknown state",
    "rows of another type",
]


@pytest.mark.parametrize("case", BROKEN)
def test_missing_and_broken_files_say_where(directory: Path, clock: HeldClock, case: str) -> None:
    broken(directory, case)
    with pytest.raises(ConfigurationError, match=str(directory)):
        FileKeyring(directory, clock, RETIREMENT)


def test_without_an_active_key_of_an_algorithm_it_says_which(
    directory: Path, clock: HeldClock
) -> None:
    (directory / "keys.json").write_text("[]")
    with pytest.raises(ConfigurationError, match="no active ES256 key"):
        FileKeyring(directory, clock, RETIREMENT).signer("ES256")
