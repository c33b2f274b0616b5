from collections.abc import Iterator

import pytest

from tests.lti.stage import Stage, run_stage
from tests.parts.gateway import Gateway


@pytest.fixture(scope="module")
def stage(gateway: Gateway) -> Iterator[Stage]:
    """The module's gateway with its tools, on each kind of store."""
    with run_stage(gateway) as running:
        yield running
