"""An answer begun in one browser never completes in another; no session is taken over (C3)."""

from urllib.parse import urlsplit

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL
from tests.attacks.saml.stage import (
    RELAY_STATE,
    Login,
    Stage,
    assert_logged,
    assert_nobody_is_in,
    assert_refused,
    cookies,
)


def flow_address(login: Login) -> str:
    return f"{login.stage.base}/flow/{login.received.relay_state}"


def post_from(browser: Browser, login: Login) -> Page:
    """The school's answer to `login`, sent by the browser of somebody else."""
    fields = login.fields(login.honest.build())
    return browser.post(login.school.acs, fields, initiator=login.school.base)


def test_answer_posted_in_another_browser_does_not_sign_that_one_in(stage: Stage, browser: Browser):
    """Login CSRF (C3 "Missing/foreign InResponseTo"): a victim is not signed in as the attacker."""
    login, log = stage.begin(browser), stage.log()
    with stage.browser() as victim:
        assert_refused(post_from(victim, login), "KP-102", 400)
        assert_logged(log, "KP-102")
        assert_nobody_is_in(stage, victim)


def test_answer_posted_in_another_browser_does_not_sign_the_first_one_in(
    stage: Stage, browser: Browser
):
    """The attacker sends his own question to a victim, whose school answers about the victim."""
    login = stage.begin(browser)
    with stage.browser() as victim:
        post_from(victim, login)
    page = browser.open(flow_address(login))
    assert page.message is None, "the attacker stands at the supplier as the victim"
    assert_nobody_is_in(stage, browser)
