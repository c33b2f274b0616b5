"""The eight XML signature wrapping shapes (Somorovsky et al. 2012; `lti-and-oidc.md` C2).

Each takes an honest Response and makes one that says something else about somebody else, around
the part that the school signed.
"""

from collections.abc import Callable
from copy import deepcopy

from tests.actors.people import TEACHER
from tests.actors.saml_xml import Element, decode, encode, find, new_id, sub, tag

Wrapping = Callable[[Element], Element]


def copied(response: Element) -> Element:
    """A document of its own, as it would travel."""
    return decode(encode(response))


def forged(signed: Element) -> Element:
    """The evil copy of a signed element: a new ID, and another person."""
    evil = deepcopy(signed)
    evil.set("ID", new_id())
    for person in find(evil, "descendant-or-self::saml:Assertion//saml:NameID"):
        person.text = TEACHER.uid
    for value in find(evil, ".//saml:Attribute[@Name='uid']/saml:AttributeValue"):
        value.text = TEACHER.uid
    return evil


def unsigned(element: Element) -> Element:
    """A copy without the element's own signature."""
    plain = deepcopy(element)
    plain.remove(own_signature(plain))
    return plain


def own_signature(element: Element) -> Element:
    (signature,) = find(element, "./ds:Signature")
    return signature


def assertion_of(response: Element) -> Element:
    (assertion,) = find(response, "./saml:Assertion")
    return assertion


def xsw1(response: Element) -> Element:
    """Evil response with the signature; the original inside that signature."""
    evil = forged(response)
    own_signature(evil).append(unsigned(response))
    return evil


def xsw2(response: Element) -> Element:
    """Evil response; the original before the signature, as a sibling."""
    evil = forged(response)
    own_signature(evil).addprevious(unsigned(response))
    return evil


def xsw3(response: Element) -> Element:
    """Evil assertion before the original."""
    original = assertion_of(response)
    original.addprevious(unsigned(forged(original)))
    return response


def xsw4(response: Element) -> Element:
    """Evil assertion around the original."""
    original = assertion_of(response)
    evil = unsigned(forged(original))
    response.replace(original, evil)
    evil.append(original)
    return response


def xsw5(response: Element) -> Element:
    """Evil assertion with the signature; the original, without it, at the end."""
    original = assertion_of(response)
    evil = forged(original)
    response.replace(original, evil)
    response.append(unsigned(original))
    return response


def xsw6(response: Element) -> Element:
    """Evil assertion with the signature; the original inside that signature."""
    original = assertion_of(response)
    evil = forged(original)
    response.replace(original, evil)
    own_signature(evil).append(unsigned(original))
    return response


def xsw7(response: Element) -> Element:
    """Extensions with the evil assertion, before the original."""
    original = assertion_of(response)
    extensions = response.makeelement(tag("samlp:Extensions"))
    extensions.append(unsigned(forged(original)))
    original.addprevious(extensions)
    return response


def xsw8(response: Element) -> Element:
    """Evil assertion with the signature; the original in an Object inside that signature."""
    original = assertion_of(response)
    evil = forged(original)
    response.replace(original, evil)
    sub(own_signature(evil), "ds:Object").append(unsigned(original))
    return response


SHAPES: dict[str, Wrapping] = {
    shape.__name__.upper(): shape for shape in (xsw1, xsw2, xsw3, xsw4, xsw5, xsw6, xsw7, xsw8)
}
# Those of which the original still verifies, so that a careless reader is deceived.
VERIFYING = ("XSW2", "XSW3", "XSW4", "XSW5", "XSW7")
# Those that wrap a whole response: for a school that signs its responses.
OF_RESPONSES = ("XSW1", "XSW2")
