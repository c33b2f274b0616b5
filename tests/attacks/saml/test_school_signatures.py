"""Forged and weak signatures of a school's answer (`lti-and-oidc.md` C3)."""

import base64
import hashlib
from collections.abc import Callable
from copy import deepcopy

import pytest
from lxml import etree

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.people import TEACHER
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import BASIC_NAMES, Element, find, new_id, sub
from tests.attacks.saml.stage import Login, Stage, refuse
from tests.attacks.saml.wrapping import assertion_of, copied, forged, own_signature

MALFORMED = ("KP-210", 400)
UNSIGNED = ("KP-211", 403)
BAD = ("KP-212", 403)
WEAK = ("KP-213", 403)
STRANGER = rsa_key("stranger")
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XPATH_FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
BASE64 = "http://www.w3.org/2000/09/xmldsig#base64"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"

Attack = Callable[[Login], Element]


def signed(**changes: object) -> Attack:
    """An answer with other fields."""
    return lambda login: login.answer(**changes).build()


def by(**changes: object) -> Attack:
    """An answer that the school's key signs in another way."""
    return lambda login: login.answer(signing=Signing(login.school.keys, **changes)).build()


def after(change: Callable[[Element], object]) -> Attack:
    """An honest answer, changed after it was signed."""

    def attack(login: Login) -> Element:
        response = copied(login.honest.build())
        change(response)
        return response

    return attack


def signature(response: Element) -> Element:
    return own_signature(assertion_of(response))


def part(response: Element, path: str) -> Element:
    (found,) = find(signature(response), path)
    return found


def strip(response: Element) -> None:
    assertion_of(response).remove(signature(response))


def move_to_response(response: Element) -> None:
    """A signature over the assertion, where the response's own should be."""
    response.insert(1, signature(response))


def own_keys_of_a_stranger(login: Login) -> Element:
    """Signed by a stranger, whose certificate stands in KeyInfo beside the school's."""
    response = login.answer(signing=Signing(STRANGER)).build()
    data = part(response, "./ds:KeyInfo/ds:X509Data")
    sub(data, "ds:X509Certificate", login.school.keys.certificate_base64)
    return response


def stranger_within_the_response(login: Login) -> Element:
    """The school's old assertion is unsigned; a stranger signs the response around it."""
    return login.answer(signing=None, response_signing=Signing(STRANGER)).build()


def another_person(response: Element) -> None:
    (value,) = find(response, "//saml:Attribute[@Name='uid']/saml:AttributeValue")
    value.text = TEACHER.uid


def more_attributes(response: Element) -> None:
    (statement,) = find(response, "//saml:AttributeStatement")
    attribute = sub(
        statement, "saml:Attribute", Name="eduPersonAffiliation", NameFormat=BASIC_NAMES
    )
    sub(attribute, "saml:AttributeValue", "employee")


def swap_signature_value(response: Element) -> None:
    value = part(response, "./ds:SignatureValue")
    value.text = base64.b64encode(bytes(256)).decode()


def two_assertions(login: Login) -> Element:
    """Both signed by the school, for two persons: neither is chosen (dex, commit 20c2ad5)."""
    response = login.honest.build()
    response.append(deepcopy(assertion_of(login.answer(name_id=TEACHER.uid).build())))
    return response


def two_signatures(response: Element) -> None:
    signature(response).addnext(deepcopy(signature(response)))


def two_signed_infos(response: Element) -> None:
    """CVE-2019-3465, CVE-2025-29774."""
    info = part(response, "./ds:SignedInfo")
    info.addnext(deepcopy(info))


def two_references(response: Element) -> None:
    reference = part(response, ".//ds:Reference")
    reference.addnext(deepcopy(reference))


def referring_to(uri: str | None) -> Attack:
    def change(response: Element) -> None:
        reference = part(response, ".//ds:Reference")
        del reference.attrib["URI"]
        if uri is not None:
            reference.set("URI", uri)

    return after(change)


def foreign_reference(login: Login) -> Element:
    """The signature that stands in the assertion covers the empty response around it."""
    response = login.answer(signing=None).build()
    mark = sub(response, "saml:Issuer")
    response.remove(mark)
    Signing(login.school.keys).sign(response)
    own = own_signature(response)
    assertion_of(response).insert(1, own)
    return response


def transforming(algorithm: str) -> Attack:
    def change(response: Element) -> None:
        transforms = part(response, ".//ds:Transforms")
        sub(transforms, "ds:Transform", Algorithm=algorithm)

    return after(change)


def no_enveloped_transform(response: Element) -> None:
    (first, *_) = find(signature(response), ".//ds:Transform")
    first.getparent().remove(first)


def duplicate_id(login: Login) -> Element:
    """Which of the two does the Reference mean?"""
    same = new_id()
    return login.answer(response_id=same, assertion_id=same).build()


def comment_in_digest(response: Element) -> None:
    """CVE-2025-29775: the digest that is compared is not the one that was signed."""
    value = part(response, ".//ds:DigestValue")
    value.insert(0, value.makeelement("x"))


def digest_elsewhere(response: Element) -> None:
    """CVE-2024-45409: the digest of the changed assertion, where `//ds:DigestValue` finds it."""
    another_person(response)
    info = signature(response)
    bare = deepcopy(assertion_of(response))
    bare.remove(own_signature(bare))
    digest = hashlib.sha256(etree.tostring(bare, method="c14n", exclusive=True)).digest()
    (status,) = find(response, "./samlp:Status")
    value = sub(sub(status, "samlp:StatusDetail"), "ds:DigestValue")
    value.text = base64.b64encode(digest).decode()
    assert find(response, "//ds:DigestValue")[0] is value
    assert find(info, ".//ds:DigestValue")


ATTACKS = [
    ("C3-unsigned", signed(signing=None), UNSIGNED),
    ("C3-signature-stripped", after(strip), UNSIGNED),
    ("C3-signature-of-the-assertion-at-the-response", after(move_to_response), UNSIGNED),
    ("C3-signed-by-a-stranger", signed(signing=Signing(STRANGER)), BAD),
    ("C3-signed-by-a-stranger-without-KeyInfo", signed(signing=Signing(STRANGER, key_info=False)), BAD),
    ("C3-KeyInfo-brings-its-own-key", own_keys_of_a_stranger, BAD),
    ("C3-only-a-stranger-signs-the-response", stranger_within_the_response, UNSIGNED),
    ("C3-stranger-signs-the-response-too", signed(response_signing=Signing(STRANGER)), BAD),
    ("C3-value-changed", after(another_person), BAD),
    ("C3-value-added", after(more_attributes), BAD),
    ("C3-signature-value-of-zeros", after(swap_signature_value), BAD),
    ("C3-two-assertions", two_assertions, MALFORMED),
    ("Core-5.4.2-two-signatures", after(two_signatures), UNSIGNED),
    ("CVE-2019-3465-two-SignedInfo", after(two_signed_infos), UNSIGNED),
    ("Core-5.4.2-two-References", after(two_references), UNSIGNED),
    ("Core-5.4.2-no-Reference-URI", referring_to(None), UNSIGNED),
    ("Core-5.4.2-empty-Reference-URI", referring_to(""), UNSIGNED),
    ("Core-5.4.2-Reference-elsewhere", referring_to("http://elsewhere.test/assertion"), UNSIGNED),
    ("Core-5.4.2-Reference-to-a-file", referring_to("file:///etc/hostname"), UNSIGNED),
    ("Core-5.4.2-XPointer", referring_to("#xpointer(/)"), UNSIGNED),
    ("Core-5.4.2-Reference-to-another-element", foreign_reference, UNSIGNED),
    ("Core-5.4.4-XSLT", transforming(XSLT), UNSIGNED),
    ("Core-5.4.4-XPath", transforming(XPATH), UNSIGNED),
    ("Core-5.4.4-XPath-filter", transforming(XPATH_FILTER), UNSIGNED),
    ("Core-5.4.4-base64", transforming(BASE64), UNSIGNED),
    ("Core-5.4.4-without-enveloped-signature", after(no_enveloped_transform), UNSIGNED),
    ("CVE-2025-29775-element-in-DigestValue", after(comment_in_digest), UNSIGNED),
    ("CVE-2024-45409-digest-elsewhere", after(digest_elsewhere), BAD),
    ("ALG01-inclusive-canonicalisation", by(canonicalisation="TransformInclC14N"), WEAK),
    ("ALG01-canonicalisation-with-comments", by(canonicalisation="TransformExclC14NWithComments"), WEAK),
    ("ALG01-RSA-SHA1", by(method="TransformRsaSha1"), WEAK),
    ("ALG01-SHA1-digest", by(digest="TransformSha1"), WEAK),
    ("ALG01-RSA-MD5-digest", by(digest="TransformMd5"), WEAK),
    ("C3-HMAC-with-the-certificate", by(method="TransformHmacSha256"), WEAK),
    ("C3-duplicate-ID", duplicate_id, MALFORMED),
]  # fmt: skip


@pytest.mark.parametrize(("attack", "refusal"), [pytest.param(*a[1:], id=a[0]) for a in ATTACKS])
def test_forged_signature(stage: Stage, browser: Browser, attack: Attack, refusal: tuple[str, int]):
    login = stage.begin(browser)
    refuse(login, attack(login), refusal)


def test_signed_assertion_in_an_unsigned_response_where_the_response_must_be(
    stage: Stage, browser: Browser
):
    """A school whose setting is the response: its assertion alone does not do."""
    login = stage.begin(browser, stage.second_school)
    refuse(login, login.answer(response_signing=None).build(), UNSIGNED)


def test_assertion_added_to_a_signed_response(stage: Stage, browser: Browser):
    login = stage.begin(browser, stage.second_school)
    response = copied(login.honest.build())
    response.append(forged(assertion_of(response)))
    refuse(login, response, MALFORMED)
