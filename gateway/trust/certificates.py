"""What a certificate of another party says of itself."""

import base64
from collections.abc import Sequence
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.core.feeds import MetadataSigner


@lru_cache(maxsize=65536)  # of all parties of a federation, which a page or a scrape asks again
def end_of(certificate: str) -> float | None:
    """When it ends, in seconds since the epoch; of base64 DER. None for what is no certificate."""
    try:
        loaded = x509.load_der_x509_certificate(base64.b64decode(certificate))
    except ValueError:
        return None
    return loaded.not_valid_after_utc.timestamp()


def signers_of(pem: str) -> Sequence[MetadataSigner]:
    """The certificates in a PEM that was read before."""
    return [
        MetadataSigner(
            each.subject.rfc4514_string(),
            each.fingerprint(SHA256()).hex(":"),
            each.not_valid_after_utc.timestamp(),
        )
        for each in x509.load_pem_x509_certificates(pem.encode())
    ]
