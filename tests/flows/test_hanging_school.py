"""A school that takes connections and never answers strands nobody at another school."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests

from tests.actors.browser import Browser
from tests.flows.hub import Hub
from tests.parts.effect import wait_for_school

HANGING, CLASS = "99XM", 24
THREADS_FOR_ONE = 4
LONG = 60.0


@dataclass
class HangingProvider:
    """Takes connections, keeps them, and says nothing."""

    listener: socket.socket
    taken: list[socket.socket] = field(default_factory=list)
    first: threading.Event = field(default_factory=threading.Event)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.taken.append(self.listener.accept()[0])
                self.first.set()

    def keeps_the_first(self) -> bool:
        """The other end has not given up: it would have closed the connection."""
        self.taken[0].setblocking(False)
        try:
            while self.taken[0].recv(65_536):
                pass
        except BlockingIOError:
            return True
        return False


@pytest.fixture
def hanging(hub: Hub) -> Iterator[HangingProvider]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        provider = HangingProvider(listener)
        threading.Thread(target=provider.take, daemon=True).start()
        secret = hub.gateway.directory / "hanging-secret"
        secret.write_text("geheim")
        secret.chmod(0o600)
        hub.gateway.ketenpoort(
            "school", "add", "--brin", HANGING, "--name", "Hangend College", "--town", "Testerveen",
            "--oidc", "--issuer", provider.issuer, "--client-id", "poort",
            "--client-secret-file", secret,
        )  # fmt: skip
        wait_for_school(hub.gateway, HANGING)
        yield provider
        listener.shutdown(socket.SHUT_RDWR)
        for connection in provider.taken:
            connection.close()


def test_a_class_at_a_school_that_hangs_holds_up_no_other_school(
    hub: Hub, hanging: HangingProvider, person: Browser
) -> None:
    """All 24 come at once, three for each thread of the gateway: most are told at once that their
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
