"""Base64 as forms and XML carry it: with white space anywhere in it, and nothing else."""

from base64 import b64decode


def decode(text: str) -> bytes:
    """RFC 4648 §4, XML Schema 2 §3.2.16. Raises ValueError."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b64decode("".join(text.split()), validate=True)
