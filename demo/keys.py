"""A signing key and its self-signed certificate, made once and kept in the party's own folder."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

VALIDITY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class KeyPair:
    key: str
    certificate: str
    """Both in PEM."""

    @property
    def certificate_body(self) -> str:
        """Base64 without the PEM lines, as an X509Certificate element holds it."""
        return "".join(self.certificate.splitlines()[1:-1])


def key_pair(folder: Path, name: str) -> KeyPair:
    """The key pair in the folder; made at the first call."""
    key_file, certificate_file = folder / "key.pem", folder / "certificate.pem"
    if not certificate_file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pair = _make(name)
        key_file.touch(mode=0o600)
        key_file.write_text(pair.key, encoding="ascii")
        certificate_file.write_text(pair.certificate, encoding="ascii")
    return KeyPair(key_file.read_text("ascii"), certificate_file.read_text("ascii"))


def _make(name: str) -> KeyPair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + VALIDITY)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return KeyPair(
        key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        certificate.public_bytes(pem).decode(),
    )
