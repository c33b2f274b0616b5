"""What time alone does to a code and its tokens; the gateway's clock is moved meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actors.browser import Browser
from tests.actors.oidc_client import read_callback
from tests.browser.moved_clock import run_gateway_by_clock
from tests.flows.hub import Hub, run_hub
from tests.flows.test_oidc_pushed import by_reference, push, refused_page
from tests.parts.gateway import Gateway
from tests.parts.process import run_directory


@pytest.fixture(scope="module")
def clock(hub: Hub) -> Path:
    return hub.gateway.directory / "clock"


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with run_directory("gateway") as directory:
        gateway = Gateway(directory, {})
        with run_gateway_by_clock(gateway, directory / "clock"), run_hub(gateway) as running:
            yield running


@pytest.fixture(autouse=True)
def right(clock: Path) -> Iterator[None]:
    clock.write_text("0")
    yield
    clock.write_text("0")


def test_oidf_codereuse_30seconds(hub: Hub, person: Browser, clock: Path):
    """RFC 6749 §4.1.2: after half a minute the second use fails too, and takes back what the code
    gave."""
    attempt, callback = hub.code_of(person)
    code = read_callback(callback)["code"]
    token = hub.client.redeem(attempt, code).json()["access_token"]
    clock.write_text("31")
    assert hub.client.ask_userinfo(token).ok
    answer = hub.client.redeem(attempt, code)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert hub.client.ask_userinfo(token).status_code == 401


def test_rfc6749_4_1_2_an_old_code_gives_nothing(hub: Hub, person: Browser, clock: Path):
    attempt, callback = hub.code_of(person)
    clock.write_text("61")
    answer = hub.client.redeem(attempt, read_callback(callback)["code"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_rfc6750_3_1_an_old_access_token_gives_nothing(hub: Hub, person: Browser, clock: Path):
    """`expires_in` says how long it lasts; the code's own minute comes before it."""
    attempt, callback = hub.code_of(person)
    given = hub.client.redeem(attempt, read_callback(callback)["code"]).json()
    clock.write_text(str(given["expires_in"] - 1))
    assert hub.client.ask_userinfo(given["access_token"]).ok
    clock.write_text(str(given["expires_in"] + 61))
    assert hub.client.ask_userinfo(given["access_token"]).status_code == 401


def test_core_3_1_2_1_an_id_token_that_expired_is_still_a_hint(
    hub: Hub, person: Browser, clock: Path
):
    """It names a person; the session, which lasts longer, says that they are here."""
    tokens = hub.tokens(person)
    clock.write_text(str(tokens.claims["exp"] - tokens.claims["iat"] + 10))
    attempt = hub.client.begin(prompt="none", id_token_hint=tokens.id_token)
    assert "code" in read_callback(person.open(attempt.url).redirect.url)


def test_rfc9126_2_2_an_old_request_uri_gives_nothing(hub: Hub, person: Browser, clock: Path):
    _, answer = push(hub)
    clock.write_text(str(answer.json()["expires_in"] + 1))
    refused_page(person.open(by_reference(hub, answer.json()["request_uri"])))
