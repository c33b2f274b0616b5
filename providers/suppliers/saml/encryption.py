"""Encrypted assertions to a service (SAML Core §2.3.4, SAML2Int ALG01): AES-GCM and RSA-OAEP."""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.trust.xmldsig import DS
from gateway.trust.xmltext import element

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_XENC = "http://www.w3.org/2001/04/xmlenc#"
_XENC11 = "http://www.w3.org/2009/xmlenc11#"
# By name, with the bits of the key; the first is for who names none.
ALGORITHMS: Mapping[str, tuple[str, int]] = {
    "aes256-gcm": (_XENC11 + "aes256-gcm", 256),
    "aes128-gcm": (_XENC11 + "aes128-gcm", 128),
}
_BLOCK_CIPHERS = ("-cbc", "-gcm")
_MIN_RSA_BITS = 2048
_NONCE_BYTES = 12
# What the algorithm's name rsa-oaep-mgf1p stands for (XML Encryption §5.5.2): SHA-1 here hides
# nothing and is what all software opens.
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303


@dataclass(frozen=True, slots=True)
class Encryption:
    """How a service's assertions are encrypted: each of its keys opens them."""

    algorithm: str
    keys: Sequence[RSAPublicKey]

    def encrypted(self, assertion: str) -> str:
        """The EncryptedAssertion, in its canonical form."""
        address, bits = ALGORITHMS[self.algorithm]
        secret, nonce = AESGCM.generate_key(bits), os.urandom(_NONCE_BYTES)
        content = nonce + AESGCM(secret).encrypt(nonce, assertion.encode(), None)
        keys = [_encrypted_key(key, secret) for key in self.keys]
        data = element(
            "xenc:EncryptedData",
            {"Type": _XENC + "Element"},
            element("xenc:EncryptionMethod", {"Algorithm": address}),
            element("ds:KeyInfo", {}, *keys, namespace=DS),
            _cipher_data(content),
            namespace=_XENC,
        )
        return element("saml:EncryptedAssertion", {}, data, namespace=_SAML)


def encryption_keys(certificates: Iterable[str]) -> tuple[RSAPublicKey, ...]:
    """The keys of a service that can be encrypted for (SAML2Int MD06)."""
    loaded = (x509.load_der_x509_certificate(b64decode(c)).public_key() for c in certificates)
    return tuple(
        key for key in loaded if isinstance(key, RSAPublicKey) and key.key_size >= _MIN_RSA_BITS
    )


def preferred(methods: Sequence[str]) -> str | None:
    """The first of the content encryptions in the metadata that we do (Metadata §2.4.1.1), ours
    when it names none; None when it names others alone, which are not safe."""
    named = [method for method in methods if method.endswith(_BLOCK_CIPHERS)]
    if not named:
        return next(iter(ALGORITHMS))
    known = {address: name for name, (address, _) in ALGORITHMS.items()}
    return next((known[method] for method in named if method in known), None)


def _encrypted_key(key: RSAPublicKey, secret: bytes) -> str:
    digest = element("ds:DigestMethod", {"Algorithm": DS + "sha1"})
    method = {"Algorithm": _XENC + "rsa-oaep-mgf1p"}
    return element(
        "xenc:EncryptedKey",
        {},
        element("xenc:EncryptionMethod", method, digest),
        _cipher_data(key.encrypt(secret, _OAEP)),
    )


def _cipher_data(content: bytes) -> str:
    value = element("xenc:CipherValue", {}, b64encode(content).decode())
    return element("xenc:CipherData", {}, value)
