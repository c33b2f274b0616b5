"""Strict XML: one parser, no DOCTYPE, no entities, bounded size.

A message (`parse_message`) is stricter than a document (`parse`): no comments, processing
instructions or CDATA either, since a value that they cut in two is an old trick
(CVE-2017-11427). In UTF-8 none of these can be written without `<!` or `<?`.
"""

import re
import threading

from lxml import etree

MESSAGE_LIMIT = 256 * 1024
DOCUMENT_LIMIT = 1024 * 1024
_ELEMENTS_LIMIT = 20_000
# Marks of what a message may have many of, and how many: canonicalising takes time by their
# product, and a signature is canonicalised before it is known whose it is.
_MARKS = {b"<": 10_000, b"=": 5_000, b"xmlns": 1_000}
_DECLARATION = re.compile(rb"^(\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*['\"]([A-Za-z0-9._-]+)")
_PROLOG = re.compile(rb"(\xef\xbb\xbf)?\s*<\?xml\s[^>]*\?>")
_ENCODINGS = {b"utf-8", b"us-ascii", b"ascii"}


class XmlRefused(ValueError):
    """The document is not one that we read; the text says why, of a message without its content."""


class _Kept(threading.local):
    """A parser a thread: making one costs more than a message does."""

    def __init__(self) -> None:
        self.parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_blank_text=False,
        )


_kept = _Kept()


def parse(data: bytes, *, limit: int = DOCUMENT_LIMIT) -> etree._Element:
    """The root of a document of at most `limit` bytes; raises XmlRefused (SAML2Int G03: no DTD)."""
    if len(data) > limit:
        raise XmlRefused(f"larger than {limit} bytes")
    if data.count(b"<") > 2 * limit // 16 and data.count(b"<") > _ELEMENTS_LIMIT:
        raise XmlRefused("too many elements")
    try:
        return _parsed(data)
    except etree.XMLSyntaxError as error:
        raise XmlRefused(f"not well-formed XML: {error.msg}") from error


def parse_message(data: bytes) -> etree._Element:
    """The root of a SAML message; raises XmlRefused."""
    if len(data) > MESSAGE_LIMIT:
        raise XmlRefused(f"larger than {MESSAGE_LIMIT} bytes")
    prolog = _PROLOG.match(data)
    if b"<!" in data or data.find(b"<?", prolog.end() if prolog else 0) >= 0:
        raise XmlRefused("a DOCTYPE, comment, processing instruction or CDATA is not accepted")
    if any(_has_more(data, mark, most) for mark, most in _MARKS.items()):
        raise XmlRefused("too many elements, attributes or namespaces")
    try:
        return _parsed(data)
    except etree.XMLSyntaxError as error:
        # libxml2's own sentence quotes the message, and so perhaps a person.
        line, column = error.position
        raise XmlRefused(f"not well-formed XML at line {line}, column {column}") from error


def _has_more(data: bytes, mark: bytes, most: int) -> bool:
    """Not counted where they would not fit: counting takes a quarter of reading a message."""
    return len(data) > most * len(mark) and data.count(mark) > most


def _parsed(data: bytes) -> etree._Element:
    declared = _DECLARATION.match(data)
    if declared and declared[2].lower() not in _ENCODINGS:
        raise XmlRefused("not in UTF-8")
    if b"\0" in data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise XmlRefused("a DOCTYPE or entity is not accepted")
    root = etree.fromstring(data, _kept.parser)
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise XmlRefused("a DOCTYPE or entity is not accepted")
    return root


def children(element: etree._Element, *path: str) -> list[etree._Element]:
    """The elements at a path of tags below `element`: what `findall` finds. That has a machine of
    its own, which a login would go through a hundred times."""
    found = [element]
    for tag in path:
        found = [child for parent in found for child in parent if child.tag == tag]
    return found


def child(element: etree._Element, *path: str) -> etree._Element | None:
    """The first of them."""
    return next(iter(children(element, *path)), None)


def only_child(element: etree._Element, tag: str) -> etree._Element:
    """Raises XmlRefused where there is none, or more than one."""
    found = children(element, tag)
    if len(found) != 1:
        raise XmlRefused(f"not exactly one {etree.QName(tag).localname}")
    return found[0]


def text_of(element: etree._Element) -> str:
    """All the text of an element that holds text alone; raises XmlRefused."""
    if len(element):
        raise XmlRefused("an element where a text should be")
    return (element.text or "").strip()


def canonical(element: etree._Element, prefixes: list[str] | None = None) -> bytes:
    """Exclusive canonical form without comments (XML-EXC-C14N); raises XmlRefused for what has
    none: a namespace that is a relative address (C14N §1.3)."""
    try:
        return etree.tostring(
            element,
            method="c14n",
            exclusive=True,
            with_comments=False,
            inclusive_ns_prefixes=prefixes,
        )
    except etree.C14NError as error:
        raise XmlRefused("an element that has no canonical form") from error
