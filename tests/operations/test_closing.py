"""A command leaves no database open, whatever comes of it."""

import gc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.operations.command import Operator
from tests.operations.test_pseudonym_keys import key_file


@pytest.fixture(autouse=True)
def nothing_is_collected() -> Iterator[None]:
    """So that what is closed was closed by the command."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def left_open(operator: Operator) -> list[str]:
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # of the look itself
            found.append(str(descriptor.readlink()))
    return [name for name in found if name.startswith(str(operator.directory / "ketenpoort.db"))]


@pytest.mark.parametrize("command", [("supplier", "list"), ("keys", "list"), ("doctor",)])
def test_one_that_goes_well(operator: Operator, command: tuple[str, ...]) -> None:
    operator.run(*command)
    assert (operator.directory / "ketenpoort.db").exists()
    assert left_open(operator) == []


def test_one_that_the_pseudonym_key_stops(operator: Operator, supplier: str) -> None:
    key_file(operator).unlink()
    assert "the pseudonym key" in operator.refused("supplier", "list")
    assert left_open(operator) == []
