"""The counterparts as fixtures; those that are the same for every test run once a process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.actors.browser import Browser
from tests.parts.chromium import run_chromium
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.postgres import Postgres, run_postgres
from tests.parts.process import run_directory
from tests.parts.redis import run_redis

STORES = ("sqlite", "postgres-redis")
# As long as playwright gives its own actions: its 5 seconds are few on a busy machine.
EXPECT_MS = 30_000


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """An own Redis; add /0 to /15 for a database of its own."""
    with run_redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """An own PostgreSQL; `new_database()` gives the URL of an empty one."""
    with run_postgres() as server:
        yield server


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    """The kinds of store: a test that uses it, or `gateway`, runs on each."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def store_settings(store: str, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings of a gateway with new, empty stores."""
    if store == "sqlite":
        yield {}
        return
    database = request.getfixturevalue("postgres").new_database()
    with run_redis() as redis:
        yield {"DATABASE_URL": database, "REDIS_URL": f"{redis}/0"}


@pytest.fixture(scope="module")
def gateway(store_settings: dict[str, str]) -> Iterator[Gateway]:
    """A running gateway that knows nobody, the module's own, on each kind of store."""
    with run_directory("gateway") as directory:
        new = Gateway(directory, store_settings)
        with run_gateway(new):
            yield new


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one that starts every browser of this process: a second beside it refuses to start."""
    expect.set_options(timeout=EXPECT_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Chromium]:
    """A running Chromium; `new_context()` gives one with no cookies."""
    with run_chromium(playwright) as browser:
        yield browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser without a screen that has been nowhere."""
    with Browser() as new:
        yield new
