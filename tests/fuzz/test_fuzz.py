"""Each parser reads or refuses whatever it gets; any other error is a bug of ours.

Property-based everywhere: seeds in which a few things were changed. Coverage-guided where there
is atheris, which has wheels for Linux on x86-64 alone: a bounded run each; for a longer one see
`python -m tests.fuzz`.
"""

import platform
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import nearly
from tests.fuzz.targets import TARGETS

_BOUNDS = ("-runs=1500", "-max_total_time=2")
HAS_WHEELS = (sys.platform, platform.machine()) == ("linux", "x86_64") and sys.version_info < (
    3,
    15,
)
NAMES = pytest.mark.parametrize("name", TARGETS)


def test_atheris_is_there_where_it_can_be():
    assert (find_spec("atheris") is not None) == HAS_WHEELS


@NAMES
def test_seeds_are_read(name: str):
    """So that what is changed in them is found behind the first check."""
    assert TARGETS[name].read(TARGETS[name].seeds[0]) is not None


@NAMES
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_comes_is_read_or_refused(name: str, data: st.DataObject):
    target = TARGETS[name]
    target(data.draw(nearly(target)))


@NAMES
@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(name: str, data: bytes):
    TARGETS[name](data)


if HAS_WHEELS:

    @pytest.fixture(scope="module")
    def ends() -> Mapping[str, str]:
        """How each target ended; the traceback of one that crashed is on our stderr."""
        command = [sys.executable, "-m", "tests.fuzz", *_BOUNDS]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
        print(done.stderr, done.stdout)
        return dict(line.split(" ") for line in done.stdout.splitlines() if line.count(" ") == 1)

    @NAMES
    def test_what_coverage_leads_to_is_read_or_refused(name: str, ends: Mapping[str, str]):
        assert ends[name] == "ok"
