"""The gateway's AuthnRequest by HTTP-Redirect (SAML Bindings §3.4, SAML Core §3.4.1)."""

import base64
import binascii
import zlib
from dataclasses import dataclass
from urllib.parse import unquote_plus

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from demo.schools.saml_metadata import ServiceProvider
from demo.schools.xml import NAMES, SAMLP, attribute, parse

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SIGNED = ("SAMLRequest", "RelayState", "SigAlg")
LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class AuthnRequest:
    """A request whose signature, issuer and addresses are checked."""

    id: str
    consumer: str
    relay_state: str


def read_authn_request(query: str, provider: ServiceProvider, sso: str) -> AuthnRequest:
    """Check and read the raw query string. Raises ValueError with what is wrong."""
    # The value read is the value signed: both from the same part of the query.
    raw = dict(part.partition("=")[::2] for part in query.split("&"))
    values = {name: unquote_plus(value) for name, value in raw.items()}
    _check_signature(raw, values, provider)
    request = parse(_inflate(values.get("SAMLRequest", "")))
    if request.tag != f"{{{SAMLP}}}AuthnRequest":
        raise ValueError("not an AuthnRequest")
    if request.findtext("saml:Issuer", namespaces=NAMES) != provider.entity_id:
        raise ValueError("another issuer than the gateway")
    if request.get("Destination") != sso:
        raise ValueError("meant for another address")
    consumer = _consumer(request, provider)
    return AuthnRequest(attribute(request, "ID"), consumer, values.get("RelayState", ""))


def _check_signature(
    raw: dict[str, str], values: dict[str, str], provider: ServiceProvider
) -> None:
    """SAML Bindings §3.4.4.1: over the parameters as they were encoded, in this order."""
    if values.get("SigAlg") != RSA_SHA256:
        raise ValueError("not signed with RSA-SHA256")
    signed = "&".join(f"{name}={raw[name]}" for name in SIGNED if name in raw).encode()
    signature = _decode(values.get("Signature", ""))
    for key in provider.keys:
        try:
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            continue
        return
    raise ValueError("the signature is not the gateway's")


def _consumer(request: etree._Element, provider: ServiceProvider) -> str:
    """Where the answer goes: an address of the metadata, never another (SAML Core §3.4.1)."""
    if "AssertionConsumerServiceIndex" in request.attrib:
        index = attribute(request, "AssertionConsumerServiceIndex")
        asked = provider.consumers.get(index)
    else:
        asked = request.get("AssertionConsumerServiceURL", provider.default_consumer)
    if asked not in provider.consumers.values():
        raise ValueError("the answer is wanted at an address outside the gateway's metadata")
    return str(asked)


def _inflate(value: str) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        document = inflater.decompress(_decode(value), LIMIT)
    except zlib.error as error:
        raise ValueError("SAMLRequest is not deflated") from error
    if inflater.unconsumed_tail:
        raise ValueError("SAMLRequest is too long")
    return document


def _decode(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("not in base64") from error
