"""A tool in a page of ours: for one person, around that tool alone (CSP3 §6.1, §6.4.2)."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, TEACHER
from tests.actors.scripted_tool import CLAIM
from tests.attacks.lti.stage import Stage, assert_error_told, assert_refused


def frame_of(page: Page) -> dict[str, str]:
    """What the tool gets in the frame."""
    (address,) = re.findall(r'<iframe[^>]* src="([^"]+)"', page.text)
    return dict(parse_qsl(urlsplit(unescape(address)).query, strict_parsing=True))


def policy(page: Page) -> dict[str, str]:
    directives = page.headers["Content-Security-Policy"].split(";")
    return {name: value for name, _, value in (each.strip().partition(" ") for each in directives)}


@pytest.fixture
def framed(lti: Stage, person: Browser) -> Page:
    page = lti.follow(person, lti.link(lti.framed), PUPIL)
    assert urlsplit(page.url).path == "/lti/frame", page
    return page


def test_frame_holds_the_tool_alone(lti: Stage, framed: Page):
    rules = policy(framed)
    assert rules["frame-src"] == f"'self' {lti.framed.base}"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == "'self'"


def test_message_in_the_frame_needs_no_cookie_on_the_tools_request(
    lti: Stage, person: Browser, framed: Page
):
    """The tool's request in the frame comes without cookies: a page of ours, which only we may
    frame, goes on with a request of our own, and that one has them."""
    hints = frame_of(framed)
    assert hints["lti_storage_target"] == "_parent"
    question = lti.framed.question(hints)
    with lti.browser() as cookieless:
        between = lti.framed.ask(cookieless, question)
    assert policy(between)["frame-ancestors"] == "'self'"
    assert between.headers["X-Frame-Options"] == "SAMEORIGIN"
    (form,) = between.forms
    assert (form.method, form.fields) == ("GET", {})
    page = person.submit(between, {})
    claims = lti.framed.read(page, question)
    assert page.message.fields["lti_storage_target"] == "_parent"
    assert claims[f"{CLAIM}launch_presentation"]["document_target"] == "iframe"
    assert "return_url" not in claims[f"{CLAIM}launch_presentation"]
    assert policy(page)["frame-ancestors"] == "'self'"


def test_framed_tool_is_told_the_language_that_was_chosen(lti: Stage, person: Browser):
    """Though its own request has no cookie that says so."""
    page = lti.follow(person, f"{lti.link(lti.framed)}?lang=en", PUPIL)
    question = lti.framed.question(frame_of(page))
    with lti.browser() as cookieless:
        between = lti.framed.ask(cookieless, question)
    claims = lti.framed.read(person.submit(between, {}), question)
    assert claims[f"{CLAIM}launch_presentation"]["locale"] == "en"


@pytest.mark.parametrize("path", ["/lti/authorize", "/flow/none", "/d/none", "/lti/frame?id=x"])
def test_error_in_a_frame_may_be_framed_by_us_alone(lti: Stage, path: str):
    """CSP3 §6.4.2; elsewhere a page says that nobody may frame it."""
    for where, ancestors, options in (
        ("iframe", "'self'", "SAMEORIGIN"),
        ("document", "'none'", "DENY"),
        ("", "'none'", "DENY"),
    ):
        headers = {"Sec-Fetch-Mode": "navigate", **({"Sec-Fetch-Dest": where} if where else {})}
        answer = requests.get(lti.gateway.base + path, headers=headers, timeout=30)
        assert answer.status_code >= 400
        rules = answer.headers["Content-Security-Policy"]
        assert f"frame-ancestors {ancestors}" in rules
        assert answer.headers["X-Frame-Options"] == options
        assert "form-action 'self'" in rules
        assert ('target="_top"' in answer.text) == (where == "iframe")


def test_page_between_signs_nobody_else_in(lti: Stage, person: Browser, framed: Page):
    """The attacker's own frame, brought to a victim: its message goes to the attacker alone."""
    question = lti.framed.question(frame_of(framed))
    with lti.browser() as victim:
        lti.sign_in(victim, TEACHER)
        page = victim.submit(lti.framed.ask(victim, question), {})
        assert_refused(page, "KP-102")


def test_page_between_without_a_session_tells_the_tool(lti: Stage, person: Browser, framed: Page):
    """No school is ever asked in a frame."""
    question = lti.framed.question(frame_of(framed))
    with lti.browser() as stranger:
        page = stranger.submit(lti.framed.ask(stranger, question), {})
        assert_error_told(page, lti.framed, "login_required", question["state"])
        assert policy(page)["frame-ancestors"] == "'self'"


def test_frame_can_be_loaded_again(lti: Stage, person: Browser, framed: Page):
    """With new hints: those of before may have been used."""
    again = person.open(framed.url)
    assert frame_of(again)["login_hint"] != frame_of(framed)["login_hint"]
    question = lti.framed.question(frame_of(again))
    lti.framed.read(person.submit(lti.framed.ask(person, question), {}), question)


def test_tool_can_be_opened_in_a_window_of_its_own(lti: Stage, person: Browser, framed: Page):
    """For a tool that lets nobody frame it, or a browser that does not play along."""
    hints = lti.framed.hints(person.open(f"{framed.url}&window=1"))
    assert "lti_storage_target" not in hints
    question = lti.framed.question(hints)
    claims = lti.framed.read(lti.framed.ask(person, question), question)
    assert claims[f"{CLAIM}launch_presentation"]["document_target"] == "window"
    with lti.browser() as other:
        lti.sign_in(other, TEACHER)
        assert_refused(other.open(f"{framed.url}&window=1"), "KP-102")


def test_frame_is_for_one_person(lti: Stage, framed: Page):
    with lti.browser() as other:
        lti.sign_in(other, TEACHER)
        assert_refused(other.open(framed.url), "KP-102")


@pytest.mark.parametrize("query", ["", "?id=", "?id=onbekend", "?id=../x&id=y"])
def test_unknown_frame(lti: Stage, person: Browser, query: str):
    assert_refused(person.open(f"{lti.gateway.base}/lti/frame{query}"), "KP-101")
