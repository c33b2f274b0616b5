"""Tricks with the canonical form, which is what a signature covers (`lti-and-oidc.md` C2, C3).

What leaves the canonical form as it was is another spelling of what the school signed, and
means the same; what changes it was not signed; what has none is refused (CVE-2025-66568).
"""

import base64
from collections.abc import Callable

import pytest
from lxml import etree

from tests.actors.browser import Browser
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import NAMESPACES, Element, decode, find
from tests.attacks.saml.stage import (
    SUPPLIER,
    Stage,
    assert_logged,
    assert_nothing_begun,
    assert_refused,
    refuse,
)
from tests.attacks.saml.test_service_logout import assert_still_in, logout_request
from tests.attacks.saml.wrapping import assertion_of

MALFORMED = ("KP-210", 400)
UNSIGNED = ("KP-211", 403)
BAD = ("KP-212", 403)
OF_SERVICE = ("KP-304", 403)
XML = "{http://www.w3.org/XML/1998/namespace}"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
RELATIVE = 'xmlns:x="1"'
NAME_ID = "<saml:NameID "
RESPONSE = "<samlp:Response "
ASSERTION = "<saml:Assertion "
CONDITIONS = "<saml:Conditions "
SIGNED_INFO = "<ds:SignedInfo>"

Change = Callable[[str], str]


def putting(place: str, text: str) -> Change:
    """`text` into the first start tag that begins with `place`."""
    return lambda document: document.replace(place, f"{place.strip('> ')} {text}{place[-1]}", 1)


def written(old: str, new: str) -> Change:
    return lambda document: document.replace(old, new)


def renamed(name: str, new: str, declared: str) -> Change:
    """The same element of SAML by another prefix, or by none."""
    start = f'<{new} {declared}="{NAMESPACES["saml"]}"'
    return lambda document: document.replace(f"<saml:{name}", start, 1).replace(
        f"</saml:{name}>", f"</{new}>"
    )


def changed(message: Element, change: Change) -> str:
    """The message in base64, written in another way."""
    document = etree.tostring(message, encoding="unicode")
    other = change(document)
    assert other != document
    return base64.b64encode(other.encode()).decode()


def attributes_in_another_order(document: str) -> str:
    """Those of NameID and Conditions, each the other way round."""
    for element in find(decode(base64.b64encode(document.encode()).decode()), "//saml:Conditions"):
        pairs = [f'{name}="{value}"' for name, value in element.items()]
        document = document.replace(" ".join(pairs), "\n".join(reversed(pairs)))
    return document


REFUSED: list[tuple[str, Change, tuple[str, int]]] = [
    ("C14N-1.3-relative-namespace-in-SignedInfo", putting(SIGNED_INFO, RELATIVE), BAD),
    ("C14N-1.3-relative-namespace-in-Reference", putting("<ds:Reference ", RELATIVE), BAD),
    ("C14N-1.3-relative-namespace-in-the-assertion", putting(ASSERTION, RELATIVE), BAD),
    ("C14N-1.3-relative-namespace-in-the-name", putting(NAME_ID, RELATIVE), BAD),
    ("C14N-1.3-namespace-that-climbs", putting(NAME_ID, 'xmlns:x="../u"'), BAD),
    ("C14N-1.3-namespace-that-is-a-fragment", putting(NAME_ID, 'xmlns:x="#f"'), BAD),
    ("C14N-1.3-namespace-without-scheme", putting(NAME_ID, 'xmlns:x="//host/path"'), BAD),
    ("C14N-1.3-relative-default-namespace", putting(NAME_ID, 'xmlns="1"'), BAD),
    ("C2-xml-lang-added", putting(NAME_ID, 'xml:lang="nl"'), MALFORMED),
    ("C2-xml-base-added", putting(ASSERTION, 'xml:base="http://evil.test/"'), MALFORMED),
    ("C2-xml-space-added", putting(CONDITIONS, 'xml:space="preserve"'), MALFORMED),
    ("C2-xml-id-added", putting(NAME_ID, 'xml:id="_x"'), MALFORMED),
    ("C2-foreign-attribute-added", putting(NAME_ID, 'xmlns:x="urn:x" x:y="z"'), MALFORMED),
    ("C2-space-added-to-a-value", written("<saml:AttributeValue>", "<saml:AttributeValue> "), BAD),
    ("C2-space-added-between", written("<saml:Subject>", "<saml:Subject> "), BAD),
    ("C2-prefix-that-is-signed-too", renamed("Conditions", "c:Conditions", "xmlns:c"), BAD),
    ("C2-prefix-of-another-namespace", putting(ASSERTION, 'xmlns:saml="urn:other"'), MALFORMED),
    ("C2-default-namespace-in-place-of-a-prefix", renamed("Subject", "Subject", "xmlns"), BAD),
]  # fmt: skip


@pytest.mark.parametrize(("change", "refusal"), [pytest.param(*a[1:], id=a[0]) for a in REFUSED])
def test_another_canonical_form(
    stage: Stage, browser: Browser, change: Change, refusal: tuple[str, int]
):
    login = stage.begin(browser)
    refuse(login, decode(changed(login.honest.build(), change)), refusal)


@pytest.mark.parametrize("place", [RESPONSE, ASSERTION, NAME_ID, SIGNED_INFO])
def test_signed_response_without_a_canonical_form(stage: Stage, browser: Browser, place: str):
    """C14N §1.3, of a school that signs its responses."""
    login = stage.begin(browser, stage.second_school)
    response = decode(changed(login.honest.build(), putting(place, RELATIVE)))
    refuse(login, response, BAD)


SPELLINGS: list[tuple[str, Change]] = [
    ("C14N-2.2-attributes-in-another-order", attributes_in_another_order),
    ("C14N-2.3-quotes-and-spaces", lambda d: d.replace(' Version="2.0"', "\n\t Version = '2.0' ")),
    ("C14N-2.3-references", written(">student<", ">&#x73;tuden&#116;<")),
    ("C14N-2.3-empty-element", written("/></saml:SubjectConfirmation>", "></saml:SubjectConfirmationData></saml:SubjectConfirmation>")),
    ("Exc-C14N-3-namespace-that-nothing-uses", putting(NAME_ID, 'xmlns:x="urn:x"')),
    ("Exc-C14N-3-namespace-above-that-nothing-uses", putting(RESPONSE, 'xmlns:x="urn:x"')),
    ("Exc-C14N-3-default-namespace-that-nothing-uses", putting(ASSERTION, 'xmlns="urn:evil"')),
    ("Exc-C14N-3-namespace-declared-again", putting(NAME_ID, f'xmlns:saml="{NAMESPACES["saml"]}"')),
    ("C14N-1.3-relative-namespace-outside-what-is-signed", putting("<samlp:Status>", RELATIVE)),
    ("XML-2.8-declaration", lambda d: '<?xml version="1.0" encoding="UTF-8"?>\n' + d),
    ("XML-4.3.3-byte-order-mark", lambda d: "\ufeff" + d),
]  # fmt: skip


@pytest.fixture(scope="module")
def pseudonym(stage: Stage) -> str:
    with stage.browser() as browser:
        return stage.begin(browser).succeed().name_id


@pytest.mark.parametrize("change", [pytest.param(each[1], id=each[0]) for each in SPELLINGS])
def test_another_spelling_means_the_same(
    stage: Stage, browser: Browser, pseudonym: str, change: Change
):
    """Its canonical form is the one that the school signed, so it says what the school said."""
    login = stage.begin(browser)
    message = changed(login.honest.build(), change)
    fields = {"SAMLResponse": message, "RelayState": login.received.relay_state}
    assert login.finish(login.post_fields(fields)).name_id == pseudonym


def test_name_of_the_language_that_the_school_signed_is_refused_by_the_schema(
    stage: Stage, browser: Browser
):
    """SAML Core's schema has no xml:lang at a NameID, so nobody asks what is meant by it."""
    login = stage.begin(browser)
    response = login.answer(signing=None).build()
    (name_id,) = find(response, "//saml:NameID")
    name_id.set(f"{XML}lang", "nl")
    login.signing.sign(assertion_of(response))
    refuse(login, response, MALFORMED)


@pytest.mark.parametrize("prefixes", ["#default", "saml", "#default saml samlp x xs"])
def test_prefixes_that_the_school_signed(
    stage: Stage, browser: Browser, pseudonym: str, prefixes: str
):
    """Exc-C14N §3: the PrefixList is part of the form that was signed."""
    login = stage.begin(browser)
    signing = Signing(login.school.keys, prefixes=prefixes.split())
    response = login.answer(signing=signing).build()
    assert login.finish(login.post(response)).name_id == pseudonym


@pytest.mark.parametrize(
    "prefixes", ["#default", "saml evil", " ".join(f"p{n}" for n in range(17))]
)
def test_prefixes_that_were_changed(stage: Stage, browser: Browser, prefixes: str):
    """They stand in SignedInfo; and a namespace that one of them names was signed or was not."""
    login = stage.begin(browser)
    response = login.answer(signing=Signing(login.school.keys, prefixes=["saml"])).build()
    (inclusive,) = response.iter(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
    inclusive.set("PrefixList", prefixes)
    refuse(login, response, UNSIGNED if "p16" in prefixes else BAD)


def test_namespace_of_a_signed_prefix_that_was_changed(stage: Stage, browser: Browser):
    login = stage.begin(browser)
    response = login.answer(signing=Signing(login.school.keys, prefixes=["x"])).build()
    refuse(login, decode(changed(response, putting(RESPONSE, 'xmlns:x="urn:evil"'))), BAD)


@pytest.mark.parametrize("place", ["<samlp:AuthnRequest ", "<saml:Issuer>", SIGNED_INFO])
def test_posted_request_without_a_canonical_form(stage: Stage, browser: Browser, place: str):
    request, log = stage.supplier.request(), stage.log()
    honest = stage.supplier.post_fields(request, "r")
    wrong = changed(decode(honest["SAMLRequest"]), putting(place, RELATIVE))
    address = f"{stage.base}/saml/sso"
    page = browser.post(address, {**honest, "SAMLRequest": wrong}, initiator=SUPPLIER)
    assert_nothing_begun(stage, browser, page, OF_SERVICE)
    assert_logged(log, "KP-304")


@pytest.mark.parametrize("place", ["<samlp:LogoutRequest ", "<saml:NameID>", SIGNED_INFO])
def test_posted_logout_without_a_canonical_form(stage: Stage, browser: Browser, place: str):
    index = str(stage.begin(browser).succeed().session_index)
    log, request = stage.log(), logout_request(stage, stage.supplier, index)
    Signing(stage.supplier.keys).sign(request)
    fields = {"SAMLRequest": changed(request, putting(place, RELATIVE))}
    assert_refused(browser.post(f"{stage.base}/saml/slo", fields, SUPPLIER), *OF_SERVICE)
    assert_logged(log, "KP-304")
    assert_still_in(stage, browser)
