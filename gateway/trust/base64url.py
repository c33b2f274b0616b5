"""Base64 for addresses, without padding (RFC 4648 §5, RFC 7515 §2)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises ValueError for a length that is impossible."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
