"""SAML documents of the tests' own making, by lxml alone: build, find, encode."""

import base64
import datetime as dt
import secrets
import zlib

from lxml import etree

Element = etree._Element

NAMESPACES = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xenc": "http://www.w3.org/2001/04/xmlenc#",
}
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
BASIC_NAMES = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
PASSWORD_CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"


def tag(name: str) -> str:
    """Return `saml:Issuer` as lxml writes it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def root(name: str, **attributes: str | None) -> Element:
    """Begin a document; an attribute that is None is left out."""
    element = etree.Element(tag(name), nsmap={key: NAMESPACES[key] for key in ("saml", "samlp")})
    return _with(element, attributes)


def sub(parent: Element, name: str, text: str | None = None, **attributes: str | None) -> Element:
    """Add a child; an attribute that is None is left out."""
    prefix = name.partition(":")[0]
    element = etree.SubElement(parent, tag(name), nsmap={prefix: NAMESPACES[prefix]})
    element.text = text
    return _with(element, attributes)


def find(element: Element, path: str) -> list[Element]:
    """Return what an XPath with the prefixes of NAMESPACES finds."""
    found = element.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return found


def text_of(element: Element, path: str) -> str:
    """Return the text, or the attribute, of the one thing that `path` finds."""
    (found,) = find(element, path)
    return found if isinstance(found, str) else "".join(found.itertext())


def parse(document: bytes | str) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=False)
    return etree.fromstring(document.encode() if isinstance(document, str) else document, parser)


def new_id() -> str:
    return "_" + secrets.token_hex(16)


def instant(seconds: float = 0) -> str:
    """Return the moment `seconds` from now as SAML writes it."""
    when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def encode(element: Element) -> str:
    """Return a message as the POST binding carries it (SAML Bindings §3.5.4)."""
    return base64.b64encode(etree.tostring(element)).decode()


def decode(message: str) -> Element:
    return parse(base64.b64decode(message, validate=True))


def deflate(element: Element) -> str:
    """Return a message as the Redirect binding carries it (SAML Bindings §3.4.4.1)."""
    squeezer = zlib.compressobj(wbits=-15)
    return base64.b64encode(squeezer.compress(etree.tostring(element)) + squeezer.flush()).decode()


def inflate(message: str) -> Element:
    return parse(zlib.decompress(base64.b64decode(message, validate=True), wbits=-15))


def _with(element: Element, attributes: dict[str, str | None]) -> Element:
    for name, value in attributes.items():
        if value is not None:
            element.set(name, value)
    return element
