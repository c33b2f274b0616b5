"""Clients are told that a session has ended (OpenID Connect Back-Channel Logout 1.0, Front-Channel
Logout 1.0), whoever ended it; RP-Initiated Logout itself stands in test_oidc_truth.py."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest

from tests.actors.browser import Browser, Page
from tests.actors.html import read_text
from tests.actors.oidc_client import OidcClient, Tokens, read_callback
from tests.actors.people import SAML_SCHOOL
from tests.flows.hub import AFTER_LOGOUT, Hub, add_client, query_of
from tests.flows.test_saml_logout import logout_request, open_logout, read_status
from tests.parts.web_server import QuietHandler, run_web_server

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Listener:
    """The back-channel address of a client; `told` are the bodies that came."""

    address: str = ""
    status: int = 200
    told: list[dict[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)
    answers: threading.Event = field(default_factory=threading.Event)


@contextmanager
def run_listener() -> Iterator[Listener]:
    listener = Listener()
    listener.answers.set()

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802  # http.server's name
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            listener.told.append({name: texts[0] for name, texts in parse_qs(body).items()})
            listener.kinds.append(self.headers["Content-Type"])
            listener.came.set()
            listener.answers.wait(60)
            self.send_response(listener.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with run_web_server(Handler) as base:
        listener.address = f"{base}/logout"
        try:
            yield listener
        finally:
            listener.answers.set()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with run_listener() as running:
        yield running


@pytest.fixture
def other_listener() -> Iterator[Listener]:
    with run_listener() as running:
        yield running


def back_channel(hub: Hub, listener: Listener, name: str, *options: str) -> OidcClient:
    return add_client(hub.gateway, name, "--backchannel-logout-uri", listener.address, *options)


def front_channel(hub: Hub, address: str, name: str) -> OidcClient:
    return add_client(hub.gateway, name, "--frontchannel-logout-uri", address)


def sign_in(hub: Hub, browser: Browser, client: OidcClient) -> Tokens:
    attempt = client.begin(school=SAML_SCHOOL)
    page = browser.open(attempt.url)
    if not page.redirect.url.startswith(client.redirect_uri):
        page = hub.at_school(browser, page)
    return client.finish(attempt, page.redirect.url)


def end_by(client: OidcClient, browser: Browser, tokens: Tokens, **fields: str) -> Page:
    query = urlencode({"id_token_hint": tokens.id_token, **fields})
    return browser.open(f"{client.discovery['end_session_endpoint']}?{query}")


def end_by_person(hub: Hub, browser: Browser) -> Page:
    page = browser.open(f"{hub.gateway.base}/logout")
    return browser.go(page.filled(next(form for form in page.forms if form.method == "POST"), {}))


def verified(hub: Hub, client: OidcClient, token: str) -> dict[str, Any]:
    """A logout token, judged as Back-Channel Logout §2.6 says."""
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "logout+jwt"
    keys = jwt.PyJWKClient(client.discovery["jwks_uri"]).get_signing_key_from_jwt(token)
    claims: dict[str, Any] = jwt.decode(
        token, keys.key, algorithms=[header["alg"]], audience=client.client_id,
        issuer=hub.gateway.base, options={"require": ["iss", "aud", "iat", "exp", "jti", "events"]},
    )  # fmt: skip
    assert claims["events"] == {EVENT: {}}
    assert "nonce" not in claims
    assert 0 < claims["exp"] - claims["iat"] <= 120
    return claims


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_backchannel_2_5_client_that_ends_the_session_is_told_too(
    hub: Hub, person: Browser, listener: Listener, algorithm: str
):
    """OIDF oidcc-backchannel-rp-initiated-logout."""
    client = back_channel(hub, listener, f"Achterom {algorithm}", "--id-token-alg", algorithm)
    tokens = sign_in(hub, person, client)
    page = end_by(client, person, tokens, post_logout_redirect_uri=AFTER_LOGOUT, state="s1")
    assert page.redirect.url == f"{AFTER_LOGOUT}?state=s1"
    (told,) = listener.told
    assert listener.kinds == ["application/x-www-form-urlencoded"]
    assert told.keys() == {"logout_token"}
    claims = verified(hub, client, told["logout_token"])
    assert (claims["sub"], claims["sid"]) == (tokens.claims["sub"], tokens.claims["sid"])
    attempt = client.begin(prompt="none")
    answer = read_callback(person.open(attempt.url).redirect.url)
    assert answer["error"] == "login_required"


def test_backchannel_2_5_each_service_of_the_session_is_told(
    hub: Hub, person: Browser, listener: Listener, other_listener: Listener
):
    one = back_channel(hub, listener, "Voorlezen bij Kers")
    two = back_channel(hub, other_listener, "Nalezen bij Kers")
    first, second = sign_in(hub, person, one), sign_in(hub, person, two)
    page = end_by_person(hub, person)
    claims = [
        verified(hub, client, heard.told[0]["logout_token"])
        for client, heard in ((one, listener), (two, other_listener))
    ]
    assert [each["sid"] for each in claims] == [first.claims["sid"], second.claims["sid"]]
    assert claims[0]["jti"] != claims[1]["jti"]
    assert claims[0]["sid"] != claims[1]["sid"], "two services can not compare"
    assert "Voorlezen bij Kers" in page.words
    assert "Misschien nog open" not in page.words


def test_backchannel_only_who_was_told_of_the_session_is_told(
    hub: Hub, person: Browser, listener: Listener
):
    client = back_channel(hub, listener, "Elders bij Pruim")
    with hub.browser() as other:
        sign_in(hub, other, client)
        hub.tokens(person)
        end_by_person(hub, person)
        assert listener.told == []


@pytest.mark.parametrize("how", ["refuses", "dead", "slow"])
def test_backchannel_dead_or_slow_service_does_not_hold_the_page(
    hub: Hub, person: Browser, listener: Listener, other_listener: Listener, how: str
):
    """The other is told all the same, and the page says who was not reached."""
    silent = back_channel(hub, listener, f"Zwijgen {how}")
    heard = back_channel(hub, other_listener, f"Horen {how}")
    sign_in(hub, person, silent)
    sign_in(hub, person, heard)
    if how == "refuses":
        listener.status = 400
    elif how == "slow":
        listener.answers.clear()
    else:
        dead = add_client(
            hub.gateway, "Zwijgen altijd", "--backchannel-logout-uri", "http://127.0.0.1:9/x"
        )
        sign_in(hub, person, dead)
    began = time.monotonic()
    page = end_by_person(hub, person)
    assert time.monotonic() - began < 10
    assert len(other_listener.told) == 1
    reached, _, unreached = read_text(page.text).partition("Misschien nog open")
    assert f"Horen {how}" in reached
    assert ("Zwijgen altijd" if how == "dead" else f"Zwijgen {how}") in unreached


def test_saml_core_3_7_3_2_services_that_were_reached_make_it_whole(
    hub: Hub, person: Browser, listener: Listener
):
    """Success without PartialLogout, since the other service said that it knows."""
    client = back_channel(hub, listener, "Samen bij Vijg")
    received = hub.saml_received(person)
    sign_in(hub, person, client)
    request = logout_request(hub, received)
    assert read_status(hub, open_logout(hub, person, request), request) == ["Success"]
    assert len(listener.told) == 1


def frames_of(page: Page) -> list[str]:
    return [
        part.partition('"')[0].replace("&amp;", "&")
        for part in page.text.split('<iframe src="')[1:]
    ]


FRONT = "http://tool.test/weg?a=1"


def test_frontchannel_3_browser_opens_the_clients_address(hub: Hub, person: Browser):
    client = front_channel(hub, FRONT, "Voorom bij Peer")
    tokens = sign_in(hub, person, client)
    page = end_by_person(hub, person)
    (frame,) = frames_of(page)
    assert frame.startswith(f"{FRONT}&")
    assert query_of(frame) == {
        "a": ["1"], "iss": [hub.gateway.base], "sid": [tokens.claims["sid"]],
    }  # fmt: skip
    policy = page.headers["Content-Security-Policy"]
    assert "frame-src 'self' http://tool.test" in policy
    assert "Voorom bij Peer" in page.words


def test_frontchannel_2_rp_initiated_goes_back_after_the_frames(hub: Hub, person: Browser):
    """OIDF oidcc-frontchannel-rp-initiated-logout."""
    client = front_channel(hub, FRONT, "Voorom bij Mispel")
    tokens = sign_in(hub, person, client)
    page = end_by(client, person, tokens, post_logout_redirect_uri=AFTER_LOGOUT, state="s&2")
    assert page.status == 200
    (frame,) = frames_of(page)
    asked = query_of(frame)
    assert (asked["iss"], asked["sid"]) == ([hub.gateway.base], [tokens.claims["sid"]])
    (back,) = [link.href for link in page.links if link.href.startswith(AFTER_LOGOUT)]
    assert query_of(back) == {"state": ["s&2"]}
    assert "farewell.js" in page.text
    attempt = client.begin(prompt="none")
    answer = read_callback(person.open(attempt.url).redirect.url)
    assert answer["error"] == "login_required"


def test_frontchannel_2_unregistered_address_is_never_gone_to(hub: Hub, person: Browser):
    client = front_channel(hub, FRONT, "Voorom bij Kwee")
    tokens = sign_in(hub, person, client)
    page = end_by(client, person, tokens, post_logout_redirect_uri="http://evil.test/")
    assert page.status == 200
    assert not [link for link in page.links if link.href.startswith("http")]
    assert "farewell.js" not in page.text, "nothing goes on by itself"


def test_both_channels_back_channel_says_how_it_went(hub: Hub, person: Browser, listener: Listener):
    client = back_channel(hub, listener, "Beide bij Els", "--frontchannel-logout-uri", FRONT)
    sign_in(hub, person, client)
    page = end_by_person(hub, person)
    assert len(listener.told) == len(frames_of(page)) == 1
    assert "Daar ook uitgelogd" in page.words
    assert "Gemeld door je browser" not in page.words


def test_logout_token_is_no_id_token_hint(hub: Hub, person: Browser, listener: Listener):
    """One kind of token never passes for another (RFC 8725 §3.12)."""
    client = back_channel(hub, listener, "Verwisselen bij Wilg")
    tokens = sign_in(hub, person, client)
    end_by(client, person, tokens)
    logout_token = listener.told[0]["logout_token"]
    again = sign_in(hub, person, client)
    attempt = client.begin(prompt="none", id_token_hint=logout_token)
    answer = read_callback(person.open(attempt.url).redirect.url)
    assert answer["error"] == "invalid_request"
    page = end_by(client, person, Tokens(again.claims, {}, logout_token, ""))
    assert urlsplit(page.url).path == "/logout", "the person is asked"


@pytest.mark.parametrize("name", ["id_token_hint", "post_logout_redirect_uri", "client_id"])
def test_logout_2_repeated_parameter_ends_nothing(hub: Hub, person: Browser, name: str):
    tokens = hub.tokens(person)
    query = urlencode([("id_token_hint", tokens.id_token), (name, "x"), (name, "y")])
    page = person.open(f"{hub.client.discovery['end_session_endpoint']}?{query}")
    assert page.status == 400
    assert hub.tokens(person, prompt="none").claims["sid"] == tokens.claims["sid"]
