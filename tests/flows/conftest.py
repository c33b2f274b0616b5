from collections.abc import Iterator

import pytest

from tests.actors.browser import Browser
from tests.flows.hub import Hub, run_hub
from tests.flows.signing_client import (
    ALGORITHMS,
    KeySet,
    SigningClient,
    add_signing_client,
    run_key_set,
)
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


@pytest.fixture(scope="module")
def published() -> Iterator[KeySet]:
    """The jwks_uri of a client, with a key for each algorithm."""
    with run_key_set(*ALGORITHMS) as running:
        yield running


@pytest.fixture(scope="module")
def signer(hub: Hub, published: KeySet) -> SigningClient:
    """An OpenID client that signs."""
    return add_signing_client(hub, published)
