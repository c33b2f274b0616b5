"""An answer counts once (SAML Core §1.3.4, Profiles §4.1.4.5), on each kind of store."""

import pytest

from tests.actors.browser import Browser, Page, Request
from tests.actors.people import TEACHER
from tests.attacks.saml.stage import (
    Login,
    Stage,
    assert_logged,
    assert_nobody_is_in,
    assert_refused,
    cookies,
)
from tests.parts.fixtures import STORES

REPLAYED = ("KP-219", 403)


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    """The memory of what was seen lies in the store."""
    name: str = request.param
    return name


@pytest.mark.parametrize("what", ["assertion_id", "response_id"])
def test_id_that_was_used_in_another_login(stage: Stage, browser: Browser, what: str):
    """The same assertion in a new response, or the other way round, in a browser of a thief."""
    first = stage.begin(browser)
    first.succeed()
    with stage.browser() as thief:
        second, log = stage.begin(thief), stage.log()
        answer = second.answer(**{what: getattr(first.honest, what)})
        assert_refused(second.post(answer.build()), *REPLAYED)
        assert_logged(log, "KP-219")
        assert_nobody_is_in(stage, thief)
        second.succeed()


def test_stolen_answer_in_a_login_of_the_thief(stage: Stage, browser: Browser):
    """Byte for byte: it is the answer to another question."""
    first = stage.begin(browser)
    first.succeed()
    with stage.browser() as thief:
        second, log = stage.begin(thief), stage.log()
        assert_refused(second.post(first.honest.build()), "KP-218", 403)
        assert_logged(log, "KP-218")
        assert_nobody_is_in(stage, thief)
        second.succeed()


def test_answer_posted_again_after_the_login(stage: Stage, browser: Browser):
    """The second of two clicks: nothing of it is used; the session answers, and stays."""
    login = stage.begin(browser)
    response = login.honest.build()
    login.finish(login.post(response))
    session, log = cookies(stage, browser)["kp_session"], stage.log()
    login.finish(login.post(response))
    assert [(line["event"], line["fresh"]) for line in log.lines()] == [("login.answered", 0)]
    assert cookies(stage, browser)["kp_session"] == session


def test_answer_posted_again_by_a_thief(stage: Stage, browser: Browser):
    """Byte for byte, after the login: it is of another browser, with cookies or without."""
    login = stage.begin(browser)
    response = login.honest.build()
    login.finish(login.post(response))
    for has_cookies in (False, True):
        with stage.browser() as thief:
            if has_cookies:
                stage.begin(thief)
            log = stage.log()
            page = thief.post(login.school.acs, login.fields(response), login.school.base)
            assert_refused(page, "KP-102", 400)
            assert_logged(log, "KP-102")
            assert_nobody_is_in(stage, thief)


def test_other_answer_posted_after_the_login(stage: Stage, browser: Browser):
    """Only the one that ended it; also when it is as valid as that."""
    login = stage.begin(browser)
    login.succeed()
    session, log = cookies(stage, browser)["kp_session"], stage.log()
    teacher = login.answer(name_id=TEACHER.uid, attributes=TEACHER.attributes())
    for response in (login.answer().build(), teacher.build()):
        assert_refused(login.post(response), "KP-101", 400)
    assert [line["code"] for line in log.lines()] == ["KP-101", "KP-101"]
    assert cookies(stage, browser)["kp_session"] == session


def test_impatient_click_arrives_once(stage: Stage, browser: Browser):
    """The same post twice before the browser goes on: each leads on, in one login (design §7)."""
    login, log = stage.begin(browser), stage.log()
    fields = login.fields(login.honest.build())
    first, second = (_post_and_stay(login, fields) for _ in range(2))
    assert (first.status, second.status) == (303, 303)
    assert first.redirect == second.redirect
    login.finish(browser.go(second.redirect))
    session = cookies(stage, browser)["kp_session"]
    login.finish(browser.go(first.redirect))
    answered = [(line["event"], line["fresh"]) for line in log.lines()]
    assert answered == [("login.answered", 1), ("login.answered", 0)]
    assert cookies(stage, browser)["kp_session"] == session


def _post_and_stay(login: Login, fields: dict[str, str]) -> Page:
    """What the ACS answers, while the browser does not go there yet."""
    return login.browser.ask(Request("POST", login.school.acs, fields, login.school.base))
