"""What a service, or who plays one, sends to /saml/sso (`lti-and-oidc.md` C1, C3)."""

import base64
import zlib
from collections.abc import Callable
from copy import deepcopy
from urllib.parse import parse_qsl, urlencode

import pytest
from lxml import etree

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL
from tests.actors.redirect import RSA_SHA1, sign_query
from tests.actors.saml_xml import REDIRECT, Element, deflate, encode, tag
from tests.attacks.saml.stage import SUPPLIER, Stage, assert_logged, assert_nothing_begun

UNKNOWN = ("KP-301", 404)
MALFORMED = ("KP-302", 400)
ADDRESS = ("KP-303", 400)
SIGNATURE = ("KP-304", 403)
UNSUPPORTED = ("KP-305", 400)
STRANGER = rsa_key("stranger")
EVIL = "http://evil.test/acs"
SCRIPT = '"><script>alert(1)</script>&amp;\u2028'

Attack = Callable[[Stage], str]


def asking(**changes: object) -> Attack:
    """A signed request with other fields."""
    return lambda stage: stage.supplier.redirect_url(stage.supplier.request(**changes), "r")


def having(change: Callable[[Element], object]) -> Attack:
    """A request that is changed before it is signed."""

    def attack(stage: Stage) -> str:
        element = stage.supplier.request().build()
        change(element)
        return _signed(stage, deflate(element))

    return attack


def carrying(message: Callable[[bytes], bytes]) -> Attack:
    """Other bytes, properly signed."""

    def attack(stage: Stage) -> str:
        document = message(etree.tostring(stage.supplier.request().build()))
        return _signed(stage, _squeezed(document))

    return attack


def raw(change: Callable[[str], str]) -> Attack:
    """An honest signed address whose query is changed on the way."""

    def attack(stage: Stage) -> str:
        address, _, query = stage.supplier.redirect_url(stage.supplier.request(), "r").partition(
            "?"
        )
        return f"{address}?{change(query)}"

    return attack


def attribute(name: str, value: str) -> Attack:
    return having(lambda request: request.set(name, value))


def _signed(stage: Stage, message: str) -> str:
    query = sign_query({"SAMLRequest": message, "RelayState": "r"}, stage.supplier.keys)
    return f"{stage.supplier.gateway.endpoints[REDIRECT]}?{query}"


def _squeezed(document: bytes) -> str:
    squeezer = zlib.compressobj(9, wbits=-15)
    return base64.b64encode(squeezer.compress(document) + squeezer.flush()).decode()


def _by(stage: Stage, keys, algorithm: str) -> str:
    fields = {"SAMLRequest": deflate(stage.supplier.request().build()), "RelayState": "r"}
    return f"{stage.supplier.gateway.endpoints[REDIRECT]}?{sign_query(fields, keys, algorithm)}"


def _without(*names: str) -> Callable[[str], str]:
    return lambda query: urlencode([pair for pair in parse_qsl(query) if pair[0] not in names])


def signed_in_another_order(stage: Stage) -> str:
    fields = {"RelayState": "r", "SAMLRequest": deflate(stage.supplier.request().build())}
    return f"{stage.supplier.gateway.endpoints[REDIRECT]}?{sign_query(fields, stage.supplier.keys)}"


def re_encoded(stage: Stage) -> str:
    """The same text, written in another way than was signed."""
    address = stage.supplier.redirect_url(stage.supplier.request(), "een twee")
    return address.replace("een+twee", "een%20twee")


def two_issuers(request: Element) -> None:
    request.insert(0, deepcopy(request[0]))


ATTACKS: list[tuple[str, Attack, tuple[str, int]]] = [
    ("C3-unknown-service", asking(issuer="http://unknown.test/metadata"), UNKNOWN),
    ("C3-service-name-with-a-tail", asking(issuer=f"{SUPPLIER}/metadata/"), UNKNOWN),
    ("C3-no-issuer", asking(issuer=None), MALFORMED),
    ("C3-two-issuers", having(two_issuers), MALFORMED),
    ("IDP06-ACS-elsewhere", asking(acs=EVIL), ADDRESS),
    ("IDP06-ACS-with-a-tail", asking(acs=f"{SUPPLIER}/acs/more"), ADDRESS),
    ("IDP06-ACS-with-a-query", asking(acs=f"{SUPPLIER}/acs?x=y"), ADDRESS),
    ("IDP06-ACS-in-capitals", asking(acs=f"{SUPPLIER}/ACS"), ADDRESS),
    ("IDP06-ACS-with-a-user", asking(acs="http://supplier.test@evil.test/acs"), ADDRESS),
    ("IDP06-ACS-that-climbs", asking(acs=f"{SUPPLIER}/acs/../acs"), ADDRESS),
    ("IDP06-ACS-that-is-a-script", asking(acs="javascript:alert(1)"), ADDRESS),
    ("IDP06-ACS-that-is-empty", asking(acs=""), ADDRESS),
    ("Core-3.4.1-ACS-index-of-nothing", asking(acs=None, acs_index="7"), ADDRESS),
    ("Core-3.4.1-ACS-index-below-zero", asking(acs=None, acs_index="-1"), ADDRESS),
    ("Core-3.4.1-ACS-index-that-is-no-number", asking(acs=None, acs_index="00"), ADDRESS),
    ("Core-3.4.1-ACS-by-address-and-index", asking(acs_index="0"), MALFORMED),
    ("Core-3.4.1-other-binding", attribute("ProtocolBinding", REDIRECT), UNSUPPORTED),
    ("IDP04-signature-absent", raw(_without("Signature", "SigAlg")), SIGNATURE),
    ("IDP04-signature-without-algorithm", raw(_without("SigAlg")), SIGNATURE),
    ("IDP04-algorithm-without-signature", raw(_without("Signature")), SIGNATURE),
    ("IDP04-signature-that-is-no-base64", raw(lambda q: q.partition("&Signature=")[0] + "&Signature=@"), MALFORMED),
    ("IDP04-signed-by-a-stranger", lambda s: _by(s, STRANGER, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"), SIGNATURE),
    ("ALG01-RSA-SHA1", lambda s: _by(s, s.supplier.keys, RSA_SHA1), SIGNATURE),
    ("C3-signed-in-another-order", signed_in_another_order, SIGNATURE),
    ("C3-RelayState-changed", raw(lambda q: q.replace("RelayState=r", "RelayState=evil")), SIGNATURE),
    ("C3-RelayState-dropped", raw(lambda q: q.replace("&RelayState=r", "")), SIGNATURE),
    ("C3-re-encoded", re_encoded, SIGNATURE),
    ("C3-SAMLRequest-twice", raw(lambda q: q + "&SAMLRequest=x"), MALFORMED),
    ("C3-RelayState-twice", raw(lambda q: q + "&RelayState=evil"), MALFORMED),
    ("C3-Signature-twice", raw(lambda q: q + "&Signature=x"), MALFORMED),
    ("C3-no-request", lambda s: f"{s.base}/saml/sso", MALFORMED),
    ("C3-RelayState-without-end", lambda s: s.supplier.redirect_url(s.supplier.request(), "r" * 5000), MALFORMED),
    ("CVE-2025-25293-deflate-bomb", carrying(lambda d: d + b" " * 20_000_000), MALFORMED),
    ("C3-not-deflated", lambda s: _signed(s, encode(s.supplier.request().build())), MALFORMED),
    ("C3-deflated-and-cut-off", lambda s: _signed(s, deflate(s.supplier.request().build())[:-40]), MALFORMED),
    ("C3-not-base64", lambda s: _signed(s, "<samlp:AuthnRequest/>"), MALFORMED),
    ("C3-bytes-outside-ASCII", lambda s: f"{s.base}/saml/sso?SAMLRequest=%ff%fe", MALFORMED),
    ("G03-DOCTYPE", carrying(lambda d: b"<!DOCTYPE x SYSTEM 'file:///etc/hostname'>" + d), MALFORMED),
    ("C3-external-entity", carrying(lambda d: b"<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" + d), MALFORMED),
    ("CVE-2017-11427-comment-in-Issuer", carrying(lambda d: d.replace(b"/metadata<", b"/metadata<!-- -->.evil<")), MALFORMED),
    ("Core-3.2.1-old", asking(issued=-3600), MALFORMED),
    ("Core-3.2.1-of-the-future", asking(issued=600), MALFORMED),
    ("Core-3.2.1-time-that-is-none", attribute("IssueInstant", "yesterday"), MALFORMED),
    ("Core-3.2.1-destination-elsewhere", asking(destination="http://other-gateway.test/saml/sso"), MALFORMED),
    ("Core-3.2.1-version", attribute("Version", "1.1"), MALFORMED),
    ("C3-ID-that-is-no-name", attribute("ID", "1' or '1'='1"), MALFORMED),
    ("C3-ID-with-markup", attribute("ID", '_"><x/>'), MALFORMED),
    ("C3-ID-that-is-empty", attribute("ID", ""), MALFORMED),
    ("Core-3.4-another-message", having(lambda request: setattr(request, "tag", tag("samlp:LogoutRequest"))), MALFORMED),
]  # fmt: skip


@pytest.mark.parametrize(("attack", "refusal"), [pytest.param(*a[1:], id=a[0]) for a in ATTACKS])
def test_request_by_redirect(
    stage: Stage, browser: Browser, attack: Attack, refusal: tuple[str, int]
):
    log = stage.log()
    page = browser.open(attack(stage))
    assert_nothing_begun(stage, browser, page, refusal)
    assert_logged(log, refusal[0])
    stage.begin(browser).succeed()


def test_signature_is_checked_where_it_is_not_needed(stage: Stage, browser: Browser):
    """SAML2Int IDP04: a service that need not sign can not be played by a wrong signature."""
    supplier = stage.second_supplier
    fields = {"SAMLRequest": deflate(supplier.request().build())}
    address = supplier.gateway.endpoints[REDIRECT]
    page = browser.open(f"{address}?{sign_query(fields, STRANGER)}")
    assert_nothing_begun(stage, browser, page, SIGNATURE)
    assert browser.open(supplier.redirect_url(supplier.request(), sign=False)).status == 200


def test_relay_state_goes_back_as_it_came_and_harms_no_page(stage: Stage, browser: Browser):
    """SAML Bindings §3.5.3: it is the service's own; on our page it is text."""
    request = stage.supplier.request(idp_list=[stage.school.entity_id])
    page = browser.open(stage.supplier.redirect_url(request, SCRIPT))
    asked = stage.school.read_request(page.redirect.url)
    assert asked.relay_state != SCRIPT
    response = stage.school.answer(asked, PUPIL).build()
    page = browser.post(
        stage.school.acs, stage.school.fields(response, asked), initiator=stage.school.base
    )
    assert page.message.fields["RelayState"] == SCRIPT
    assert "<script>alert" not in page.text
    assert stage.supplier.receive(page.message.fields, request).relay_state == SCRIPT
