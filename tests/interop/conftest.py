from collections.abc import Iterator

import pytest

from tests.interop.federation import Federation, run_federation
from tests.parts.gateway import Gateway


@pytest.fixture(scope="module")
def federation(gateway: Gateway) -> Iterator[Federation]:
    """All parties, registered at the module's gateway."""
    with run_federation(gateway) as running:
        yield running
