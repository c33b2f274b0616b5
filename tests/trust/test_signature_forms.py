"""Each form of an XML signature that is refused before its value is looked at."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from lxml import etree

from gateway.trust.xmldsig import (
    DS,
    ENVELOPED,
    EXC_C14N,
    SignatureRefused,
    WeakSignature,
    signature_of,
)
from tests.trust.invented_keys import sign_behind_issuer, signer

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
BASE64 = DS + "base64"
Change = Callable[[etree._Element], None]


@pytest.fixture
def message() -> etree._Element:
    """Signed by us, and well."""
    element = etree.fromstring('<Message ID="_1"><Issuer>wie</Issuer><Body>wat</Body></Message>')
    sign_behind_issuer(element, signer())
    assert signature_of(element) is not None
    return element


def part(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f".//{{{DS}}}{name}")
    assert found is not None
    return found


def set_algorithm(name: str, algorithm: str) -> Change:
    return lambda element: part(element, name).set("Algorithm", algorithm)


def set_uri(uri: str | None) -> Change:
    def change(element: etree._Element) -> None:
        reference = part(element, "Reference")
        if uri is None:
            del reference.attrib["URI"]
        else:
            reference.set("URI", uri)

    return change


def set_text(name: str, text: str) -> Change:
    return lambda element: setattr(part(element, name), "text", text)


def put_into(name: str, child: str) -> Change:
    return lambda element: part(element, name).append(etree.fromstring(child))


def double(name: str) -> Change:
    def change(element: etree._Element) -> None:
        found = part(element, name)
        found.addnext(deepcopy(found))

    return change


def drop(name: str) -> Change:
    def change(element: etree._Element) -> None:
        found = part(element, name)
        parent = found.getparent()
        assert parent is not None
        parent.remove(found)

    return change


def transforms(*algorithms: str) -> Change:
    def change(element: etree._Element) -> None:
        found = part(element, "Transforms")
        for child in list(found):
            found.remove(child)
        for algorithm in algorithms:
            etree.SubElement(found, f"{{{DS}}}Transform", Algorithm=algorithm)

    return change


REFUSED: dict[str, Change] = {
    "two signatures": double("Signature"),
    "two SignedInfo": double("SignedInfo"),
    "no SignedInfo": drop("SignedInfo"),
    "two References": double("Reference"),
    "no Reference": drop("Reference"),
    "no Transforms": drop("Transforms"),
    "two Transforms": double("Transforms"),
    "two DigestValues": double("DigestValue"),
    "no DigestValue": drop("DigestValue"),
    "no DigestMethod": drop("DigestMethod"),
    "no CanonicalizationMethod": drop("CanonicalizationMethod"),
    "no SignatureMethod": drop("SignatureMethod"),
    "reference to another": set_uri("#_2"),
    "reference to the whole document": set_uri(""),
    "reference to nothing": set_uri(None),
    "reference to a file": set_uri("file:///etc/passwd"),
    "reference by XPointer": set_uri("#xpointer(/)"),
    "reference without its sign": set_uri("_1"),
    "an Object": put_into("Signature", f'<Object xmlns="{DS}"/>'),
    "no enveloped transform": transforms(EXC_C14N),
    "the enveloped transform alone": transforms(ENVELOPED),
    "the enveloped transform twice": transforms(ENVELOPED, ENVELOPED),
    "transforms the other way round": transforms(EXC_C14N, ENVELOPED),
    "three transforms": transforms(ENVELOPED, EXC_C14N, EXC_C14N),
    "inclusive canonicalisation": transforms(ENVELOPED, C14N),
    "an XSLT transform": transforms(ENVELOPED, XSLT),
    "an XPath transform": transforms(ENVELOPED, XPATH),
    "a base64 transform": transforms(ENVELOPED, BASE64),
    "a foreign child in a transform": put_into("Transform[2]", "<XPath>//*</XPath>"),
    "children in an algorithm": put_into("SignatureMethod", f'<HMACOutputLength xmlns="{DS}"/>'),
    "children in the canonicalisation": put_into("CanonicalizationMethod", "<x/>"),
    "children in the digest": put_into("DigestMethod", "<x/>"),
    "a digest that is no base64": set_text("DigestValue", "!!"),
    "a digest with an element": put_into("DigestValue", "<x/>"),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_saml_core_5_4_another_form_is_refused(message: etree._Element, change: Change) -> None:
    change(message)
    with pytest.raises(SignatureRefused):
        signature_of(message)


def test_saml_core_5_4_4_no_transform_at_all_is_refused(message: etree._Element) -> None:
    transforms()(message)
    with pytest.raises(SignatureRefused):
        signature_of(message)


MORE = "http://www.w3.org/2001/04/xmldsig-more#"
WEAK: dict[str, Change] = {
    "RSA with SHA-1": set_algorithm("SignatureMethod", DS + "rsa-sha1"),
    "DSA with SHA-1": set_algorithm("SignatureMethod", DS + "dsa-sha1"),
    "ECDSA with SHA-1": set_algorithm("SignatureMethod", MORE + "ecdsa-sha1"),
    "RSA with MD5": set_algorithm("SignatureMethod", MORE + "rsa-md5"),
    "HMAC with SHA-1": set_algorithm("SignatureMethod", DS + "hmac-sha1"),
    "HMAC with SHA-256": set_algorithm("SignatureMethod", MORE + "hmac-sha256"),
    "no signature algorithm": set_algorithm("SignatureMethod", ""),
    "SHA-1 digest": set_algorithm("DigestMethod", DS + "sha1"),
    "MD5 digest": set_algorithm("DigestMethod", MORE + "md5"),
    "no digest algorithm": set_algorithm("DigestMethod", ""),
    "inclusive canonicalisation": set_algorithm("CanonicalizationMethod", C14N),
    "canonicalisation with comments": set_algorithm(
        "CanonicalizationMethod", EXC_C14N + "WithComments"
    ),
}


@pytest.mark.parametrize("change", WEAK.values(), ids=WEAK)
def test_saml2int_alg01_a_weak_algorithm_is_refused(
    message: etree._Element, change: Change
) -> None:
    change(message)
    with pytest.raises(WeakSignature, match="is not accepted"):
        signature_of(message)


def test_a_signature_deeper_down_is_not_the_elements_own(message: etree._Element) -> None:
    """Wrapping: a signed part inside does not sign what is around it."""
    outer = etree.Element("Message", ID="_1")
    outer.append(message)
    assert signature_of(outer) is None
