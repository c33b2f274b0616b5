"""Debian's Chromium, driven by playwright, and axe-core in it."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

EXECUTABLE = "/usr/bin/chromium"
AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Sites with names of their own, all on this machine.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextlib.contextmanager
def run_chromium(playwright: Playwright, more: Sequence[str] = ()) -> Iterator[Browser]:
    """Start a browser, with `more` flags; names under .test lead to 127.0.0.1."""
    flags = [*FLAGS, *more, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with playwright.chromium.launch(executable_path=EXECUTABLE, args=flags) as browser:
        yield browser


def axe_violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe-core finds against WCAG 2.2 A and AA on the whole page as it stands."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", WCAG
    )
    violations: list[dict[str, Any]] = result["violations"]
    return violations


@cache
def _axe() -> str:
    return AXE.read_text()
