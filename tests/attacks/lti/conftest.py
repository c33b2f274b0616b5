from collections.abc import Iterator

import pytest

from tests.actors.browser import Browser
from tests.attacks.lti.stage import Stage, make_stage
from tests.parts.gateway import Gateway


@pytest.fixture(scope="module")
def lti(gateway: Gateway) -> Stage:
    return make_stage(gateway)


@pytest.fixture
def person(lti: Stage) -> Iterator[Browser]:
    """A browser that has been nowhere."""
    with lti.browser() as new:
        yield new
