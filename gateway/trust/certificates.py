"""What a certificate of another party says of itself."""

import base64

from cryptography import x509


def end_of(certificate: str) -> float | None:
    """When it ends, in seconds since the epoch; of base64 DER. None for what is no certificate."""
    try:
        loaded = x509.load_der_x509_certificate(base64.b64decode(certificate))
    except ValueError:
        return None
    return loaded.not_valid_after_utc.timestamp()
