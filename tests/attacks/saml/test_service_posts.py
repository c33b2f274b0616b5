"""A posted AuthnRequest: of it the signed part alone is read (SAML Bindings §3.5, C2)."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import Element, decode, encode, new_id, sub
from tests.attacks.saml.stage import SUPPLIER, Stage, assert_logged, assert_nothing_begun
from tests.attacks.saml.wrapping import own_signature

SIGNATURE = ("KP-304", 403)
STRANGER = rsa_key("stranger")

Posted = Callable[[Stage, Element], Element]


def forged(element: Element) -> Element:
    """An evil copy that asks the answer at an address that is registered, but not asked."""
    evil = deepcopy(element)
    evil.set("ID", new_id())
    evil.set("AssertionConsumerServiceURL", f"{SUPPLIER}/tweede")
    return evil


def original_inside(stage: Stage, request: Element) -> Element:
    """XSW: the evil request is the root, with the signature; the original stands beside."""
    evil = forged(request)
    original = deepcopy(request)
    original.remove(own_signature(original))
    evil.append(original)
    return evil


def original_in_the_signature(stage: Stage, request: Element) -> Element:
    evil = forged(request)
    original = deepcopy(request)
    original.remove(own_signature(original))
    sub(own_signature(evil), "ds:Object").append(original)
    return evil


def original_in_extensions(stage: Stage, request: Element) -> Element:
    evil = forged(request)
    evil.remove(own_signature(evil))
    sub(evil, "samlp:Extensions").append(deepcopy(request))
    return evil


def two_signatures(stage: Stage, request: Element) -> Element:
    own_signature(request).addnext(deepcopy(own_signature(request)))
    return request


def changed(stage: Stage, request: Element) -> Element:
    request.set("AssertionConsumerServiceURL", f"{SUPPLIER}/tweede")
    return request


def stripped(stage: Stage, request: Element) -> Element:
    request.remove(own_signature(request))
    return request


def by_a_stranger(stage: Stage, request: Element) -> Element:
    request.remove(own_signature(request))
    Signing(STRANGER).sign(request)
    return request


def by_sha1(stage: Stage, request: Element) -> Element:
    request.remove(own_signature(request))
    Signing(stage.supplier.keys, method="TransformRsaSha1").sign(request)
    return request


def by_hmac(stage: Stage, request: Element) -> Element:
    request.remove(own_signature(request))
    Signing(stage.supplier.keys, method="TransformHmacSha256").sign(request)
    return request


POSTED: list[Posted] = [
    original_inside,
    original_in_the_signature,
    original_in_extensions,
    two_signatures,
    changed,
    stripped,
    by_a_stranger,
    by_sha1,
    by_hmac,
]


@pytest.mark.parametrize("attack", POSTED, ids=lambda attack: attack.__name__)
def test_posted_request(stage: Stage, browser: Browser, attack: Posted):
    """SAML Bindings §3.5, C2: of a posted request the signed part alone is read."""
    request, log = stage.supplier.request(), stage.log()
    honest = stage.supplier.post_fields(request, "r")
    wrong = attack(stage, decode(honest["SAMLRequest"]))
    address = f"{stage.base}/saml/sso"
    page = browser.post(address, {**honest, "SAMLRequest": encode(wrong)}, initiator=SUPPLIER)
    assert_nothing_begun(stage, browser, page, SIGNATURE)
    assert_logged(log, "KP-304")
    assert browser.post(address, honest, initiator=SUPPLIER).status == 200


def test_posted_request_over_the_limit(stage: Stage, browser: Browser):
    fields = {"SAMLRequest": "A" * 600_000}
    page = browser.post(f"{stage.base}/saml/sso", fields, initiator=SUPPLIER)
    assert_nothing_begun(stage, browser, page, ("KP-504", 413))
