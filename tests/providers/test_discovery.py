"""A provider's document is kept (OpenID Connect Discovery §4), and outlives the provider."""

import json
from dataclasses import dataclass

import pytest

from gateway.errors import FetchRefused, SchoolUnreachable
from providers.schools.oidc.discovery import Discovery
from tests.trust.publisher import ISSUER, Publisher

HOUR = 3600


@dataclass(slots=True)
class Provider(Publisher):
    """Publishes its document, until it is away."""

    away: bool = False

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        self.fetched.append(address)
        if self.away:
            raise FetchRefused("no answer in 10 seconds")
        return self.body


@pytest.fixture
def provider() -> Provider:
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    document = {"issuer": ISSUER, **{name: f"{ISSUER}/{name}" for name in needed}}
    return Provider(json.dumps(document).encode())


@pytest.fixture
def discovery(provider: Provider) -> Discovery:
    return Discovery(provider, provider)


def test_it_is_fetched_once_an_hour(discovery: Discovery, provider: Provider) -> None:
    for _ in range(3):
        assert discovery.find(ISSUER).token_endpoint == f"{ISSUER}/token_endpoint"
    provider.now += HOUR - 1
    discovery.find(ISSUER)
    assert provider.fetched == [f"{ISSUER}/.well-known/openid-configuration"]
    provider.now += 1
    discovery.find(ISSUER)
    assert len(provider.fetched) == 2


def test_while_the_provider_is_away_one_login_a_minute_waits_for_it(
    discovery: Discovery, provider: Provider
) -> None:
    known = discovery.find(ISSUER)
    provider.now += HOUR
    provider.away = True
    for _ in range(3):
        assert discovery.find(ISSUER) == known
    assert len(provider.fetched) == 2
    provider.now += 60
    discovery.find(ISSUER)
    assert len(provider.fetched) == 3


def test_a_provider_that_is_back_is_read_within_a_minute(
    discovery: Discovery, provider: Provider
) -> None:
    discovery.find(ISSUER)
    provider.now += HOUR
    provider.away = True
    discovery.find(ISSUER)
    provider.away = False
    provider.body = provider.body.replace(b"/token_endpoint", b"/new")
    provider.now += 60
    assert discovery.find(ISSUER).token_endpoint == f"{ISSUER}/new"


def test_a_provider_that_was_never_there_is_unreachable(
    discovery: Discovery, provider: Provider
) -> None:
    provider.away = True
    with pytest.raises(SchoolUnreachable):
        discovery.find(ISSUER)


@pytest.mark.parametrize("issuer", [ISSUER + "/", "https://other.test"])
def test_4_3_a_document_of_another_issuer_is_refused(
    discovery: Discovery, provider: Provider, issuer: str
) -> None:
    with pytest.raises(SchoolUnreachable, match="not its own"):
        discovery.find(issuer)
