"""The gateway's application with a clock that the test moves: granian --factory ...:make_app.

The file that MOVED_CLOCK names says by how many seconds; without it the clock is right.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from gateway.settings import load_settings
from tests.parts.gateway import Gateway
from tests.parts.process import answers, run_program

MOVED_CLOCK = "MOVED_CLOCK"
GRANIAN = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-log"]
FACTORY = "tests.browser.moved_clock:make_app"
ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def run_gateway_by_clock(gateway: Gateway, clock: Path) -> Iterator[None]:
    """As `ketenpoort serve` does, with a clock that the file `clock` moves."""
    with run_program(
        "gateway",
        [*GRANIAN, "--port", str(gateway.port), "--blocking-threads", "8", FACTORY],
        log=gateway.directory / "log",
        ready=answers(f"http://127.0.0.1:{gateway.port}/readyz"),
        env={**gateway.environment, MOVED_CLOCK: str(clock), "PYTHONPATH": str(ROOT)},
    ):
        yield


def make_app() -> Flask:
    file, right = Path(os.environ[MOVED_CLOCK]), time.time

    def moved() -> float:
        try:
            return right() + float(file.read_text())
        except FileNotFoundError:
            return right()

    time.time = moved
    # Its parts are given the clock when it is made.
    from gateway.app import create_app  # noqa: PLC0415

    return create_app(load_settings())
