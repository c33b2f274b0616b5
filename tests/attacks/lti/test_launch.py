"""A tool's question is answered to the session that was sent there, and to that tool alone.

LTI Security §5.1.1, RFC 9700 §4.1 (redirect_uri), §4.4 (mix-up), §4.7 (CSRF).
"""

from urllib.parse import urlencode

import pytest

from tests.actors.browser import Browser
from tests.actors.people import PUPIL, TEACHER
from tests.actors.scripted_tool import CLAIM
from tests.attacks.lti.stage import Stage, assert_error_told, assert_refused


def test_question_is_answered(lti: Stage, person: Browser):
    """What all others differ from in one respect."""
    question = lti.tool.question(lti.hints(person))
    claims = lti.tool.read(lti.tool.ask(person, question), question)
    assert claims[f"{CLAIM}target_link_uri"] == f"{lti.tool.base}/les/1"
    assert claims["exp"] - claims["iat"] <= 300


def test_hints_say_nothing_of_the_person(lti: Stage, person: Browser):
    hints = lti.hints(person)
    assert hints.keys() == {
        "iss",
        "login_hint",
        "target_link_uri",
        "lti_message_hint",
        "client_id",
        "lti_deployment_id",
    }
    again = lti.hints(person)
    assert hints["login_hint"] != again["login_hint"]
    assert hints["lti_message_hint"] != again["lti_message_hint"]


def test_posted_question_is_answered_without_a_cookie_on_it(lti: Stage, person: Browser):
    """The POST is bound to nobody; the GET of our own that follows brings the cookie."""
    question = lti.tool.question(lti.hints(person))
    before = len(person.hops)
    page = person.post(lti.tool.authorize, question, initiator=lti.tool.base)
    posted = person.hops[before]
    assert (posted.status, posted.cookies_sent) == (303, frozenset())
    assert page.url.startswith(f"{lti.gateway.base}/flow/")
    lti.tool.read(page, question)


def test_hints_count_once(lti: Stage, person: Browser):
    hints = lti.hints(person)
    first = lti.tool.question(hints)
    lti.tool.read(lti.tool.ask(person, first), first)
    assert_refused(lti.tool.ask(person, lti.tool.question(hints)), "KP-101")
    assert_refused(lti.tool.ask(person, first), "KP-101")


def test_used_hints_lead_back_to_where_the_person_came_from(lti: Stage, person: Browser):
    """By Back in the tool: to the link or the tile, where a launch begins anew."""
    service = f"{lti.gateway.base}/open/service/{lti.tool.client_id}"
    for address in (lti.link(lti.tool), service):
        question = lti.tool.question(lti.tool.hints(lti.follow(person, address)))
        first = lti.tool.read(lti.tool.ask(person, question), question)
        page = lti.tool.ask(person, question)
        assert_refused(page, "KP-101")
        anew = lti.tool.question(lti.tool.hints(person.click(page, "Opnieuw beginnen")))
        claims = lti.tool.read(lti.tool.ask(person, anew), anew)
        assert claims[f"{CLAIM}resource_link"] == first[f"{CLAIM}resource_link"]


def test_hints_that_never_were_lead_to_the_start_page(lti: Stage, person: Browser):
    lti.sign_in(person, PUPIL)
    hints = {"login_hint": "a", "lti_message_hint": "b"}
    page = lti.tool.ask(person, lti.tool.question(hints))
    assert_refused(page, "KP-101")
    assert person.click(page, "Opnieuw beginnen").url == f"{lti.gateway.base}/"


def test_hints_of_another_lead_to_an_own_launch(lti: Stage, person: Browser):
    question = lti.tool.question(lti.hints(person, person=TEACHER))
    with lti.browser() as other:
        lti.sign_in(other, PUPIL)
        page = lti.tool.ask(other, question)
        assert_refused(page, "KP-102")
        assert lti.tool.hints(other.click(page, "Opnieuw beginnen"))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_tool_is_told_the_language_that_was_chosen(
    lti: Stage, person: Browser, language: str, method: str
):
    """LTI Core §5.4.4: the one of our pages, whatever the browser would rather have."""
    person.open(f"{lti.gateway.base}/?lang={language}")
    question = lti.tool.question(lti.hints(person))
    page = (
        lti.tool.ask(person, question)
        if method == "GET"
        else person.post(lti.tool.authorize, question, lti.tool.base)
    )
    claims = lti.tool.read(page, question)
    assert claims[f"{CLAIM}launch_presentation"]["locale"] == language


def test_posted_hints_count_once(lti: Stage, person: Browser):
    question = lti.tool.question(lti.hints(person))
    lti.tool.read(person.post(lti.tool.authorize, question, lti.tool.base), question)
    assert_refused(person.post(lti.tool.authorize, question, lti.tool.base), "KP-101")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_own_hints_do_not_sign_another_in(lti: Stage, person: Browser, method: str):
    """Login CSRF: somebody lets a victim's browser bring hints of a launch of his own."""
    hints = lti.hints(person, person=TEACHER)
    question = lti.tool.question(hints)
    with lti.browser() as victim:
        lti.sign_in(victim, PUPIL)
        page = (
            lti.tool.ask(victim, question)
            if method == "GET"
            else victim.post(lti.tool.authorize, question, lti.tool.base)
        )
        assert_refused(page, "KP-102")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_stolen_hints_sign_nobody_in(lti: Stage, person: Browser, method: str):
    """Who got hold of a victim's hints has no session of hers: the tool hears login_required,
    and the hints are spent."""
    question = lti.tool.question(lti.hints(person))
    with lti.browser() as thief:
        page = (
            lti.tool.ask(thief, question)
            if method == "GET"
            else thief.post(lti.tool.authorize, question, lti.tool.base)
        )
        assert_error_told(page, lti.tool, "login_required", question["state"])
    assert_refused(lti.tool.ask(person, question), "KP-101")


def test_stolen_hints_do_not_sign_a_signed_in_thief_in(lti: Stage, person: Browser):
    question = lti.tool.question(lti.hints(person))
    with lti.browser() as thief:
        lti.sign_in(thief, TEACHER)
        assert_refused(lti.tool.ask(thief, question), "KP-102")


def test_hints_of_an_earlier_session_are_void(lti: Stage, person: Browser):
    """Also of the same person in the same browser."""
    question = lti.tool.question(lti.hints(person))
    person.submit(person.open(f"{lti.gateway.base}/logout"), {}, button="Uitloggen")
    lti.sign_in(person, PUPIL)
    assert_refused(lti.tool.ask(person, question), "KP-102")


def test_question_after_logout_is_told_so(lti: Stage, person: Browser):
    question = lti.tool.question(lti.hints(person))
    person.submit(person.open(f"{lti.gateway.base}/logout"), {}, button="Uitloggen")
    assert_error_told(lti.tool.ask(person, question), lti.tool, "login_required", question["state"])


def test_hints_are_for_their_own_tool(lti: Stage, person: Browser):
    """Mix-up: another tool asks with hints that it got hold of, for itself or in the name of
    the first; no message leaves, and what it sees of the person is not that of the first."""
    hints = lti.hints(person)
    assert_refused(lti.second.ask(person, lti.second.question(hints)), "KP-101")
    in_its_name = lti.second.question(hints, client_id=lti.tool.client_id)
    assert_refused(lti.second.ask(person, in_its_name), "KP-303")
    own = lti.second.question(lti.hints(person, lti.second))
    seen = lti.second.read(lti.second.ask(person, own), own)
    first = lti.tool.question(hints)
    claims = lti.tool.read(lti.tool.ask(person, first), first)
    assert claims["sub"] != seen["sub"]
    assert claims[f"{CLAIM}deployment_id"] != seen[f"{CLAIM}deployment_id"]
    assert claims[f"{CLAIM}context"]["id"] != seen[f"{CLAIM}context"]["id"]


def test_hints_belong_together(lti: Stage, person: Browser):
    first, other = lti.hints(person), lti.hints(person)
    mixed = first | {"lti_message_hint": other["lti_message_hint"]}
    assert_refused(lti.tool.ask(person, lti.tool.question(mixed)), "KP-101")


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://eerste.test/launch/",
        "http://eerste.test/launch?a=b",
        "http://eerste.test/launch#a",
        "http://eerste.test/Launch",
        "http://eerste.test:80/launch",
        "http://eerste.test",
        "http://eerste.test/launch%20",
        "http://eerste.test@elders.test/launch",
        "http://tweede.test/launch",
        "javascript:alert(1)",
        "//eerste.test/launch",
    ],
)
def test_redirect_uri_is_compared_as_a_whole(lti: Stage, person: Browser, redirect_uri: str):
    question = lti.tool.question(lti.hints(person), redirect_uri=redirect_uri)
    page = lti.tool.ask(person, question)
    assert_refused(page, "KP-303")
    assert redirect_uri not in page.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"redirect_uri": None}, "KP-302"),
        ({"client_id": None}, "KP-301"),
        ({"client_id": "svc-onbekend"}, "KP-301"),
        ({"nonce": "x" * 5000}, "KP-302"),
        ({"login_hint": "anders"}, "KP-101"),
        ({"lti_message_hint": "anders"}, "KP-101"),
        ({"login_hint": "brin:99XA"}, "KP-101"),
    ],
)
def test_question_that_can_not_be_answered(
    lti: Stage, person: Browser, changes: dict[str, str | None], code: str
):
    assert_refused(lti.tool.ask(person, lti.tool.question(lti.hints(person), **changes)), code)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"response_mode": None}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"prompt": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"nonce": None}, "invalid_request"),
        ({"login_hint": None}, "invalid_request"),
        ({"lti_message_hint": None}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "http://elders.test/r"}, "request_not_supported"),
    ],
)
def test_question_that_is_not_as_it_must_be(
    lti: Stage, person: Browser, changes: dict[str, str | None], error: str
):
    """LTI Security §5.1.1.2: told to the tool, and the hints are still good for a right one."""
    hints = lti.hints(person)
    question = lti.tool.question(hints, **changes)
    assert_error_told(lti.tool.ask(person, question), lti.tool, error, question["state"])
    right = lti.tool.question(hints)
    lti.tool.read(lti.tool.ask(person, right), right)


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "login_hint", "nonce", "prompt"])
def test_parameter_that_is_there_twice(lti: Stage, person: Browser, name: str):
    question = lti.tool.question(lti.hints(person))
    query = urlencode([*question.items(), (name, question[name])])
    assert_refused(person.open(f"{lti.tool.authorize}?{query}", lti.tool.base), "KP-302")


def test_client_of_another_protocol_can_not_ask(lti: Stage, person: Browser):
    """And a tool can not ask at the OpenID Provider, where a code would go out."""
    question = lti.tool.question(lti.hints(person), response_type="code")
    page = person.open(f"{lti.gateway.base}/oidc/authorize?{urlencode(question)}", lti.tool.base)
    assert_refused(page, "KP-301")


def test_switched_off_tool_learns_nothing(lti: Stage, person: Browser):
    hints = lti.hints(person)
    lti.gateway.ketenpoort("service", "off", lti.tool.client_id)
    try:
        page = person.open(lti.link(lti.tool))
        while "KP-306" not in page.words:
            page = person.open(lti.link(lti.tool))
        question = lti.tool.question(hints)
        page = lti.tool.ask(person, question)
    finally:
        lti.gateway.ketenpoort("service", "on", lti.tool.client_id)
    assert "KP-306" in page.words
    assert_error_told(page, lti.tool, "access_denied", question["state"])
