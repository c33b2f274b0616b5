"""Answers without a question of ours (SAML Profiles §4.1.5): of a school that may, to a deep link
of ours, when the person says so; and nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, TEACHER
from tests.actors.saml_xml import Element, encode
from tests.actors.scripted_school import ScriptedSchool
from tests.attacks.saml.stage import (
    SCHOOL,
    SECOND_SCHOOL,
    SECOND_SUPPLIER,
    SUPPLIER,
    TARGET,
    Login,
    Stage,
    assert_logged,
    assert_refused,
    cookies,
)
from tests.parts.effect import wait_for_school
from tests.parts.registration import add_link

UNASKED = "http://unasked.test"
BRIN = "99XF"
UNEXPECTED = ("KP-218", 403)
LOST = ("KP-101", 400)
ENTRIES = re.compile(r'action="(/flow/[^"]+/go-on\?answer=\w+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Portal:
    """A school whose connection allows it, and a link of ours."""

    stage: Stage
    school: ScriptedSchool
    link: str

    @property
    def code(self) -> str:
        return self.link.rpartition("/")[2]

    def answer(self, school: ScriptedSchool | None = None, **changes: object) -> Element:
        attributes = {**PUPIL.attributes(), "nlEduPersonHomeOrganizationId": [BRIN]}
        return (
            (school or self.school).answer(None, PUPIL, **{"attributes": attributes, **changes})
        ).build()

    def send(
        self, browser: Browser, relay_state: str | None = None, response: Element | None = None
    ) -> Page:
        """What a form on the school's own page posts."""
        message = encode(self.answer() if response is None else response)
        fields = {"SAMLResponse": message, "RelayState": relay_state or self.link}
        return browser.post(self.school.acs, fields, initiator=UNASKED)


@pytest.fixture(scope="module")
def portal(stage: Stage) -> Portal:
    gateway = stage.gateway
    school = ScriptedSchool(gateway.sp_metadata(), UNASKED)
    file = gateway.directory / "unasked.xml"
    file.write_text(school.metadata())
    gateway.ketenpoort(
        "school", "add", "--brin", BRIN, "--name", "De Poortwachter", "--town", "Voorbeelddam",
        "--metadata", file, "--allow-unsolicited",
    )  # fmt: skip
    wait_for_school(gateway, BRIN)
    return Portal(stage, school, add_link(gateway, stage.services[SUPPLIER], f"{TARGET}1"))


@pytest.fixture
def browser(stage: Stage) -> Iterator[Browser]:
    with stage_browser() as new:
        yield new


def stage_browser() -> Browser:
    return Browser([SCHOOL, SECOND_SCHOOL, SUPPLIER, SECOND_SUPPLIER, UNASKED])


def say_yes(browser: Browser, page: Page) -> Page:
    """Press the button of the page that asks."""
    base = page.url.partition("/flow/")[0]
    fields = {"csrf_token": TOKEN.findall(page.text)[0]}
    return browser.post(base + ENTRIES.findall(page.text)[0], fields, initiator=base)


def asks(page: Page) -> bool:
    return page.status == 200 and bool(ENTRIES.search(page.text))


@pytest.mark.parametrize("form", ["address", "path", "code", "shown"])
def test_profiles_4_1_5_person_says_yes_and_comes_to_the_link(portal: Portal, form: str):
    shown = f"{portal.code[:3]} {portal.code[3:7]} {portal.code[7:]}".upper()
    relay_states = {
        "address": portal.link,
        "path": f"/d/{portal.code}",
        "code": portal.code,
        "shown": shown,
    }
    with stage_browser() as browser:
        page = portal.send(browser, relay_states[form])
        assert asks(page), page
        assert "Sanne van der Wouden" in page.words
        assert "De Poortwachter" in page.words
        assert "kp_session" not in cookies(portal.stage, browser), "not signed in before a yes"
        page = say_yes(browser, page)
        assert page.message, page
        assert page.message.url == portal.stage.supplier.acs
        assert page.message.fields["RelayState"] == f"{TARGET}1"
        assert "kp_session" in cookies(portal.stage, browser)


def test_design_without_the_yes_nobody_is_in(portal: Portal, browser: Browser):
    """Login CSRF: an attacker's page can post an answer, but not the yes."""
    page = portal.send(browser)
    onward = ENTRIES.findall(page.text)[0]
    for fields in ({}, {"csrf_token": "invented"}):
        forged = browser.post(portal.stage.base + onward, fields, initiator="http://evil.test")
        assert asks(forged), "anew"
    assert "kp_session" not in cookies(portal.stage, browser)
    again = browser.open(portal.stage.base + onward.replace("/go-on", ""))
    assert asks(again), "to look at it again is no yes"


def test_forged_yes_leads_to_a_flow_of_ours_whatever_its_address_says(
    portal: Portal, browser: Browser
):
    """Its parts go into a Location: no line of it ends early, no other site is named."""
    for hostile in ("%0d%0aSet-Cookie:%20a=b", "%5c%5cevil.test", "@evil.test", "%3f%23"):
        for query in ("answer=x%0d%0ay&_external=1&_scheme=evil", "_anchor=a", ""):
            page = browser.post(
                f"{portal.stage.base}/flow/{hostile}/go-on?{query}",
                {},
                initiator="http://evil.test",
            )
            assert_refused(page, "KP-101", 400)
    assert "a" not in cookies(portal.stage, browser)


def test_design_the_page_belongs_to_the_browser_that_saw_it(portal: Portal, browser: Browser):
    onward = ENTRIES.findall(portal.send(browser).text)[0]
    with stage_browser() as other:
        page = other.open(portal.stage.base + onward.replace("/go-on", ""))
        assert_refused(page, "KP-102", 400)


def test_another_who_is_signed_in_here_ends_by_the_yes_alone(portal: Portal, browser: Browser):
    """A fresh session, never the one that is there."""
    portal.stage.begin(browser).succeed()
    before = cookies(portal.stage, browser)["kp_session"]
    page = portal.send(browser)
    assert cookies(portal.stage, browser)["kp_session"] == before
    assert say_yes(browser, page).message
    assert cookies(portal.stage, browser)["kp_session"] != before


def test_school_that_may_not_is_refused(portal: Portal, browser: Browser):
    """Off by default."""
    log = portal.stage.log()
    response = portal.stage.school.answer(None, PUPIL).build()
    assert_refused(portal.send(browser, response=response), *UNEXPECTED)
    assert_logged(log, "KP-218")
    assert "kp_session" not in cookies(portal.stage, browser)


@pytest.mark.parametrize(
    ("relay_state", "refusal"),
    [
        ("https://evil.test/", LOST),
        ("//evil.test/d/{code}", LOST),
        ("https://evil.test/d/{code}", LOST),
        ("{base}.evil.test/d/{code}", LOST),
        ("{base}@evil.test/d/{code}", LOST),
        ("/teacher", LOST),
        ("/d/{code}/../../logout", LOST),
        ("/d/../logout", LOST),
        ("/d/", LOST),
        ("{target}", LOST),
        ("/d/bcdfghjklm", ("KP-401", 404)),
    ],
)
def test_relay_state_that_is_no_deep_link_of_ours(
    portal: Portal, browser: Browser, relay_state: str, refusal: tuple[str, int]
):
    words = {"code": portal.code, "base": portal.stage.base, "target": f"{TARGET}1"}
    page = portal.send(browser, relay_state.format(**words))
    assert_refused(page, *refusal)
    assert page.redirect is None
    assert not asks(page)
    assert "kp_session" not in cookies(portal.stage, browser)


@pytest.mark.parametrize(
    "changes",
    [
        {"in_response_to": "_asked", "confirmation_in_response_to": "_asked"},
        {"in_response_to": "_asked"},
        {"confirmation_in_response_to": "_asked"},
    ],
    ids=repr,
)
def test_profiles_4_1_5_answer_to_a_question_is_no_unasked_one(
    portal: Portal, browser: Browser, changes: dict[str, object]
):
    """A stolen answer to somebody's question, posted with a link for RelayState."""
    page = portal.send(browser, response=portal.answer(**changes))
    assert_refused(page, *UNEXPECTED)
    assert not asks(page)


def test_answer_that_was_taken_is_no_unasked_one_after(portal: Portal, browser: Browser):
    login = begin_at(portal, browser)
    attributes = {**PUPIL.attributes(), "nlEduPersonHomeOrganizationId": [BRIN]}
    response = login.answer(attributes=attributes).build()
    assert login.post(response).message
    with stage_browser() as other:
        assert_refused(portal.send(other, response=response), *UNEXPECTED)


def begin_at(portal: Portal, browser: Browser) -> Login:
    """A login from the supplier to the door of the school that may send people unasked."""
    return portal.stage.begin(browser, portal.school)


def test_unasked_answer_is_none_to_a_question(portal: Portal, browser: Browser):
    """The reverse: the login that waits takes no answer that names no question."""
    login = begin_at(portal, browser)
    response = portal.answer()
    assert_refused(login.post(response), *UNEXPECTED)
    assert "kp_session" not in cookies(portal.stage, browser)


def test_profiles_4_1_4_5_unasked_answer_counts_once(portal: Portal, browser: Browser):
    response = portal.answer()
    assert asks(portal.send(browser, response=response))
    with stage_browser() as other:
        assert_refused(portal.send(other, response=response), "KP-219", 403)
    changed_outside = portal.answer(assertion_id="_same")
    assert asks(portal.send(browser, response=changed_outside))
    same_assertion = portal.answer(assertion_id="_same")
    assert_refused(portal.send(browser, response=same_assertion), "KP-219", 403)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signing": None}, "KP-211"),
        ({"not_on_or_after": -3600}, "KP-217"),
        ({"audiences": ("http://elsewhere.test",)}, "KP-215"),
        ({"recipient": "http://elsewhere.test"}, "KP-218"),
        ({"attributes": TEACHER.attributes()}, "KP-222"),
        ({"issuer": None}, "KP-201"),
        ({"issuer": "http://nobody.test/metadata"}, "KP-201"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_all_else_is_judged_as_always(
    portal: Portal, browser: Browser, changes: dict[str, object], code: str
):
    page = portal.send(browser, response=portal.answer(**changes))
    assert code in page.words, page
    assert "kp_session" not in cookies(portal.stage, browser)


def test_answer_in_the_name_of_a_school_that_may(portal: Portal, browser: Browser):
    """Signed by another school: the key is that of the school that it says it is of."""
    response = portal.answer(
        portal.stage.school,
        issuer=portal.school.entity_id,
        assertion_issuer=portal.school.entity_id,
    )
    assert_refused(portal.send(browser, response=response), "KP-212", 403)
