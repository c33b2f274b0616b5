"""A login and a session outlive a restart and a rolling deploy on the same data."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.actors.browser import Browser
from tests.actors.people import SAML_SCHOOL
from tests.flows.hub import SCHOOL_NAME, Hub, answer_fields, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import free_port, run_directory


@pytest.fixture(scope="module")
def stopped(store_settings: Mapping[str, str]) -> Iterator[Hub]:
    """A hub whose gateway does not run: each test starts it, as often as it likes."""
    with run_directory("restarts") as directory:
        gateway = Gateway(directory, store_settings)
        with run_gateway(gateway), run_hub(gateway) as hub:
            _ = hub.client.discovery, hub.supplier.gateway, hub.school.gateway
        yield hub


@pytest.fixture
def person(stopped: Hub) -> Iterator[Browser]:
    with stopped.browser() as new:
        yield new


def test_restart_while_the_person_is_at_the_school(stopped: Hub, person: Browser):
    with run_gateway(stopped.gateway):
        attempt = stopped.client.begin(school=SAML_SCHOOL)
        at_school = person.open(attempt.url)
    with run_gateway(stopped.gateway):
        page = stopped.at_school(person, at_school)
        assert stopped.client.finish(attempt, page.redirect.url).claims["sub"]


def test_restart_in_the_chooser_and_before_the_code_is_redeemed(stopped: Hub, person: Browser):
    attempt = stopped.client.begin()
    with run_gateway(stopped.gateway):
        chooser = person.open(attempt.url)
    with run_gateway(stopped.gateway):
        at_school = person.click(person.submit(chooser, {"q": "esdoorn"}), SCHOOL_NAME)
        page = stopped.at_school(person, at_school)
    with run_gateway(stopped.gateway):
        assert stopped.client.finish(attempt, page.redirect.url).claims["sub"]


def test_session_survives_a_restart(stopped: Hub, person: Browser):
    with run_gateway(stopped.gateway):
        before = stopped.tokens(person)
    with run_gateway(stopped.gateway):
        again = stopped.tokens(person, prompt="none")
        assert (again.claims["sub"], again.claims["sid"]) == (
            before.claims["sub"],
            before.claims["sid"],
        )
        assert stopped.client.ask_userinfo(before.access_token).json() == before.userinfo


class Rolling(HTTPAdapter):
    """A load balancer: each request goes to the next of the processes."""

    def __init__(self, ports: Iterator[int], address: int) -> None:
        super().__init__()
        self._ports = ports
        self._address = f"127.0.0.1:{address}"

    def send(self, request: requests.PreparedRequest, *arguments, **options):
        moved = request.copy()
        moved.url = request.url.replace(self._address, f"127.0.0.1:{next(self._ports)}", 1)
        response = super().send(moved, *arguments, **options)
        response.request, response.url = request, request.url
        return response


@pytest.mark.parametrize("first", [0, 1])
def test_rolling_deploy_with_two_processes_on_the_same_data(
    stopped: Hub, person: Browser, first: int
):
    """Every hop of the login goes to the other process; so does the next service's."""
    old = stopped.gateway
    new = replace(old, settings={**old.settings, "BASE_URL": old.base}, port=free_port())
    ports = itertools.islice(itertools.cycle([old.port, new.port]), first, None)
    person._transport.mount(old.base, Rolling(ports, old.port))
    with run_gateway(old), run_gateway(new):
        request, page = stopped.saml_login(person)
        received = stopped.supplier.receive(answer_fields(page), request)
        tokens = stopped.tokens(person)
        assert tokens.claims["sub"] != received.name_id
        again = stopped.saml_received(person)
        assert (again.name_id, again.session_index) == (received.name_id, received.session_index)
        ended = person.submit(person.open(f"{old.base}/logout"), button="Uitloggen")
        assert "Lezen bij Wilg" in ended.words
        for _ in range(2):
            silent = person.open(stopped.client.begin(prompt="none").url)
            assert "error=login_required" in silent.redirect.url
