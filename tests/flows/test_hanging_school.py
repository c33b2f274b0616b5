"""A school that takes connections and never answers strands nobody at another school."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.actors.browser import Browser
from tests.flows.hub import Hub
from tests.parts.effect import wait_for_school
from tests.parts.hanging import HangingServer, run_hanging_server

HANGING, CLASS = "99XM", 24
THREADS_FOR_ONE = 4
LONG = 60.0


@pytest.fixture
def hanging(hub: Hub) -> Iterator[HangingServer]:
    with run_hanging_server() as provider:
        secret = hub.gateway.directory / "hanging-secret"
        secret.write_text("geheim")
        secret.chmod(0o600)
        hub.gateway.ketenpoort(
            "school", "add", "--brin", HANGING, "--name", "Hangend College", "--town", "Testerveen",
            "--oidc", "--issuer", provider.address, "--client-id", "poort",
            "--client-secret-file", secret,
        )  # fmt: skip
        wait_for_school(hub.gateway, HANGING)
        yield provider


def test_a_class_at_a_school_that_hangs_holds_up_no_other_school(
    hub: Hub, hanging: HangingServer, person: Browser
) -> None:
    """All 24 come at once, more than the gateway has threads: most are told at once that their
    school does not answer, and while the first one still waits somebody else has logged in."""
    addresses = [hub.client.begin(school=HANGING).url for _ in range(CLASS)]
    with ThreadPoolExecutor(CLASS) as pupils:
        answers = pupils.map(lambda url: requests.get(url, timeout=LONG), addresses)
        assert hanging.first.wait(LONG)
        assert hub.saml_received(person).attributes
        assert hanging.keeps_the_first()
        assert len(hanging.taken) <= THREADS_FOR_ONE
        told = list(answers)
    assert all(answer.status_code == 502 and "KP-202" in answer.text for answer in told)
