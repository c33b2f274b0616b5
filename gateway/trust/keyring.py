"""Our signing keys: next, active, retired; one RSA and one EC key of each state at most.

A key lives as `<kid>.pem` (private key and self-signed certificate) with its state in
`keys.json`. Rotation goes in steps, so that others learn a key before it signs and can still
check what an old one signed.
"""

import base64
import json
import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import jwt
import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from gateway.core.model import Json
from gateway.core.ports import Clock, Jwk, JwkSet, KeyOverview, Signer
from gateway.errors import ConfigurationError
from gateway.trust import base64url
from gateway.trust.keyfiles import write_secret

RSA, EC = "RS256", "ES256"
_XML = {
    RSA: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    EC: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
}
_YEARS = 10
_P256_BYTES = 32
_LOOK_AGAIN_SECONDS = 1.0

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Retirement:
    """How long a retired key is of use, in seconds: `published`, for those who check what it
    signed; `decrypts`, for schools that encrypt for it by our metadata of before."""

    published: int
    decrypts: int

    def is_over(self, key: "SigningKey", now: float) -> bool:
        used = max(self.published, self.decrypts) if key.algorithm == RSA else self.published
        return key.state is KeyState.RETIRED and now - key.since >= used


class KeyState(StrEnum):
    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key with its certificate; implements ports.Signer."""

    kid: str
    algorithm: str
    state: KeyState
    since: int
    certificate: str
    private: PrivateKey = field(repr=False)

    @property
    def xml_algorithm(self) -> str:
        return _XML[self.algorithm]

    def sign_xml(self, data: bytes) -> bytes:
        """RFC 9231: RSA PKCS#1 v1.5, or ECDSA as r||s."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")

    def sign_jwt(self, claims: Json, headers: Mapping[str, str] | None = None) -> str:
        """The compact form (RFC 7515 §7.1); the signature of RS256 and ES256 is that of XML
        (RFC 7518 §3.3, §3.4)."""
        header = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid, **(headers or {})}
        parts = [base64url.encode(orjson.dumps(part)) for part in (header, dict(claims))]
        signed = ".".join(parts)
        return f"{signed}.{base64url.encode(self.sign_xml(signed.encode()))}"

    def private_pem(self) -> bytes:
        """For a library that takes its keys as text, once."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def jwk(self) -> Jwk:
        """RFC 7517."""
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        public = algorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "alg": self.algorithm}

    def not_after(self) -> datetime:
        der = base64.b64decode(self.certificate)
        return x509.load_der_x509_certificate(der).not_valid_after_utc


class FileKeyring:
    """Implements ports.Keyring over a directory. Looks for a change at most once a second."""

    def __init__(self, directory: Path, clock: Clock, retirement: Retirement) -> None:
        self._directory = directory
        self._retirement = retirement
        self._clock = clock
        self._seen: tuple[int, int] = (0, 0)
        self._looked = 0.0
        self._keys: tuple[SigningKey, ...] = ()
        self._lock = threading.Lock()
        self._read_again()

    def signer(self, algorithm: str = RSA) -> SigningKey:
        """The active key; raises ConfigurationError when there is none."""
        for key in self.all():
            if key.algorithm == algorithm and key.state is KeyState.ACTIVE:
                return key
        raise ConfigurationError(f"no active {algorithm} key in {self._directory}")

    def certificates(self) -> tuple[str, ...]:
        order = (KeyState.ACTIVE, KeyState.NEXT)
        return tuple(
            key.certificate
            for state in order
            for key in self.all()
            if key.state is state and key.algorithm == RSA
        )

    def jwks(self) -> JwkSet:
        return {"keys": [key.jwk() for key in self.all() if self._is_published(key)]}

    def _is_published(self, key: SigningKey) -> bool:
        age = self._clock() - key.since
        return key.state is not KeyState.RETIRED or age < self._retirement.published

    def without_use(self) -> tuple[SigningKey, ...]:
        """The retired keys that the next step of a rotation forgets."""
        now = self._clock()
        return tuple(key for key in self.all() if self._retirement.is_over(key, now))

    def overview(self) -> tuple[KeyOverview, ...]:
        return tuple(
            KeyOverview(key.kid, key.algorithm, key.state, key.not_after().date().isoformat())
            for key in self.all()
        )

    def decryption_keys(self) -> tuple[SigningKey, ...]:
        """The RSA keys that schools may have encrypted for."""
        return tuple(key for key in self.all() if key.algorithm == RSA)

    def all(self) -> tuple[SigningKey, ...]:
        if self._clock() - self._looked > _LOOK_AGAIN_SECONDS and self._lock.acquire(
            blocking=False
        ):
            try:
                self._read_again()
            finally:
                self._lock.release()
        return self._keys

    def _read_again(self) -> None:
        self._looked = self._clock()
        path = self._directory / "keys.json"
        try:
            status = path.stat()
        except OSError as error:
            raise ConfigurationError(f"no signing keys in {self._directory}") from error
        if (status.st_mtime_ns, status.st_ino) != self._seen:
            self._keys = tuple(_load(self._directory))
            self._seen = (status.st_mtime_ns, status.st_ino)


def make_keys(directory: Path, clock: Clock) -> None:
    """Make the first keys where there are none."""
    if (directory / "keys.json").exists():
        return
    keys = [_new_key(algorithm, KeyState.ACTIVE, clock) for algorithm in (RSA, EC)]
    for key in keys:
        write_secret(directory / f"{key.kid}.pem", _pem(key))
    write_secret(directory / "keys.json", _manifest(keys))


def rotate(directory: Path, clock: Clock, retirement: Retirement) -> list[str]:
    """One step of the rotation; what was done, in sentences.

    Without a next key one is made and published. With one, it becomes the active key, and the
    old one is retired. The first step after it has no use any more forgets it and removes its
    file.
    """
    now = int(clock())
    keys = list(_load(directory))
    over = [key for key in keys if retirement.is_over(key, now)]
    kept = [key for key in keys if key not in over]
    if any(key.state is KeyState.NEXT for key in kept):
        after = [replace(key, state=_after(key.state), since=_since(key, now)) for key in kept]
        done = [f"{key.kid} ({key.algorithm}) is now {key.state}" for key in after]
    else:
        fresh = [_new_key(algorithm, KeyState.NEXT, clock) for algorithm in (RSA, EC)]
        for key in fresh:
            write_secret(directory / f"{key.kid}.pem", _pem(key))
        after = kept + fresh
        done = [f"{key.kid} ({key.algorithm}) is published as the next key" for key in fresh]
    _replace(directory / "keys.json", _manifest(after))
    for key in over:
        (directory / f"{key.kid}.pem").unlink(missing_ok=True)
    return [*done, *(f"{key.kid} ({key.algorithm}) is forgotten" for key in over)]


def _after(state: KeyState) -> KeyState:
    return KeyState.ACTIVE if state is KeyState.NEXT else KeyState.RETIRED


def _since(key: SigningKey, now: int) -> int:
    return key.since if key.state is KeyState.RETIRED else now


def _new_key(algorithm: str, state: KeyState, clock: Clock) -> SigningKey:
    private: PrivateKey
    if algorithm == RSA:
        private = rsa.generate_private_key(65537, 2048)
    else:
        private = ec.generate_private_key(ec.SECP256R1())
    kid = secrets.token_hex(8)
    return SigningKey(
        kid, algorithm, state, int(clock()), _certificate(private, kid, clock), private
    )


def _certificate(private: PrivateKey, kid: str, clock: Clock) -> str:
    """Self-signed, long-lived: others trust the key, not the certificate (SAML2Int MD05)."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Ketenpoort {kid}")])
    now = datetime.fromtimestamp(clock(), UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .sign(private, hashes.SHA256())
    )
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


def _pem(key: SigningKey) -> bytes:
    der = base64.b64decode(key.certificate)
    certificate = x509.load_der_x509_certificate(der)
    return key.private_pem() + certificate.public_bytes(serialization.Encoding.PEM)


def _manifest(keys: Iterable[SigningKey]) -> bytes:
    rows = [
        {"kid": k.kid, "algorithm": k.algorithm, "state": k.state, "since": k.since} for k in keys
    ]
    return json.dumps(rows, indent=1).encode()


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    write_secret(temporary, content)
    temporary.replace(path)


def _load(directory: Path) -> Iterable[SigningKey]:
    try:
        rows = json.loads((directory / "keys.json").read_text("utf-8"))
        for row in rows:
            pem = (directory / f"{row['kid']}.pem").read_bytes()
            private = serialization.load_pem_private_key(pem, None)
            certificate = x509.load_pem_x509_certificate(pem)
            if not isinstance(private, PrivateKey):
                raise ConfigurationError(f"key {row['kid']} is neither RSA nor EC")
            der = certificate.public_bytes(serialization.Encoding.DER)
            yield SigningKey(
                kid=row["kid"],
                algorithm=row["algorithm"],
                state=KeyState(row["state"]),
                since=row["since"],
                certificate=base64.b64encode(der).decode(),
                private=private,
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"the signing keys in {directory} can not be read: {error}"
        ) from error


def other_key(like: Signer, clock: Clock) -> SigningKey:
    """A key of nobody that names itself as ours, to try whether a service looks."""
    made = _new_key(RSA, KeyState.RETIRED, clock)
    return replace(made, kid=like.kid)
