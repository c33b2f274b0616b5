"""What holds for every test: the counterparts as fixtures, and no skip under CI."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.parts.process import RUNNING

pytest_plugins = ["tests.parts.fixtures"]
# The same examples each time: a finding of chance is looked for by `python -m tests.fuzz`.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

SHARED_DATA = Path(
    os.environ.get("KETENPOORT_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data"
)
UNDER_CI = os.environ.get("CI") == "true"
LOG_CHARACTERS = 8000


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The samples beside the repository; KETENPOORT_SHARED_DATA names another place."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no shared data at {SHARED_DATA}")
    return SHARED_DATA


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    for program in RUNNING:
        program.set_mark()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip under CI into a failure; show what the programs logged during a failed test."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and UNDER_CI:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {_reason(report.longrepr)}"
    if report.failed:
        logs = ((f"log of {program.name}", program.read_log()) for program in RUNNING)
        report.sections += [(title, log[-LOG_CHARACTERS:]) for title, log in logs if log]
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if report.skipped and UNDER_CI:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
