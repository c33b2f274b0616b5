"""Keys and self-signed certificates of invented parties."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and its certificate, both as PEM text."""

    key: str
    certificate: str

    @property
    def certificate_base64(self) -> str:
        """The certificate as it stands in ds:X509Certificate."""
        return "".join(self.certificate.splitlines()[1:-1])


def new_rsa_key(name: str = "test", bits: int = 2048, days: int = 365) -> KeyPair:
    return _certify(rsa.generate_private_key(public_exponent=65537, key_size=bits), name, days)


def new_ec_key(name: str = "test") -> KeyPair:
    """Return a P-256 key."""
    return _certify(ec.generate_private_key(ec.SECP256R1()), name)


@cache
def rsa_key(name: str) -> KeyPair:
    """Return the RSA key of the party `name`: made once a process, since making one is slow."""
    return new_rsa_key(name)


def _certify(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, name: str, days: int = 365
) -> KeyPair:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return KeyPair(private.decode(), public.decode())
