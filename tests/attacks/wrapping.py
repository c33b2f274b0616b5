"""Signature wrapping: the signed element is kept somewhere, another one is to be read.

The eight of Somorovsky et al., "On Breaking SAML" (USENIX Security 2012), numbered as SAML
Raider does. Each takes a Response as the school signed it for one person, and makes one that
speaks of another.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy

from tests.actors.people import Person
from tests.actors.saml_xml import Element, find, sub

Forge = Callable[[Element, str], Element]


def wraps_response(evil: Element, original: Element) -> tuple[Element, Element]:
    """The Signature that the evil Response kept, and the original without one."""
    (signature,) = find(evil, "./ds:Signature")
    drop(original, "./ds:Signature")
    return signature, original


def xsw1(evil: Element, original: Element) -> Element:
    """The original lies inside the Signature of the evil Response."""
    signature, original = wraps_response(evil, original)
    signature.append(original)
    return evil


def xsw2(evil: Element, original: Element) -> Element:
    """The original lies before the Signature, which is detached now."""
    signature, original = wraps_response(evil, original)
    signature.addprevious(original)
    return evil


def xsw3(evil: Element, original: Element) -> Element:
    """An evil Assertion before the original."""
    response, assertion = _apart(original)
    drop(evil, "./ds:Signature")
    assertion.addprevious(evil)
    return response


def xsw4(evil: Element, original: Element) -> Element:
    """The original inside the evil Assertion."""
    response, assertion = _apart(original)
    drop(evil, "./ds:Signature")
    response.replace(assertion, evil)
    evil.append(assertion)
    return response


def xsw5(evil: Element, original: Element) -> Element:
    """The evil Assertion keeps the Signature; the original stands at the end."""
    response, assertion = _apart(original)
    assertion.addprevious(evil)
    drop(assertion, "./ds:Signature")
    return response


def xsw6(evil: Element, original: Element) -> Element:
    """The original inside the Signature of the evil Assertion."""
    response, assertion = _apart(original)
    response.replace(assertion, evil)
    drop(assertion, "./ds:Signature")
    find(evil, "./ds:Signature")[0].append(assertion)
    return response


def xsw7(evil: Element, original: Element) -> Element:
    """The evil Assertion in Extensions, whose schema is lax."""
    response, assertion = _apart(original)
    drop(evil, "./ds:Signature")
    extensions = sub(response, "samlp:Extensions")
    find(response, "./saml:Issuer")[0].addnext(extensions)
    extensions.append(evil)
    return response


def xsw8(evil: Element, original: Element) -> Element:
    """The original in an Object inside the Signature of the evil Assertion."""
    response, assertion = _apart(original)
    response.replace(assertion, evil)
    drop(assertion, "./ds:Signature")
    sub(find(evil, "./ds:Signature")[0], "ds:Object").append(assertion)
    return response


OF_RESPONSES = (xsw1, xsw2)
OF_ASSERTIONS = (xsw3, xsw4, xsw5, xsw6, xsw7, xsw8)
