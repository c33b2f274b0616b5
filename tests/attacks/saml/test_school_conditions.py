"""A school's answer that is signed, but not of this moment, this login or for us (C3, C5 step 9)."""

from collections.abc import Callable, Mapping

import pytest
from lxml import etree

from tests.actors.browser import Browser
from tests.actors.people import PUPIL, SECOND_SAML_SCHOOL
from tests.actors.saml_xml import STATUS, Element, instant, root, sub, tag
from tests.attacks.saml.stage import (
    Login,
    Stage,
    assert_logged,
    assert_nobody_is_in,
    assert_refused,
)

MALFORMED = ("KP-210", 400)
REFUSED = ("KP-203", 403)
ISSUER = ("KP-214", 403)
AUDIENCE = ("KP-215", 403)
DESTINATION = ("KP-216", 403)
TIME = ("KP-217", 403)
UNEXPECTED = ("KP-218", 403)
MISSING = ("KP-221", 403)
FOREIGN = ("KP-222", 403)
CONDITION = ("KP-225", 403)
# Past the skew of three minutes, and past the longest validity of seventy.
LONG_AGO, LATER, FAR = -7200, 600, 86400
ELSEWHERE = "http://elsewhere.test/acs"
HOLDER_OF_KEY = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"

Changes = Mapping[str, object]
OfLogin = Callable[[Login], Changes]


def said_by(**attributes: list[str]) -> Changes:
    return {"attributes": {**PUPIL.attributes(), **attributes}}


def condition(name: str, **attributes: str) -> Changes:
    return {"conditions": (root(f"saml:{name}", **attributes),)}


def proxy_audience() -> Element:
    restriction = root("saml:ProxyRestriction", Count="3")
    sub(restriction, "saml:Audience", ELSEWHERE)
    return restriction


def unknown_condition() -> Element:
    """A Condition of a derived type (Core §2.5.1.1)."""
    made = etree.Element(tag("saml:Condition"), nsmap={"t": "urn:invented"})
    made.set("{http://www.w3.org/2001/XMLSchema-instance}type", "t:OnTuesdaysType")
    return made


def tail(login: Login) -> str:
    return login.school.acs + "/more"


def other_issuer(login: Login) -> str:
    return login.stage.second_school.entity_id


CASES: list[tuple[str, Changes | OfLogin, tuple[str, int]]] = [
    ("Core-2.5.1-expired", {"not_on_or_after": LONG_AGO}, TIME),
    ("Profiles-4.1.4.2-confirmation-expired", {"confirmation_not_on_or_after": LONG_AGO}, TIME),
    ("Core-2.5.1-not-yet-valid", {"not_before": LATER, "not_on_or_after": LATER + 60}, TIME),
    ("C3-valid-too-long", {"not_on_or_after": FAR}, TIME),
    ("C3-confirmation-valid-too-long", {"confirmation_not_on_or_after": FAR}, TIME),
    ("C3-no-NotOnOrAfter", {"not_on_or_after": None}, MALFORMED),
    ("Profiles-4.1.4.2-confirmation-without-end", {"confirmation_not_on_or_after": None}, MALFORMED),
    ("Core-2.3.3-issued-long-ago", {"issued": LONG_AGO}, TIME),
    ("Core-2.3.3-issued-in-the-future", {"issued": LATER}, TIME),
    ("Core-2.7.2-authenticated-in-the-future", {"authn_instant": LATER}, TIME),
    ("Core-2.7.2-session-over", {"session_not_on_or_after": LONG_AGO}, TIME),
    ("C3-audience-of-another", {"audiences": (ELSEWHERE,)}, AUDIENCE),
    ("C3-audience-of-our-other-side", lambda login: {"audiences": (f"{login.stage.base}/saml/metadata",)}, AUDIENCE),
    ("C3-no-audience", {"audiences": ()}, AUDIENCE),
    ("C3-audience-with-a-tail", lambda login: {"audiences": (login.school.gateway.entity_id + "/",)}, AUDIENCE),
    ("C3-recipient-elsewhere", {"recipient": ELSEWHERE}, UNEXPECTED),
    ("C3-recipient-with-a-tail", lambda login: {"recipient": tail(login)}, DESTINATION),
    ("C3-no-recipient", {"recipient": None}, DESTINATION),
    ("C3-destination-elsewhere", {"destination": ELSEWHERE}, DESTINATION),
    ("C3-destination-with-a-tail", lambda login: {"destination": tail(login)}, DESTINATION),
    ("C3-destination-empty", {"destination": ""}, DESTINATION),
    ("Core-2.5.1.6-no-service-may-be-told", condition("ProxyRestriction", Count="0"), CONDITION),
    ("Core-2.5.1.6-no-service-may-be-told-in-other-words", condition("ProxyRestriction", Count="+00"), CONDITION),
    ("Core-2.5.1.6-others-alone-may-be-told", {"conditions": (proxy_audience(),)}, CONDITION),
    ("Core-2.5.1.1-condition-without-type", condition("Condition"), MALFORMED),
    ("Core-2.5.1.1-condition-of-another-kind", {"conditions": (etree.Element("{urn:invented}OnTuesdays"),)}, MALFORMED),
    ("Core-2.5.1.1-condition-of-an-unknown-type", {"conditions": (unknown_condition(),)}, MALFORMED),
    ("Profiles-4.1.4.2-no-bearer", {"method": HOLDER_OF_KEY}, UNEXPECTED),
    ("C3-issuer-of-another-school", lambda login: {"issuer": other_issuer(login), "assertion_issuer": other_issuer(login)}, ISSUER),
    ("C3-response-issuer-of-another-school", lambda login: {"issuer": other_issuer(login)}, ISSUER),
    ("C3-assertion-issuer-of-another-school", lambda login: {"assertion_issuer": other_issuer(login)}, ISSUER),
    ("Core-2.3.3-no-issuer", {"assertion_issuer": None}, MALFORMED),
    ("C3-no-InResponseTo", {"in_response_to": None}, UNEXPECTED),
    ("C3-no-InResponseTo-of-the-confirmation", {"confirmation_in_response_to": None}, UNEXPECTED),
    ("C3-unsolicited", {"in_response_to": None, "confirmation_in_response_to": None}, UNEXPECTED),
    ("C3-InResponseTo-of-nothing", {"in_response_to": "_other"}, UNEXPECTED),
    ("C3-InResponseTo-of-the-confirmation-of-nothing", {"confirmation_in_response_to": "_other"}, UNEXPECTED),
    ("Core-3.2.2.2-authentication-failed", {"status": f"{STATUS}Responder", "sub_status": f"{STATUS}AuthnFailed"}, REFUSED),
    ("Core-3.2.2.2-no-status", {"status": None}, REFUSED),
    ("Core-3.2.2.2-invented-status", {"status": "urn:invented:Success"}, REFUSED),
    ("C3-BRIN-of-another-school", said_by(nlEduPersonHomeOrganizationId=[SECOND_SAML_SCHOOL]), FOREIGN),
    ("C3-BRIN-of-nobody", said_by(nlEduPersonHomeOrganizationId=["98ZZ"]), FOREIGN),
    ("C5-BRIN-that-is-none", said_by(nlEduPersonHomeOrganizationId=["<script>"]), FOREIGN),
    ("C5-branch-of-another-school", said_by(nlEduPersonHomeOrganizationBranchId=[f"{SECOND_SAML_SCHOOL}00"], nlEduPersonHomeOrganizationId=[]), FOREIGN),
    ("C5-no-person", {"name_id": None, "attributes": {"eduPersonAffiliation": ["student"]}}, MISSING),
    ("C5-value-without-end", said_by(givenName=["a" * 5000]), MALFORMED),
    ("C5-values-without-end", said_by(nlEduPersonUnit=["2B"] * 201), MALFORMED),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "refusal"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_signed_answer_that_does_not_hold(
    stage: Stage, browser: Browser, changes: Changes | OfLogin, refusal: tuple[str, int]
):
    login, log = stage.begin(browser), stage.log()
    made = changes(login) if callable(changes) else changes
    assert_refused(login.post(login.answer(**made).build()), *refusal)
    assert_logged(log, refusal[0])
    assert_nobody_is_in(stage, browser)
    login.succeed()


@pytest.mark.parametrize(
    "met",
    [condition("OneTimeUse"), condition("ProxyRestriction", Count="1")],
    ids=["one time use", "one more proxy"],
)
def test_core_2_5_1_condition_that_we_meet(stage: Stage, browser: Browser, met: Changes):
    login = stage.begin(browser)
    assert login.finish(login.post(login.answer(**met).build())).name_id


@pytest.mark.parametrize("relay_state", [None, "", "unknown", "<script>", "a" * 5000], ids=repr)
def test_relay_state_of_no_login(stage: Stage, browser: Browser, relay_state: str | None):
    """C3: RelayState is our handle of a login, and nothing else."""
    login, log = stage.begin(browser), stage.log()
    fields = login.fields(login.honest.build())
    del fields["RelayState"]
    sent = fields if relay_state is None else {**fields, "RelayState": relay_state}
    page = login.post_fields(sent)
    code = "KP-210" if relay_state is None else "KP-101"
    assert_refused(page, code, 400)
    assert "<script>" not in page.text.replace("<script ", "")
    assert_logged(log, code)
    assert_nobody_is_in(stage, browser)
    login.succeed()


def test_answer_with_the_relay_state_of_another_login(stage: Stage, browser: Browser):
    """C3: InResponseTo is bound to this journey, in whichever tab it stands."""
    first, second = stage.begin(browser), stage.begin(browser)
    fields = first.fields(first.honest.build()) | {"RelayState": second.received.relay_state}
    log = stage.log()
    assert_refused(first.post_fields(fields), *UNEXPECTED)
    assert_logged(log, "KP-218")
    assert_nobody_is_in(stage, browser)
    second.succeed()


def test_answer_of_another_school_than_was_asked(stage: Stage, browser: Browser):
    """C3 issuer mix-up: the key is that of the school that was asked."""
    login, log = stage.begin(browser), stage.log()
    other = stage.second_school.answer(login.received, PUPIL, response_signing=None)
    assert_refused(login.post(other.build()), *ISSUER)
    assert_logged(log, "KP-214")
    assert_nobody_is_in(stage, browser)
    login.succeed()


def test_refusal_of_the_school_is_not_shown_in_its_own_words(stage: Stage, browser: Browser):
    """What a school says of an error is unproved: it stands in the log as a code alone."""
    login = stage.begin(browser)
    response = login.answer(status="<script>alert(1)</script>").build()
    page = login.post(response)
    assert_refused(page, *REFUSED)
    assert "alert(1)" not in page.text


def test_time_in_another_zone_is_not_guessed(stage: Stage, browser: Browser):
    """Core §1.3.3: times are in UTC."""
    login = stage.begin(browser)
    answer = login.answer(signing=None)
    response = answer.build()
    (conditions,) = response.iter("{urn:oasis:names:tc:SAML:2.0:assertion}Conditions")
    conditions.set("NotOnOrAfter", instant(300).replace("Z", "+02:00"))
    (assertion,) = response.iter("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    login.signing.sign(assertion)
    assert_refused(login.post(response), *MALFORMED)
    assert_nobody_is_in(stage, browser)
    login.succeed()
