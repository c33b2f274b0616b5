"""A gateway under a name that passkeys work for, and people with keys."""

from collections.abc import Callable, Iterator

import playwright.sync_api
import pytest
from playwright.sync_api import BrowserContext, Page

from gateway.core.model import Supplier
from tests.consoles.authenticator import give_passkeys
from tests.consoles.house import House, make_house
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import free_port, run_directory

Somebody = Callable[[], Page]
"""Opens a page of somebody with a device that keeps passkeys."""


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """Known as localhost: an IP address can not be a relying party (WebAuthn §5.1.3)."""
    with run_directory("consoles") as directory:
        port = free_port()
        new = Gateway(directory, {"BASE_URL": f"http://localhost:{port}"}, port)
        with run_gateway(new):
            yield new


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return make_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def supplier(house: House) -> Supplier:
    return house.supplier("Wilg")


@pytest.fixture
def person(chromium: playwright.sync_api.Browser) -> Iterator[Somebody]:
    """Somebody with a device that keeps passkeys, who has been nowhere."""
    contexts: list[BrowserContext] = []

    def somebody() -> Page:
        context = chromium.new_context(locale="nl")
        contexts.append(context)
        page = context.new_page()
        give_passkeys(page)
        return page

    yield somebody
    for context in contexts:
        context.close()
