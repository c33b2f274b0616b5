"""How SAML messages travel: HTTP-Redirect (deflated in the query) and HTTP-POST.

SAML Bindings §3.4 and §3.5. A Redirect signature covers the query as it was sent, byte for
byte, so it is checked over the raw query.
"""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus, urlsplit

from lxml import etree

from gateway.core.ports import HttpRequest, Signer
from gateway.trust import base64text
from gateway.trust.algorithms import SIGNATURE_METHODS, is_made_by
from gateway.trust.xml import MESSAGE_LIMIT, XmlRefused, parse_message
from gateway.trust.xmldsig import SignatureRefused, VerificationKey, WeakSignature

RELAY_STATE_LIMIT = 4096
# Raw DEFLATE with 4 KB behind it, which holds a message: zlib's usual quarter of a megabyte takes
# eight times as long to set up as to use, and leaves nothing else in the processor's cache.
_WINDOW, _MEMORY = -12, 4
_FIELDS = {"SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"}


@dataclass(frozen=True, slots=True)
class Message:
    """A SAML message as it came in: parsed, nothing proved.

    `signed_query` is what a Redirect signature covers, with the algorithm and the value.
    """

    root: etree._Element
    relay_state: str | None
    signed_query: tuple[bytes, str, bytes] | None = None
    posted: bool = False


def receive(request: HttpRequest, field: str) -> Message:
    """The message in the field `SAMLRequest` or `SAMLResponse`; raises XmlRefused."""
    if request.method == "POST":
        return _posted(request, field)
    return _redirected(request.query_string, field)


def _posted(request: HttpRequest, field: str) -> Message:
    """SAML Bindings §3.5.4: base64 in a form field."""
    values = {name: request.form.getlist(name) for name in (field, "RelayState")}
    if len(values[field]) != 1 or len(values["RelayState"]) > 1:
        raise XmlRefused(f"not exactly one {field}")
    root = parse_message(_base64(values[field][0]))
    relay = values["RelayState"][0] if values["RelayState"] else None
    return Message(root, _relay_state(relay), posted=True)


def _redirected(query: bytes, field: str) -> Message:
    """SAML Bindings §3.4.4: deflated, base64, percent-encoded; each parameter once."""
    raw = _raw_parameters(query)
    if field not in raw:
        raise XmlRefused(f"no {field}")
    root = parse_message(_inflate(_base64(_plain(raw[field]))))
    relay = _plain(raw["RelayState"]) if "RelayState" in raw else None
    signed = None
    if "Signature" in raw:
        names = [name for name in (field, "RelayState", "SigAlg") if name in raw]
        covered = b"&".join(name.encode() + b"=" + raw[name] for name in names)
        algorithm, value = _plain(raw.get("SigAlg", b"")), _base64(_plain(raw["Signature"]))
        signed = (covered, algorithm, value)
    return Message(root, _relay_state(relay), signed)


def _plain(value: bytes) -> str:
    try:
        return unquote_plus(value.decode("ascii"), errors="strict")
    except UnicodeDecodeError as error:
        raise XmlRefused("a parameter that is not percent-encoded UTF-8") from error


def _raw_parameters(query: bytes) -> dict[str, bytes]:
    """The SAML parameters, still encoded; a repeated one is refused."""
    found: dict[str, bytes] = {}
    for pair in query.split(b"&"):
        name, _, value = pair.partition(b"=")
        key = name.decode("latin-1")
        if key in found:
            raise XmlRefused(f"{key} is there twice")
        if key in _FIELDS:
            found[key] = value
    return found


def _relay_state(value: str | None) -> str | None:
    if value is not None and len(value) > RELAY_STATE_LIMIT:
        raise XmlRefused("RelayState is too long")
    return value


def _base64(text: str) -> bytes:
    if len(text) > MESSAGE_LIMIT * 2:
        raise XmlRefused("the message is too large")
    try:
        return base64text.decode(text)
    except ValueError as error:
        raise XmlRefused("the message is not base64") from error


def _inflate(data: bytes) -> bytes:
    """RFC 1951, bounded before and after (CVE-2025-25293)."""
    inflater = zlib.decompressobj(-15)
    try:
        plain = inflater.decompress(data, MESSAGE_LIMIT + 1)
    except zlib.error as error:
        raise XmlRefused("the message is not deflated") from error
    if len(plain) > MESSAGE_LIMIT or inflater.unconsumed_tail:
        raise XmlRefused("the message is too large")
    return plain


def check_query_signature(message: Message, keys: Sequence[VerificationKey]) -> None:
    """Verify the Redirect signature (SAML Bindings §3.4.4.1); raises SignatureRefused."""
    if message.signed_query is None:
        raise SignatureRefused("not signed")
    covered, algorithm, value = message.signed_query
    if algorithm not in SIGNATURE_METHODS:
        raise WeakSignature(f"algorithm {algorithm!r} is not accepted")
    if not any(is_made_by(key.public, algorithm, covered, value) for key in keys):
        raise SignatureRefused("no known key made this signature")


def redirect_address(
    location: str, field: str, message: bytes, relay_state: str | None, signer: Signer
) -> str:
    """The address that carries a signed message (SAML Bindings §3.4.4.1). 1 signature."""
    deflater = zlib.compressobj(wbits=_WINDOW, memLevel=_MEMORY)
    deflated = deflater.compress(message) + deflater.flush()
    query = f"{field}={_quoted_base64(deflated)}"
    if relay_state is not None:
        query += f"&RelayState={_quoted(relay_state)}"
    query += f"&SigAlg={_quoted(signer.xml_algorithm)}"
    signature = signer.sign_xml(query.encode())
    joiner = "&" if urlsplit(location).query else "?"
    return f"{location}{joiner}{query}&Signature={_quoted_base64(signature)}"


def _quoted_base64(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return text.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


def _quoted(text: str) -> str:
    return quote(text, safe="")
