"""How often a login goes to the short-lived store, as gateway/web/flow.py says; Redis counts it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import redis

from tests.actors.browser import Browser
from tests.actors.oidc_client import read_callback
from tests.flows.hub import Hub, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.redis import run_redis

LOGINS = 6  # the first of a thread opens its connection as well


@dataclass(frozen=True, slots=True)
class Counted:
    hub: Hub
    redis: redis.Redis

    def fewest(self, login: Callable[[], object]) -> int:
        """The round trips of a login that opens no connection."""
        return min(self._of(login) for _ in range(LOGINS))

    def redeemed(self, browser: Browser) -> None:
        """A login at the OpenID client as far as its tokens."""
        attempt, callback = self.hub.code_of(browser)
        assert self.hub.client.redeem(attempt, read_callback(callback)["code"]).ok

    def _of(self, login: Callable[[], object]) -> int:
        before = self._reads()
        login()
        return self._reads() - before - 1  # our own question

    def _reads(self) -> int:
        return int(self.redis.info("stats")["total_reads_processed"])


@pytest.fixture(scope="module")
def counted() -> Iterator[Counted]:
    with run_redis() as url, redis.Redis.from_url(url) as client, run_directory("gateway") as place:
        gateway = Gateway(place, {"REDIS_URL": f"{url}/0"})
        with run_gateway(gateway), run_hub(gateway) as hub:
            yield Counted(hub, client)


def test_cold_saml_login_goes_five_times(counted: Counted) -> None:
    """The flow written; read and written with the answer; read, and written with the session."""

    def login() -> None:
        with counted.hub.browser() as browser:
            counted.hub.saml_received(browser)

    assert counted.fewest(login) == 1 + 2 + 2


def test_cold_openid_login_goes_once_more_for_its_tokens(counted: Counted) -> None:
    """The code is written with the session, and taken."""

    def login() -> None:
        with counted.hub.browser() as browser:
            counted.redeemed(browser)

    assert counted.fewest(login) == 1 + 2 + 2 + 1


def test_warm_login_reads_the_session(counted: Counted) -> None:
    """By OpenID the code is written and taken as well."""
    with counted.hub.browser() as browser:
        assert counted.fewest(lambda: counted.hub.saml_received(browser)) == 1
        assert counted.fewest(lambda: counted.redeemed(browser)) == 1 + 1 + 1
