from collections.abc import Iterator

import pytest

from tests.actors.browser import Browser
from tests.attacks.saml.stage import Stage, make_stage
from tests.parts.gateway import Gateway


@pytest.fixture(scope="module")
def store() -> str:
    """What is refused before anything is stored is so on each store: one is enough."""
    return "sqlite"


@pytest.fixture(scope="module")
def stage(gateway: Gateway) -> Stage:
    return make_stage(gateway)


@pytest.fixture
def browser(stage: Stage) -> Iterator[Browser]:
    """A browser that has been nowhere and does not enter the scripted parties."""
    with stage.browser() as new:
        yield new
