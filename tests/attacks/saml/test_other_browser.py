"""An answer begun in one browser never completes in another; no session is taken over (C3)."""

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, TEACHER
from tests.attacks.saml.stage import (
    Login,
    Stage,
    assert_logged,
    assert_nobody_is_in,
    assert_refused,
    cookies,
)


def flow_address(login: Login) -> str:
    return f"{login.stage.base}/flow/{login.received.relay_state}"


def choice_address(login: Login) -> str:
    return f"{login.stage.base}/school?flow={login.received.relay_state}&school={PUPIL.brin}"


def post_from(browser: Browser, login: Login) -> Page:
    """The school's answer to `login`, sent by the browser of somebody else."""
    fields = login.fields(login.honest.build())
    return browser.post(login.school.acs, fields, initiator=login.school.base)


def test_answer_does_not_sign_in_a_browser_that_did_not_ask(stage: Stage, browser: Browser):
    """Login CSRF: a victim is not signed in as the attacker, who sends him his own answer."""
    login, log = stage.begin(browser), stage.log()
    with stage.browser() as victim:
        assert_refused(post_from(victim, login), "KP-102", 400)
        assert_logged(log, "KP-102")
        assert_nobody_is_in(stage, victim)


@pytest.mark.parametrize("way_on", [flow_address, choice_address])
def test_answer_does_not_sign_in_a_browser_that_did_not_bring_it(
    stage: Stage, browser: Browser, way_on
):
    """The attacker sends his own question to a victim, whose school answers about the victim."""
    login = stage.begin(browser)
    with stage.browser() as victim:
        post_from(victim, login)
    page = browser.open(way_on(login))
    assert page.message is None, "the attacker stands at the supplier as the victim"
    assert page.redirect
    assert page.redirect.url.startswith(login.school.sso)
    assert_nobody_is_in(stage, browser)


@pytest.mark.parametrize("digest", ["", "0" * 64, "é", "None", "%00"])
def test_what_the_browser_brings_can_not_be_guessed(stage: Stage, browser: Browser, digest: str):
    login = stage.begin(browser)
    with stage.browser() as victim:
        post_from(victim, login)
    page = browser.open(f"{flow_address(login)}?answer={digest}")
    assert page.redirect, page
    assert page.redirect.url.startswith(login.school.sso)
    assert_nobody_is_in(stage, browser)


def test_stolen_flow_address_leads_nowhere(stage: Stage, browser: Browser):
    """Who reads the address of a flow, answered or not, has nothing."""
    login = stage.begin(browser)
    with stage.browser() as thief:
        assert_refused(thief.open(flow_address(login)), "KP-102", 400)
        assert_refused(thief.open(choice_address(login)), "KP-102", 400)
        thief.scripts = False
        login.succeed()
        assert_refused(thief.open(flow_address(login)), "KP-101", 400)
        assert "kp_session" not in cookies(stage, thief)


def test_thief_with_a_browser_cookie_of_his_own(stage: Stage, browser: Browser):
    """Not any cookie does: the one of the browser that began."""
    login = stage.begin(browser)
    with stage.browser() as thief:
        stage.begin(thief)
        assert cookies(stage, thief)["kp_browser"] != cookies(stage, browser)["kp_browser"]
        assert_refused(thief.open(flow_address(login)), "KP-102", 400)
        assert_nobody_is_in(stage, thief)
    login.succeed()


def test_session_of_an_attacker_is_not_adopted(stage: Stage, browser: Browser):
    """Fixation: a session cookie that was planted is no session, and never becomes one."""
    with stage.browser() as victim:
        victim.cookies.of(stage.base).set("kp_session", "planted-by-the-attacker")
        login = stage.begin(victim)
        login.succeed()
        assert cookies(stage, victim)["kp_session"] != "planted-by-the-attacker"
    browser.cookies.of(stage.base).set("kp_session", "planted-by-the-attacker")
    stage.begin(browser)


def test_login_at_the_school_begins_a_session_anew(stage: Stage, browser: Browser):
    """Fixation: the attacker's own session, planted, does not become the victim's."""
    stage.begin(browser).succeed()
    planted = str(cookies(stage, browser)["kp_session"])
    with stage.browser() as victim:
        victim.cookies.of(stage.base).set("kp_session", planted)
        request = stage.supplier.request(force_authn="true", idp_list=[stage.school.entity_id])
        page = victim.open(stage.supplier.redirect_url(request, "opgave-9"))
        asked = stage.school.read_request(page.redirect.url)
        login = Login(stage, victim, stage.school, request, asked)
        teacher = login.answer(name_id=TEACHER.uid, attributes=TEACHER.attributes())
        login.finish(login.post(teacher.build()))
        assert cookies(stage, victim)["kp_session"] != planted
    stage.begin(browser)


def test_cookies_are_out_of_reach(stage: Stage, browser: Browser):
    """No script reads them, no other site's POST brings them, and they name nobody."""
    stage.begin(browser).succeed()
    kept = list(browser.cookies.of(stage.base))
    assert {"kp_browser", "kp_session"} <= {cookie.name for cookie in kept}
    for cookie in kept:
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "Lax"
        assert not [secret for secret in PUPIL.secrets if secret in str(cookie.value)]
