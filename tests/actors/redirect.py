"""Signatures over the query of the Redirect binding (SAML Bindings §3.4.4.1)."""

import base64
from collections.abc import Iterable
from urllib.parse import parse_qs, urlencode

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.actors.keys import KeyPair

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
HASHES = {RSA_SHA256: hashes.SHA256(), RSA_SHA1: hashes.SHA1()}


def sign_query(fields: dict[str, str], keys: KeyPair, algorithm: str = RSA_SHA256) -> str:
    """Return `fields`, in their order, as a query with SigAlg and Signature."""
    query = urlencode({**fields, "SigAlg": algorithm})
    key = serialization.load_pem_private_key(keys.key.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    signature = key.sign(query.encode(), padding.PKCS1v15(), HASHES[algorithm])
    return f"{query}&{urlencode({'Signature': base64.b64encode(signature).decode()})}"


def verify_query(query: str, certificates: Iterable[str]) -> None:
    """Raise unless one of the PEM certificates signed the query, over its bytes as sent."""
    fields = parse_qs(query, strict_parsing=True)
    assert fields.get("SigAlg") == [RSA_SHA256], f"not signed by RSA-SHA256: {query}"
    signature = base64.b64decode(fields["Signature"][0], validate=True)
    signed = query.partition("&Signature=")[0].encode()
    assert any(_is_by(pem, signature, signed) for pem in certificates), "signed by an unknown key"


def _is_by(certificate: str, signature: bytes, signed: bytes) -> bool:
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
