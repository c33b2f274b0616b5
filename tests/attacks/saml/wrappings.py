"""A generator of signature wrappings: every part of an answer, forged, beside the honest one.

Each has the honest part and an evil copy of it that speaks of another person. Which of the two
stands where a reader looks, where the other hides, which has the signature and which the ID
that the signature refers to: all combinations (Somorovsky et al. 2012, §4).
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import product

from tests.actors.people import TEACHER
from tests.actors.saml_proof import encrypt
from tests.actors.saml_xml import Element, find, instant, new_id, sub, tag
from tests.attacks.saml.wrapping import copied

_PARTS = {
    "Response": ".",
    "Assertion": "./saml:Assertion",
    "Subject": "./saml:Assertion/saml:Subject",
    "NameID": "./saml:Assertion/saml:Subject/saml:NameID",
    "Conditions": "./saml:Assertion/saml:Conditions",
    "AttributeStatement": "./saml:Assertion/saml:AttributeStatement",
}
_BESIDE = ("before", "after", "around", "inside")
_CONTAINERS = ("Signature", "Object", "Extensions", "Advice", "StatusDetail")
_PLACES = (*_BESIDE, *(f"{who}-in-{where}" for where in _CONTAINERS for who in ("honest", "evil")))
_SIGNATURE = "descendant-or-self::ds:Signature"


@dataclass(frozen=True, slots=True)
class Wrapping:
    """`signature`: with whom it is, of honest and evil; `identifier`: the evil part's ID."""

    part: str
    place: str
    signature: str
    identifier: str
    encrypted: bool

    def __str__(self) -> str:
        hidden = "encrypted" if self.encrypted else "plain"
        return f"{self.part}-{self.place}-{self.signature}-{self.identifier}-{hidden}"

    def of(self, honest: Element, certificate: str) -> Element:
        """The wrapping of a signed Response; `certificate` is whom it is encrypted for."""
        response = copied(honest)
        (original,) = find(response, _PARTS[self.part])
        evil = _forged(original)
        self._identify(evil, original)
        self._give_signature(evil, original)
        whole = self._placed(evil, original)
        return _encrypted(whole, certificate) if self.encrypted else whole

    def _identify(self, evil: Element, original: Element) -> None:
        """A part that has no ID gets that of its assertion."""
        evil.attrib.pop("ID", None)
        if self.identifier == "same-ID":
            evil.set("ID", original.get("ID") or _signed(original).get("ID", ""))
        if self.identifier == "new-ID":
            evil.set("ID", new_id())

    def _give_signature(self, evil: Element, original: Element) -> None:
        (signature,) = find(original.getroottree().getroot(), f".//{_SIGNATURE}")
        own = find(evil, _SIGNATURE)
        if self.signature == "stays":
            _detach(*own)
            return
        if not own:
            evil.append(deepcopy(signature))
        if self.signature == "moves":
            _detach(signature)

    def _placed(self, evil: Element, original: Element) -> Element:
        """The root of the document in which both have their places."""
        if self.place in _BESIDE:
            return _beside(self.place, evil, original)
        who, _, where = self.place.partition("-in-")
        if who == "honest":
            root, hidden = _in_its_place(evil, original), original
        else:
            root, hidden = original.getroottree().getroot(), evil
        _container(root, where).append(hidden)
        return root


def wrappings(*, encrypted: tuple[bool, ...] = (False, True)) -> Iterator[Wrapping]:
    signatures, identifiers = ("stays", "moves", "copied"), ("same-ID", "new-ID", "no-ID")
    yield from map(
        Wrapping, *zip(*product(_PARTS, _PLACES, signatures, identifiers, encrypted), strict=True)
    )


def _forged(part: Element) -> Element:
    """A copy that speaks of somebody else, or for longer."""
    evil = deepcopy(part)
    evil.tail = None
    for name in find(evil, "descendant-or-self::saml:NameID"):
        name.text = TEACHER.uid
    for value in find(evil, ".//saml:Attribute[@Name='uid']/saml:AttributeValue"):
        value.text = TEACHER.uid
    for conditions in find(evil, "descendant-or-self::saml:Conditions"):
        conditions.set("NotOnOrAfter", instant(600))
    return evil


def _signed(part: Element) -> Element:
    """The element whose signature covers a part."""
    return next(each for each in (part, *part.iterancestors()) if find(each, "./ds:Signature"))


def _detach(*elements: Element) -> None:
    for element in elements:
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)


def _in_its_place(evil: Element, original: Element) -> Element:
    """The root, with the evil part where the honest one stood."""
    parent = original.getparent()
    if parent is None:
        return evil
    parent.replace(original, evil)
    return evil.getroottree().getroot()


def _beside(place: str, evil: Element, original: Element) -> Element:
    """Beside a root is inside it."""
    is_root = original.getparent() is None
    if place == "around":
        root = _in_its_place(evil, original)
        evil.append(original)
        return root
    if place == "inside" or is_root:
        original.insert(0 if place == "before" else len(original), evil)
    elif place == "before":
        original.addprevious(evil)
    else:
        original.addnext(evil)
    return original.getroottree().getroot()


def _container(root: Element, where: str) -> Element:
    if where in {"Signature", "Object"}:
        found = find(root, ".//ds:Signature")
        signature = found[0] if found else sub(find(root, "./saml:Assertion")[0], "ds:Signature")
        return signature if where == "Signature" else sub(signature, "ds:Object")
    (status,) = find(root, "./samlp:Status")
    if where == "Extensions":
        status.addprevious(status.makeelement(tag("samlp:Extensions")))
        return find(root, "./samlp:Extensions")[0]
    if where == "StatusDetail":
        return sub(status, "samlp:StatusDetail")
    return sub(find(root, "./saml:Assertion")[0], "saml:Advice")


def _encrypted(response: Element, certificate: str) -> Element:
    """Our key is public: whoever wraps can encrypt what he wrapped."""
    for assertion in find(response, "./saml:Assertion"):
        response.replace(assertion, encrypt(assertion, certificate))
    return response
