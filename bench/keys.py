import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import process_time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

REPEATS, SIGNATURES = 7, 40


@dataclass(frozen=True, slots=True)
class KeyPair:
    key: rsa.RSAPrivateKey
    certificate: str  # base64 of the DER form, as it stands in metadata


def make_key_pair(name: str) -> KeyPair:
    """An RSA-2048 key with a certificate of its own for a year."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    return KeyPair(key, base64.b64encode(der).decode())


def rsa_sign_ms(key: rsa.RSAPrivateKey) -> float:
    """CPU ms of one RSA-2048/SHA-256 signature with a kept key, best of several repeats: R."""
    times = []
    for _ in range(REPEATS):
        started = process_time()
        for number in range(SIGNATURES):
            key.sign(number.to_bytes(64, "big"), padding.PKCS1v15(), hashes.SHA256())
        times.append((process_time() - started) * 1000 / SIGNATURES)
    return min(times)
