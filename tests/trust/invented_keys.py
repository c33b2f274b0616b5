"""Signers of the tests: the gateway's own keyring over invented keys, made once a process."""

import tempfile
from functools import cache
from pathlib import Path

from lxml import etree

from gateway.trust.keyring import FileKeyring, Retirement, SigningKey, make_keys
from gateway.trust.xml import canonical
from gateway.trust.xmldsig import signature_over

NOW = 1_800_000_000


@cache
def signer(name: str = "one", algorithm: str = "RS256") -> SigningKey:
    """The active key of the invented gateway `name`."""
    return _keyring(name).signer(algorithm)


@cache
def _keyring(name: str) -> FileKeyring:
    with tempfile.TemporaryDirectory(prefix=f"keys-{name}-") as directory:
        make_keys(Path(directory), lambda: NOW)
        return FileKeyring(Path(directory), lambda: NOW, Retirement(7200, 14 * 86_400))


def sign_behind_issuer(element: etree._Element, key: SigningKey) -> None:
    """Sign an element with the Signature behind its first child, where SAML has it."""
    signature = signature_over(canonical(element).decode(), element.get("ID") or "", key)
    element[0].addnext(etree.fromstring(signature))
