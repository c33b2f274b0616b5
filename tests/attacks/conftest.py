from collections.abc import Iterator

import pytest

from tests.attacks.house import House, run_house
from tests.attacks.login import Login, begin
from tests.parts.process import run_directory


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    """One running gateway for all attacks of a process."""
    with run_directory("gateway") as directory, run_house(directory) as running:
        yield running


@pytest.fixture
def login(house: House) -> Login:
    """A browser at the school that signs assertions."""
    return begin(house)
