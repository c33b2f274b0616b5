from collections.abc import Iterator

import pytest

from tests.actors.browser import Browser
from tests.actors.oidc_client import OidcClient
from tests.flows.hub import Hub, add_client, run_hub
from tests.flows.signing_client import SigningClient, add_signing_client, run_key_set
from tests.parts.gateway import Gateway


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    with run_hub(gateway) as running:
        yield running


@pytest.fixture
def person(hub: Hub) -> Iterator[Browser]:
    with hub.browser() as new:
        yield new


@pytest.fixture(scope="module")
def client(hub: Hub) -> OidcClient:
    """One that has refresh tokens too."""
    return add_client(hub.gateway, "Doelwit bij Taxus", "--refresh-tokens")


@pytest.fixture(scope="module")
def signer(hub: Hub) -> Iterator[SigningClient]:
    with run_key_set("RS256") as published:
        yield add_signing_client(hub, published, "Doelwit bij Hulst")
