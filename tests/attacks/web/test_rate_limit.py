"""X-Forwarded-For of a stranger hides nobody: it counts behind our own proxy alone."""

import ipaddress
from collections.abc import Iterator

import pytest
import requests

from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory

TRIES = 600
PATH = "/d/onbekend"


@pytest.fixture
def limited() -> Iterator[Gateway]:
    """A gateway with its limits on, and no proxy before it (`trusted_proxies` 0)."""
    with run_directory("gateway") as directory:
        gateway = Gateway(directory, {"RATE_LIMITS": "on"})
        with run_gateway(gateway):
            yield gateway


def test_changing_x_forwarded_for_does_not_reset_the_limit(limited: Gateway):
    """Codes of deep links can not be tried at will. A minute may turn while we try: twice then."""
    with requests.Session() as session:
        for number in range(2 * TRIES):
            forged = str(ipaddress.IPv4Address(number + 1))
            headers = {"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for={forged}"}
            answer = session.get(limited.base + PATH, headers=headers, timeout=60)
            if answer.status_code == 429:
                break
            assert answer.status_code == 404
    assert answer.status_code == 429
    assert "KP-505" in answer.text
    assert number >= TRIES
