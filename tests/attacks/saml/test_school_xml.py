"""What a school's page can post that is no clean XML (`lti-and-oidc.md` C3, C5 steps 1 to 3)."""

import base64
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import requests
from lxml import etree

from tests.actors.browser import Browser
from tests.actors.people import TEACHER
from tests.actors.saml_xml import encode, find, sub
from tests.attacks.saml.stage import (
    Login,
    Stage,
    assert_logged,
    assert_nobody_is_in,
    assert_refused,
)

MALFORMED = ("KP-210", 400)
TOO_LARGE = ("KP-504", 413)
FILE = "file:///etc/hostname"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENVELOPE = '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">{}</samlp:Response>'

Attack = Callable[[bytes, str], bytes]


def before(text: str) -> Attack:
    return lambda answer, name: text.encode() + answer


def in_place_of_the_name(text: str) -> Attack:
    """`text`, with {} for the first part of the name, where the person's NameID stood."""
    return lambda answer, name: answer.replace(name.encode(), text.format(name).encode(), 1)


def as_encoded(encoding: str, declared: str) -> Attack:
    return lambda answer, name: (
        f'<?xml version="1.0" encoding="{declared}"?>'.encode(encoding)
        + answer.decode().encode(encoding)
    )


def within(text: str) -> Attack:
    return lambda answer, name: ENVELOPE.format(text).encode()


def after(text: str) -> Attack:
    return lambda answer, name: answer + text.encode()


ATTACKS: list[tuple[str, Attack]] = [
    ("G03-DOCTYPE", before("<!DOCTYPE samlp:Response>")),
    ("G03-DOCTYPE-in-small-letters", before("<!doctype samlp:Response>")),
    ("C3-external-DTD", before(f'<!DOCTYPE samlp:Response SYSTEM "{FILE}">')),
    ("C3-external-entity", before(f'<!DOCTYPE x [<!ENTITY x SYSTEM "{FILE}">]>')),
    ("C3-parameter-entity", before(f'<!DOCTYPE x [<!ENTITY % x SYSTEM "{FILE}"> %x;]>')),
    ("C3-billion-laughs", before(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>')),
    ("C3-entity-that-is-not-declared", in_place_of_the_name("{}&x;")),
    ("C3-XInclude-is-no-text", in_place_of_the_name(f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{FILE}"/>')),
    ("C5-stylesheet", before(f'<?xml-stylesheet href="{FILE}"?>')),
    ("CVE-2017-11427-comment-in-NameID", in_place_of_the_name("{}<!-- -->.elsewhere.test")),
    ("CVE-2017-11427-comment-that-is-empty", in_place_of_the_name("{}<!---->.elsewhere.test")),
    ("CVE-2017-11427-instruction-in-NameID", in_place_of_the_name("{}<?x y?>.elsewhere.test")),
    ("C5-CDATA-in-NameID", in_place_of_the_name("<![CDATA[{}]]>")),
    ("C5-comment-behind", after("<!-- -->")),
    ("C3-UTF-16", as_encoded("utf-16", "utf-16")),
    ("C3-UTF-16-without-mark", as_encoded("utf-16-le", "utf-16le")),
    ("C3-UTF-7", as_encoded("utf-7", "utf-7")),
    ("C3-UTF-32", as_encoded("utf-32", "utf-32")),
    ("C3-EBCDIC", as_encoded("cp037", "cp037")),
    ("C3-latin-1-declared", as_encoded("latin-1", "iso-8859-1")),
    ("C3-bytes-that-are-no-UTF-8", lambda answer, name: answer.replace(name.encode(), b"\xff\xfe", 1)),
    ("C3-NUL", in_place_of_the_name("{}\0")),
    ("C3-NUL-by-reference", in_place_of_the_name("{}&#0;")),
    ("C3-10000-attributes", within("<x " + " ".join(f'a{n}=""' for n in range(10_000)) + "/>")),
    ("C3-10000-namespaces", within("<x " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(10_000)) + "/>")),
    ("C3-deep-nesting", within("<x>" * 5000 + "</x>" * 5000)),
    ("C3-30000-elements", within("<x/>" * 30_000)),
    ("C5-larger-than-a-message", after(" " * 256 * 1024)),
    ("C5-second-root", after("<x/>")),
    ("C5-cut-off", lambda answer, name: answer[:-20]),
    ("C5-no-XML", lambda answer, name: b"SAMLResponse"),
    ("C5-JSON", lambda answer, name: b'{"status": "Success"}'),
    ("C5-another-element", lambda answer, name: answer.replace(b"Response", b"Responce")),
    ("C5-element-of-no-namespace", lambda answer, name: b"<Response/>"),
    ("C5-request", lambda answer, name: answer.replace(b"samlp:Response", b"samlp:AuthnRequest")),
    ("C5-empty-response", within("")),
]  # fmt: skip


@pytest.mark.parametrize("attack", [pytest.param(each[1], id=each[0]) for each in ATTACKS])
def test_document_that_is_not_read(stage: Stage, browser: Browser, attack: Attack):
    login, log = stage.begin(browser), stage.log()
    document = attack(etree.tostring(login.honest.build()), login.honest.name_id or "")
    assert_refused(login.post_fields(_fields(login, base64.b64encode(document))), *MALFORMED)
    assert_logged(log, "KP-210")
    assert_nobody_is_in(stage, browser)
    login.succeed()


NOT_BASE64 = [
    ("empty", b""),
    ("spaces", b"   "),
    ("not-base64", b"<samlp:Response/>"),
    ("url-safe-alphabet", b"PD94bWw_-_8"),
    ("cut-off", b"PD9"),
    ("letters-of-elsewhere", "Répönse".encode()),
]


@pytest.mark.parametrize("field", [pytest.param(each[1], id=each[0]) for each in NOT_BASE64])
def test_field_that_is_not_base64(stage: Stage, browser: Browser, field: bytes):
    """SAML Bindings §3.5.4."""
    login, log = stage.begin(browser), stage.log()
    assert_refused(login.post_fields(_fields(login, field)), *MALFORMED)
    assert_logged(log, "KP-210")
    assert_nobody_is_in(stage, browser)
    login.succeed()


def test_body_over_the_limit(stage: Stage, browser: Browser):
    """C5 step 1: its size is judged before it is read."""
    login, log = stage.begin(browser), stage.log()
    assert_refused(login.post_fields(_fields(login, b"A" * 600_000)), *TOO_LARGE)
    assert_logged(log, "KP-504")
    assert_nobody_is_in(stage, browser)
    login.succeed()


@pytest.mark.parametrize("field", ["SAMLResponse", "RelayState"])
def test_field_that_is_there_twice(stage: Stage, browser: Browser, field: str):
    """C3: of two readings neither is chosen."""
    login, log = stage.begin(browser), stage.log()
    fields = login.fields(login.honest.build())
    other = {**fields, field: "another"}
    body = urlencode([*fields.items(), (field, other[field])])
    page = requests.post(
        login.school.acs,
        body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=30,
        allow_redirects=False,
    )
    assert (page.status_code, "KP-210" in page.text) == (400, True)
    assert "Set-Cookie" not in page.headers
    assert_logged(log, "KP-210")
    login.succeed()


@pytest.mark.parametrize("where", ["query", "JSON", "nothing"])
def test_answer_that_is_not_in_a_form(stage: Stage, browser: Browser, where: str):
    """SAML Bindings §3.5: by POST, as a form."""
    login = stage.begin(browser)
    fields = login.fields(login.honest.build())
    sent = {"query": {"params": fields}, "JSON": {"json": fields}, "nothing": {}}[where]
    page = requests.post(login.school.acs, timeout=30, allow_redirects=False, **sent)
    assert (page.status_code, "KP-210" in page.text) == (400, True)
    login.succeed()


def test_element_inside_a_signed_name_is_not_read_as_text(stage: Stage, browser: Browser):
    """C3, parser differential: of a NameID with a child no part is taken for the name."""
    login = stage.begin(browser)
    response = login.answer(signing=None, attributes={}).build()
    (name_id,) = find(response, "//saml:NameID")
    sub(name_id, "saml:NameID", TEACHER.uid)
    (assertion,) = find(response, "./saml:Assertion")
    login.signing.sign(assertion)
    assert_refused(login.post_fields(_fields(login, encode(response).encode())), *MALFORMED)
    assert_nobody_is_in(stage, browser)
    login.succeed()


def _fields(login: Login, message: bytes) -> dict[str, str]:
    return {"SAMLResponse": message.decode(), "RelayState": login.received.relay_state}
