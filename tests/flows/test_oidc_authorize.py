"""The authorization endpoint (OpenID Connect Core §3.1.2, RFC 6749 §3.1)."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import read_callback
from tests.actors.people import PUPIL
from tests.flows.hub import Hub, query_of

REGISTERED = "http://tool.test/callback"
TRICKS = [
    f"{REGISTERED}/",
    f"{REGISTERED}?",
    f"{REGISTERED}?next=http://evil.test",
    f"{REGISTERED}#",
    f"{REGISTERED}#fragment",
    f"{REGISTERED}%00",
    f"{REGISTERED} ",
    f" {REGISTERED}",
    f"{REGISTERED}\r\nX: y",
    f"{REGISTERED}\\",
    f"{REGISTERED}2",
    "http://tool.test/call",
    "http://tool.test/Callback",
    "http://tool.test/%63allback",
    "http://tool.test/x/../callback",
    "http://tool.test//callback",
    "http://tool.test/callback;x",
    "http://TOOL.test/callback",
    "HTTP://tool.test/callback",
    "http://tool.test:80/callback",
    "http://tool.test./callback",
    "http://tool.test@evil.test/callback",
    "http://evil.test/http://tool.test/callback",
    "http://evil.test#@tool.test/callback",
    "http://evil.test\\@tool.test/callback",
    "http://tool.test.evil.test/callback",
    "http://t\u043eol.test/callback",
    "https://tool.test/callback",
    "//tool.test/callback",
    "/callback",
    "javascript:alert(1)//tool.test/callback",
    "*",
]
ODD_TEXT = "a b+c&d=e%20f#g/é\"<'>;\\\u2028" + "x" * 1000


def error_of(hub: Hub, browser: Browser, **changes: str | None) -> dict[str, str]:
    """The error with which a wrong request comes back to the client, with its own state."""
    attempt = hub.client.begin(**changes)
    page = browser.open(attempt.url)
    answer = read_callback(page.redirect.url)
    assert page.redirect.url.startswith(f"{REGISTERED}?")
    assert answer["state"] == attempt.state
    assert answer["iss"] == hub.gateway.base, "RFC 9207 §2.1: in error answers too"
    assert "code" not in answer
    return answer


def refused(page: Page, code: str) -> None:
    """A page of ours that sends the browser nowhere."""
    assert (page.status, page.redirect, page.message) == (400, None, None)
    assert code in page.words


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_core_3_1_2_1_request_by_get_and_by_post(hub: Hub, person: Browser, method: str):
    attempt = hub.client.begin(school=PUPIL.brin)
    address, _, query = attempt.url.partition("?")
    fields = {name: values[0] for name, values in parse_qs(query).items()}
    at_gateway = (
        person.open(attempt.url)
        if method == "GET"
        else person.post(address, fields, initiator="http://tool.test/")
    )
    page = hub.at_school(person, at_gateway)
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]


@pytest.mark.parametrize("trick", TRICKS)
def test_core_3_1_2_1_redirect_uri_is_compared_as_a_whole(hub: Hub, person: Browser, trick: str):
    refused(person.open(hub.client.begin(redirect_uri=trick).url), "KP-303")


def test_core_3_1_2_1_redirect_uri_is_required(hub: Hub, person: Browser):
    refused(person.open(hub.client.begin(redirect_uri=None).url), "KP-302")


@pytest.mark.parametrize("client_id", ["unknown", "", None, "svc' OR 1=1--"])
def test_rfc6749_4_1_2_1_unknown_client_is_never_redirected(
    hub: Hub, person: Browser, client_id: str | None
):
    page = person.open(hub.client.begin(client_id=client_id).url)
    assert (page.status, page.redirect) == (404, None)
    assert "KP-301" in page.words


def test_rfc6749_4_1_2_state_and_core_2_nonce_come_back_untouched(hub: Hub, person: Browser):
    attempt, callback = hub.code_of(person, state=ODD_TEXT, nonce=ODD_TEXT)
    answer = read_callback(callback)
    assert answer["state"] == ODD_TEXT
    tokens = hub.client.redeem(attempt, answer["code"]).json()
    claims = hub.client.verify(
        tokens["id_token"],
        type(attempt)(attempt.url, ODD_TEXT, ODD_TEXT, attempt.verifier),
        tokens["access_token"],
    )
    assert claims["nonce"] == ODD_TEXT


def test_rfc6749_4_1_2_no_state_asked_none_given(hub: Hub, person: Browser):
    _, callback = hub.code_of(person, state=None)
    assert query_of(callback).keys() == {"code", "iss"}


def test_rfc9207_2_answer_names_its_issuer(hub: Hub, person: Browser):
    _, callback = hub.code_of(person)
    assert read_callback(callback)["iss"] == hub.client.discovery["issuer"] == hub.gateway.base


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"response_mode": "query.jwt"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openidx"}, "invalid_scope"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "http://tool.test/request.jwt"}, "request_uri_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "sudo"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "kort"}, "invalid_request"),
        ({"code_challenge": "a" * 42 + "="}, "invalid_request"),
    ],
)
def test_core_3_1_2_6_error_goes_to_the_client(
    hub: Hub, person: Browser, changes: dict[str, str | None], error: str
):
    assert error_of(hub, person, **changes)["error"] == error


@pytest.mark.parametrize(
    "name", ["client_id", "redirect_uri", "scope", "state", "nonce", "response_type", "prompt"]
)
def test_rfc6749_3_1_repeated_parameter_is_refused(hub: Hub, person: Browser, name: str):
    """Which of two redirect_uris counts is nobody's to guess, so it goes to no address."""
    attempt = hub.client.begin(prompt="login")
    refused(person.open(f"{attempt.url}&{urlencode({name: 'tweede'})}"), "KP-302")


def test_rfc6749_3_1_unknown_and_empty_parameters_are_passed_over(hub: Hub, person: Browser):
    _, callback = hub.code_of(person, vreemd="ja", prompt="", max_age="", request="")
    assert "code" in read_callback(callback)


def test_core_3_1_2_1_scope_may_hold_what_we_do_not_know(hub: Hub, person: Browser):
    _, callback = hub.code_of(person, scope="openid profile onbekend offline_access")
    assert "code" in read_callback(callback)


def test_core_3_1_2_1_prompt_none_without_session(hub: Hub, person: Browser):
    assert error_of(hub, person, prompt="none")["error"] == "login_required"
    assert not person.cookies.of(hub.gateway.base).keys()


def test_core_3_1_2_1_prompt_none_with_a_session(hub: Hub, person: Browser):
    first = hub.tokens(person)
    before = len(person.hops)
    second = hub.tokens(person, prompt="none")
    assert len(person.hops) == before + 1, "one request in, one answer"
    for name in ("sub", "sid", "auth_time"):
        assert second.claims[name] == first.claims[name]


def test_core_3_1_2_1_prompt_login_asks_the_school_again(hub: Hub, person: Browser):
    before = hub.tokens(person).claims
    attempt = hub.client.begin(school=PUPIL.brin, prompt="login")
    page = person.open(attempt.url)
    assert hub.asked_of_school(page).force_authn
    page = hub.at_school(person, page, authn_instant=0)
    after = hub.client.finish(attempt, page.redirect.url).claims
    assert after["auth_time"] > before["auth_time"]
    assert after["sid"] != before["sid"]


@pytest.mark.parametrize(("max_age", "again"), [("0", True), ("2", True), ("3600", False)])
def test_core_3_1_2_1_max_age_counts_from_the_login_at_the_school(
    hub: Hub, person: Browser, max_age: str, again: bool
):
    hub.tokens(person)  # the school says: five seconds ago
    page = person.open(hub.client.begin(max_age=max_age, school=PUPIL.brin).url)
    if again:
        assert hub.asked_of_school(page).force_authn
    else:
        assert "code" in read_callback(page.redirect.url)


def test_oidf_max_age_1_the_school_is_asked_and_auth_time_is_newer(hub: Hub, person: Browser):
    before = hub.tokens(person).claims  # the school says: five seconds ago
    attempt = hub.client.begin(max_age="1", school=PUPIL.brin)
    page = person.open(attempt.url)
    assert hub.asked_of_school(page).force_authn
    page = hub.at_school(person, page, authn_instant=0)
    after = hub.client.finish(attempt, page.redirect.url).claims
    assert before["auth_time"] < after["auth_time"]
    assert abs(time.time() - after["auth_time"]) < 60


def test_oidf_max_age_10000_nobody_is_asked_and_auth_time_is_the_same(hub: Hub, person: Browser):
    before = hub.tokens(person).claims
    steps = len(person.hops)
    after = hub.tokens(person, max_age="10000").claims
    assert len(person.hops) == steps + 1, "one request in, one answer"
    assert after["auth_time"] == before["auth_time"]


def test_core_3_1_2_1_max_age_gives_auth_time(hub: Hub, person: Browser):
    claims = hub.tokens(person, max_age="600").claims
    assert abs(time.time() - claims["auth_time"]) < 60


@pytest.mark.parametrize("hint", [{"login_hint": "brin:99XA"}, {"school": "99XA"}])
def test_hint_skips_the_chooser(hub: Hub, person: Browser, hint: dict[str, str]):
    page = person.open(hub.client.begin(**hint).url)
    assert hub.asked_of_school(page).destination == hub.school.sso


@pytest.mark.parametrize("named", [PUPIL.brin, PUPIL.brin.lower(), f"{PUPIL.brin}02"])
def test_school_in_the_address_of_a_request_by_post_counts_too(
    hub: Hub, person: Browser, named: str
):
    """As on any address where a login begins; a branch of a registered school means that."""
    address, _, query = hub.client.begin().url.partition("?")
    fields = {name: values[0] for name, values in parse_qs(query).items()}
    page = person.post(f"{address}?school={named}", fields, initiator="http://tool.test/")
    assert hub.asked_of_school(page).destination == hub.school.sso


@pytest.mark.parametrize(
    "hint", [{"login_hint": "brin:00ZZ"}, {"login_hint": PUPIL.uid}, {"school": "nergens"}, {}]
)
def test_hint_that_we_do_not_know_leads_to_the_chooser(
    hub: Hub, person: Browser, hint: dict[str, str]
):
    page = person.open(hub.client.begin(**hint).url)
    assert (page.status, urlsplit(page.url).path) == (200, "/school")
