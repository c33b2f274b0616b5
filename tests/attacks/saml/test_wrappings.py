"""Every wrapping of the generator: refused, or it says what the school said (`lti-and-oidc.md` C2).

In process, since there are thousands; some of them as they come in at the gateway's door.
"""

import time
from functools import cache

import pytest
import xmlsec

from gateway.errors import SchoolError
from providers.schools.saml.read import read_assertion
from tests.actors.browser import Browser
from tests.actors.people import PUPIL
from tests.actors.saml_xml import Element, find
from tests.attacks.saml.in_process import BY_SCHOOL, KEYS, REQUEST, SCHOOL, judge
from tests.attacks.saml.stage import Stage, assert_logged, assert_nobody_is_in, assert_refused
from tests.attacks.saml.wrapping import copied
from tests.attacks.saml.wrappings import Wrapping, wrappings

SIGNED = ("assertion", "response")
PARTS = ("Response", "Assertion", "Subject", "NameID", "Conditions", "AttributeStatement")
INNER = PARTS[2:]
REFUSALS = {"KP-210", "KP-211", "KP-212"}
# A school's signature over a Response is over the encrypted assertion in it.
ALL = {"assertion": list(wrappings()), "response": list(wrappings(encrypted=(False,)))}


@cache
def honest(signed: str) -> Element:
    by_response = {"signing": None, "response_signing": BY_SCHOOL}
    changes = by_response if signed == "response" else {}
    return copied(SCHOOL.answer(REQUEST, PUPIL, **changes).build())


def outcome(response: Element, signed: str) -> str:
    """The code of the refusal, or `honest`."""
    try:
        verified = judge(response, signed)
        said = read_assertion(verified, time.time(), 60)
    except SchoolError as refused:
        return refused.code
    assert said.subject == PUPIL.uid
    assert said.attributes == {k: list(v) for k, v in PUPIL.attributes().items()}
    (assertion,) = find(honest(signed), "./saml:Assertion")
    assert verified.assertion_id == assertion.get("ID")
    ends = [c.get("NotOnOrAfter") for c in find(verified.element, "./saml:Conditions")]
    assert ends == [c.get("NotOnOrAfter") for c in find(assertion, "./saml:Conditions")]
    return "honest"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("signed", SIGNED)
def test_wrapped_part(signed: str, part: str):
    mine = [wrapping for wrapping in ALL[signed] if wrapping.part == part]
    found = {str(w): outcome(w.of(honest(signed), KEYS.certificate), signed) for w in mine}
    assert len(found) == len(mine)
    assert set(found.values()) <= {"honest", *REFUSALS}
    assert ("honest" in found.values()) == (signed == "assertion" and part in INNER), found


def still_verifies(response: Element) -> bool:
    """Whether who looks at a signature alone is deceived."""
    xmlsec.tree.add_ids(response, ["ID"])
    for signature in find(response, "//ds:Signature"):
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(
            SCHOOL.keys.certificate, xmlsec.constants.KeyDataFormatCertPem
        )
        try:
            context.verify(signature)
        except xmlsec.Error:
            continue
        return True
    return False


@pytest.mark.parametrize(("signed", "many"), [("assertion", 150), ("response", 50)])
def test_many_of_them_would_deceive(signed: str, many: int):
    """These attacks are real: somewhere in the document is what the school signed."""
    plain = (w for w in ALL[signed] if not w.encrypted)
    assert sum(still_verifies(copied(w.of(honest(signed), ""))) for w in plain) > many


def _sample() -> list[Wrapping]:
    """Some of each, as far from each other as can be."""
    return ALL["assertion"][5::101]


@pytest.mark.parametrize("wrapping", _sample(), ids=str)
def test_posted_to_the_gateway(stage: Stage, browser: Browser, wrapping: Wrapping):
    login, log = stage.begin(browser), stage.log()
    (certificate, *_) = login.school.gateway.encryption
    page = login.post(wrapping.of(login.honest.build(), certificate))
    assert page.status in {400, 403}
    code = next(code for code in sorted(REFUSALS) if code in page.words)
    assert_refused(page, code, page.status)
    assert_logged(log, code)
    assert_nobody_is_in(stage, browser)
    login.succeed()
