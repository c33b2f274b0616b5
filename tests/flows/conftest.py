from collections.abc import Iterator

import pytest

from tests.actors.browser import Browser
from tests.flows.hub import Hub, run_hub
from tests.parts.gateway import Gateway


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    """The module's gateway with its scripted parties, on each kind of store."""
    with run_hub(gateway) as running:
        yield running


@pytest.fixture
def person(hub: Hub) -> Iterator[Browser]:
    """A browser that has been nowhere and does not enter the parties inside the test."""
    with hub.browser() as new:
        yield new
