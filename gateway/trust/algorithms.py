"""The signature algorithms of XML Signature that we accept, and verifying a value by them.

SAML2Int ALG01: SHA-256 or better; SHA-1 and HMAC never.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
RSA_SHA256 = _MORE + "rsa-sha256"
SIGNATURE_METHODS = {
    RSA_SHA256: hashes.SHA256(),
    _MORE + "rsa-sha384": hashes.SHA384(),
    _MORE + "rsa-sha512": hashes.SHA512(),
    _MORE + "ecdsa-sha256": hashes.SHA256(),
    _MORE + "ecdsa-sha384": hashes.SHA384(),
    _MORE + "ecdsa-sha512": hashes.SHA512(),
}

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def is_made_by(public: PublicKey, algorithm: str, covered: bytes, value: bytes) -> bool:
    """Whether a key made the signature `value` over the bytes; raises KeyError for an algorithm
    that is not one of `SIGNATURE_METHODS`."""
    method = SIGNATURE_METHODS[algorithm]
    try:
        if isinstance(public, rsa.RSAPublicKey) and "#rsa-" in algorithm:
            public.verify(value, covered, padding.PKCS1v15(), method)
            return True
        if isinstance(public, ec.EllipticCurvePublicKey) and "#ecdsa-" in algorithm:
            public.verify(_der(public, value), covered, ec.ECDSA(method))
            return True
    except InvalidSignature:
        return False
    return False


def _der(public: ec.EllipticCurvePublicKey, value: bytes) -> bytes:
    """An EC signature as DER: XML Signature has r||s (RFC 9231 §2.3.6), Java products send DER."""
    half = (public.key_size + 7) // 8
    if len(value) != 2 * half:
        return value
    return encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))
