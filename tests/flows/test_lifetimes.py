"""What ends of itself: a code, seen from the client (RFC 6749 §4.1.2)."""

import time
from collections.abc import Iterator, Mapping

import pytest

from tests.actors.browser import Browser
from tests.actors.oidc_client import read_callback
from tests.flows.hub import Hub, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory

CODE_SECONDS = 5


@pytest.fixture(scope="module")
def hub(store_settings: Mapping[str, str]) -> Iterator[Hub]:
    """With codes that last as short as they may."""
    with run_directory("lifetimes") as directory:
        gateway = Gateway(directory, {**store_settings, "CODE_SECONDS": str(CODE_SECONDS)})
        with run_gateway(gateway), run_hub(gateway) as running:
            yield running


def test_rfc6749_4_1_2_code_expires(hub: Hub, person: Browser):
    attempt, callback = hub.code_of(person)
    time.sleep(CODE_SECONDS + 1)  # asking whether it expired would use it up
    answer = hub.client.redeem(attempt, read_callback(callback)["code"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert hub.tokens(person).claims["sub"], "and the session is there for a next one"
