"""What may pass for a school's refusal: it is not signed, so it must be clean and let nobody in."""

import base64
from collections.abc import Callable

import pytest
from lxml import etree

from tests.actors.browser import Browser
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import STATUS, Element, find, new_id, sub
from tests.attacks.saml.stage import (
    Login,
    Stage,
    assert_logged,
    assert_nobody_is_in,
    assert_refused,
)

REFUSED, MALFORMED, UNEXPECTED = ("KP-203", 403), ("KP-210", 400), ("KP-218", 403)


def refusal(login: Login, **changes: object) -> Element:
    """As when the person presses Cancel at the school."""
    said = {"status": f"{STATUS}Responder", "sub_status": f"{STATUS}AuthnFailed", **changes}
    return login.answer(**said).build_response()


def inside_status(login: Login, response: Element) -> None:
    detail = sub(find(response, "./samlp:Status")[0], "samlp:StatusDetail")
    detail.append(login.answer().build().findall("{*}Assertion")[0])


def two_assertions(login: Login, response: Element) -> None:
    for _ in range(2):
        response.append(login.answer().build_assertion())


def response_inside(login: Login, response: Element) -> None:
    detail = sub(find(response, "./samlp:Status")[0], "samlp:StatusDetail")
    detail.append(login.answer().build())


def stray_signature(login: Login, response: Element) -> None:
    Signing(login.school.keys).sign(response)
    (signature,) = find(response, "./ds:Signature")
    find(response, "./samlp:Status")[0].append(signature)


def id_twice(login: Login, response: Element) -> None:
    detail = sub(find(response, "./samlp:Status")[0], "samlp:StatusDetail")
    sub(detail, "saml:Audience", "x", ID=response.get("ID"))


def success_inside(login: Login, response: Element) -> None:
    """The top-level code alone says how it ended (SAML Core §3.2.2.2)."""
    code = find(response, "./samlp:Status/samlp:StatusCode")[0]
    code[0].set("Value", f"{STATUS}Success")


def two_codes(login: Login, response: Element) -> None:
    status = find(response, "./samlp:Status")[0]
    sub(status, "samlp:StatusCode", Value=f"{STATUS}Success")


def no_status(login: Login, response: Element) -> None:
    response.remove(find(response, "./samlp:Status")[0])


def unknown_child(login: Login, response: Element) -> None:
    sub(response, "saml:Advice")


def success(login: Login, response: Element) -> None:
    find(response, "./samlp:Status/samlp:StatusCode")[0].set("Value", f"{STATUS}Success")


def another_request(login: Login, response: Element) -> None:
    response.set("InResponseTo", new_id())


def no_request(login: Login, response: Element) -> None:
    del response.attrib["InResponseTo"]


def nothing(login: Login, response: Element) -> None:
    """The honest refusal."""


def signed(login: Login, response: Element) -> None:
    Signing(login.school.keys).sign(response)


def assertion_beside(login: Login, response: Element) -> None:
    response.append(login.answer().build().findall("{*}Assertion")[0])


CASES = [
    (nothing, REFUSED),
    (signed, REFUSED),
    (assertion_beside, REFUSED),
    (success_inside, REFUSED),
    (inside_status, MALFORMED),
    (two_assertions, MALFORMED),
    (response_inside, MALFORMED),
    (stray_signature, MALFORMED),
    (id_twice, MALFORMED),
    (two_codes, MALFORMED),
    (no_status, MALFORMED),
    (unknown_child, MALFORMED),
    (success, MALFORMED),
    (another_request, UNEXPECTED),
    (no_request, UNEXPECTED),
]


@pytest.mark.parametrize(
    ("change", "expected"), CASES, ids=lambda case: getattr(case, "__name__", "")
)
def test_core_3_2_2_2_refusal_is_shown_and_lets_nobody_in(
    stage: Stage,
    browser: Browser,
    change: Callable[[Login, Element], None],
    expected: tuple[str, int],
):
    """Whatever it is, the login can be finished after it."""
    login = stage.begin(browser)
    response = refusal(login)
    change(login, response)
    log = stage.log()
    assert_refused(login.post(response), *expected)
    assert_logged(log, expected[0])
    assert_nobody_is_in(stage, browser)
    login.succeed()


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: b"<!DOCTYPE samlp:Response>" + text,
        lambda text: text + b"<!-- -->",
        lambda text: b'<?xml-stylesheet href="file:///etc/hostname"?>' + text,
        lambda text: text.decode().encode("utf-16"),
        lambda text: text[:-1],
    ],
    ids=["DOCTYPE", "comment", "instruction", "UTF-16", "cut off"],
)
def test_c3_refusal_that_is_no_clean_xml(
    stage: Stage, browser: Browser, dress: Callable[[bytes], bytes]
):
    login, log = stage.begin(browser), stage.log()
    fields = login.fields(refusal(login))
    fields["SAMLResponse"] = base64.b64encode(dress(etree.tostring(refusal(login)))).decode()
    assert_refused(login.post_fields(fields), *MALFORMED)
    assert_logged(log, MALFORMED[0])
    assert_nobody_is_in(stage, browser)
    login.succeed()


@pytest.mark.parametrize("sub_status", ["<script>alert(1)</script>", None])
def test_what_the_school_says_is_not_shown(stage: Stage, browser: Browser, sub_status: str | None):
    login = stage.begin(browser)
    page = login.post(refusal(login, sub_status=sub_status))
    assert_refused(page, *REFUSED)
    assert "alert(1)" not in page.text
    assert STATUS not in page.text
