"""Documents that are nearly right: seeds in which a few things were changed, as a program would."""

import contextlib
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from tests.fuzz.target import Target

_TEXTS = [
    "", " ", "0", "-1", "x" * 5000, "\u20ac", "\U0001f600", "\u202e", "%", "{}", "nl", "1e999", "true", "99XA",
    "http://[", "https://a:b/", "http://tool.test/\u00e9", "2026-11-26T12:00:00Z", "0000-00-00T99:00:00Z",
]  # fmt: skip
_ODD = [
    *_TEXTS, "\ud800", "a\u0000b", None, True, False, 0, -1, 1.5, 1e300, 10**400,
    [], {}, [[]], [None], [""], {"": None}, {"a": {}},
]  # fmt: skip
_BARE = [
    b"[" * 20_000, b'{"a":' * 20_000, b"9" * 5000, b"NaN", b"null", b"[]", b"{}", b'""', b"1",
    b"\xef\xbb\xbf{}", b"\xff", b"", b"<a/>", b"<a:b/>", b'<a xmlns="1"/>',
]  # fmt: skip
_RANDOM = st.randoms(use_true_random=False)


def nearly(target: Target) -> st.SearchStrategy[bytes]:
    """What a target may get."""
    return st.one_of(st.sampled_from(_BARE), *map(_changes, target.seeds))


def _changes(seed: bytes) -> st.SearchStrategy[bytes]:
    with contextlib.suppress(ValueError):
        json.loads(seed)
        return _RANDOM.map(lambda random: _changed_json(seed, random))
    with contextlib.suppress(etree.XMLSyntaxError):
        etree.fromstring(seed)
        return _RANDOM.map(lambda random: _changed_xml(seed, random))
    return _RANDOM.map(lambda random: _spliced(seed, random))


def _changed_json(seed: bytes, random: Random) -> bytes:
    whole = [json.loads(seed)]
    for _ in range(random.randint(1, 3)):
        holder, name = random.choice(list(_members(whole)))
        if isinstance(holder, dict) and random.random() < 0.2:
            del holder[name]
        else:
            holder[name] = deepcopy(random.choice(_ODD))
    return json.dumps(whole[0]).encode()


def _members(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Each member of lists and objects, at any depth."""
    for name in range(len(holder)) if isinstance(holder, list) else list(holder):
        yield holder, name
        if isinstance(holder[name], list | dict):
            yield from _members(holder[name])


def _changed_xml(seed: bytes, random: Random) -> bytes:
    root = etree.fromstring(seed)
    for _ in range(random.randint(1, 3)):
        element = random.choice(list(root.iter("*")))
        random.choice(_XML_CHANGES)(element, random)
    return etree.tostring(root)


def _text(element: etree._Element, random: Random) -> None:
    element.text = random.choice(_TEXTS)


def _attribute(element: etree._Element, random: Random) -> None:
    for name in element.attrib:
        if random.random() < 0.5:
            element.set(name, random.choice(_TEXTS))


def _no_attribute(element: etree._Element, random: Random) -> None:
    for name in list(element.attrib)[random.randint(0, 1) :]:
        del element.attrib[name]


def _twice(element: etree._Element, random: Random) -> None:
    if element.getparent() is not None:
        element.addnext(deepcopy(element))


def _away(element: etree._Element, random: Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _empty(element: etree._Element, random: Random) -> None:
    element.clear()


def _other_name(element: etree._Element, random: Random) -> None:
    element.tag = random.choice(["x", "{urn:x}y", "{urn:oasis:names:tc:SAML:2.0:assertion}Issuer"])


def _within(element: etree._Element, random: Random) -> None:
    element.append(deepcopy(element))


_XML_CHANGES: list[Callable[[etree._Element, Random], None]] = [
    _text, _attribute, _attribute, _no_attribute, _twice, _away, _empty, _other_name, _within,
]  # fmt: skip


def _spliced(seed: bytes, random: Random) -> bytes:
    data = bytearray(seed)
    for _ in range(random.randint(1, 4)):
        place = random.randint(0, len(data))
        odd = random.choice(_TEXTS).encode() or bytes([random.randint(0, 255)])
        data[place : place + random.randint(0, 4)] = odd
    return bytes(data)
