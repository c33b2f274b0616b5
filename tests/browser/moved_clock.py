"""The gateway's application with a clock that the test moves: granian --factory ...:make_app.

The file that MOVED_CLOCK names says by how many seconds; without it the clock is right.
"""

import os
import time
from pathlib import Path

from flask import Flask

from gateway.settings import load_settings

MOVED_CLOCK = "MOVED_CLOCK"


def make_app() -> Flask:
    file, right = Path(os.environ[MOVED_CLOCK]), time.time

    def moved() -> float:
        return right() + float(file.read_text() if file.exists() else 0)

    time.time = moved
    # Its parts are given the clock when it is made.
    from gateway.app import create_app  # noqa: PLC0415

    return create_app(load_settings())
