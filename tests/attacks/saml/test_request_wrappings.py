"""Every wrapping of a service's signed AuthnRequest: refused, or it asks what the service asked.

In process, since there are hundreds; `test_service_posts.py` posts some to the gateway.
"""

import time
from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import NamedTuple

import pytest

from gateway.core.ports import Begin
from gateway.errors import BadRequestSignature, MalformedRequest
from tests.actors.saml_proof import Signing
from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import PERSISTENT, Element, encode, find, new_id, sub, tag
from tests.attacks.saml.wrapping import copied
from tests.fuzz.parties import EC, NOW, SUPPLIER, request
from tests.fuzz.saml import sso

PARTS = {
    "AuthnRequest": ".",
    "Issuer": "./saml:Issuer",
    "NameIDPolicy": "./samlp:NameIDPolicy",
    "RequestedAuthnContext": "./samlp:RequestedAuthnContext",
    "Scoping": "./samlp:Scoping",
}
PLACES = ("before", "after", "around", "inside", "Signature", "Object", "Extensions")
SIGNATURES = ("stays", "moves", "copied", "none")
IDENTIFIERS = ("same-ID", "new-ID", "no-ID")
SSO = sso(signed=True)
SECOND = f"{SUPPLIER.base}/tweede"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


class Wrapping(NamedTuple):
    place: str
    hidden: str
    signature: str
    identifier: str


def wrappings() -> Iterator[Wrapping]:
    yield from map(Wrapping._make, product(PLACES, ("honest", "evil"), SIGNATURES, IDENTIFIERS))


def honest() -> Element:
    asked = AuthnRequest(
        issuer=SUPPLIER.entity_id,
        destination=None,
        acs=SUPPLIER.acs,
        name_id_format=PERSISTENT,
        contexts=["urn:oasis:names:tc:SAML:2.0:ac:classes:Password"],
        idp_list=["99XA"],
        force_authn="true",
        issued=NOW - time.time(),  # the clock of the parties stands still
    ).build()
    Signing(EC, method="TransformEcdsaSha256").sign(asked)
    return copied(asked)


def forged(part: Element) -> Element:
    """A copy that asks for something else."""
    evil = deepcopy(part)
    evil.tail = None
    if evil.get("AssertionConsumerServiceURL"):
        evil.set("AssertionConsumerServiceURL", SECOND)
        del evil.attrib["ForceAuthn"]
    for policy in find(evil, "descendant-or-self::samlp:NameIDPolicy"):
        policy.set("Format", TRANSIENT)
    for context in find(evil, ".//saml:AuthnContextClassRef"):
        context.text = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
    for entry in find(evil, ".//samlp:IDPEntry"):
        entry.set("ProviderID", "00ZZ")
    return evil


def wrapped(part: str, wrapping: Wrapping) -> Element:
    message = honest()
    ((original,), (signature,)) = find(message, PARTS[part]), find(message, "./ds:Signature")
    evil = forged(original)
    name_evil(evil, original, message.get("ID", ""), wrapping.identifier)
    share_signature(evil, signature, wrapping.signature)
    standing, hidden = (original, evil) if wrapping.hidden == "evil" else (evil, original)
    root = message
    if standing is evil:
        root = evil if original is message else put_in_place(original, evil)
    hide(root, standing, hidden, wrapping.place)
    return root


def name_evil(evil: Element, original: Element, signed_id: str, identifier: str) -> None:
    evil.attrib.pop("ID", None)
    if identifier != "no-ID":
        evil.set("ID", signed_id if identifier == "same-ID" else new_id())


def share_signature(evil: Element, signature: Element, how: str) -> None:
    for own in find(evil, "./ds:Signature"):
        evil.remove(own)
    if how in {"moves", "copied"}:
        evil.insert(1 if len(evil) else 0, deepcopy(signature))
    if how in {"moves", "none"}:
        parent = signature.getparent()
        assert parent is not None
        parent.remove(signature)


def put_in_place(original: Element, evil: Element) -> Element:
    parent = original.getparent()
    assert parent is not None
    parent.replace(original, evil)
    return parent


def hide(root: Element, standing: Element, hidden: Element, place: str) -> None:
    if place in {"before", "after"} and standing is not root:
        (standing.addprevious if place == "before" else standing.addnext)(hidden)
    elif place in {"before", "after", "inside"}:
        standing.insert(0 if place == "before" else len(standing), hidden)
    elif place == "around":
        standing.append(hidden)
    elif place == "Extensions":
        extensions = root.makeelement(tag("samlp:Extensions"))
        root.insert(min(2, len(root)), extensions)
        extensions.append(hidden)
    else:
        found = find(root, ".//ds:Signature")
        signature = found[0] if found else sub(root, "ds:Signature")
        (signature if place == "Signature" else sub(signature, "ds:Object")).append(hidden)


def asked(message: Element) -> object:
    """What the gateway takes the request for; None when it is refused."""
    try:
        begin = SSO.read(request("POST", data={"SAMLRequest": encode(message)}))
    except (BadRequestSignature, MalformedRequest):
        return None
    assert isinstance(begin, Begin)
    payload = {key: value for key, value in begin.request.payload.items() if key != "id"}
    return payload, begin.request.demands, begin.school


@pytest.mark.parametrize("part", PARTS)
def test_wrapped_request(part: str):
    """By a service whose requests must be signed."""
    meant = asked(honest())
    assert meant is not None
    each = {wrapping: asked(wrapped(part, wrapping)) for wrapping in wrappings()}
    assert len(each) == len(PLACES) * 2 * len(SIGNATURES) * len(IDENTIFIERS)
    assert [wrapping for wrapping, what in each.items() if what not in (None, meant)] == []
