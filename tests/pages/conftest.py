"""The pages, and a browser that reports what a page may never do."""

import os
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.parts.process import answers, free_port, run_directory, run_program

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
# 1280 pixels at 400 % (WCAG 1.4.10).
ZOOMED = {"width": 320, "height": 256}
LANGUAGES = ["nl", "en"]

GRANIAN = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-log"]

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Every page in every state: tests/pages/site.py under the production server."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [*GRANIAN, "--port", str(port), "tests.pages.site:make_site"]
    with run_directory("pages") as directory:
        # What the site keeps goes with the directory.
        environment = {**os.environ, "TMPDIR": str(directory)}
        ready = answers(address)
        with run_program("pages", command, log=directory / "log", ready=ready, env=environment):
            yield address


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> Iterator[dict[tuple[str, bool], BrowserContext]]:
    """Browsers that keep their cache, one for each language, with and without script."""
    made = {
        (language, script): chromium.new_context(
            locale=language, java_script_enabled=script, reduced_motion="reduce"
        )
        for language in LANGUAGES
        for script in (True, False)
    }
    yield made
    for context in made.values():
        context.close()


@pytest.fixture(scope="session")
def kept_pages() -> dict[tuple[str, bool], Page]:
    """The first page of each browser, for one test after another: a new one takes half a second
    of a processor."""
    return {}


@pytest.fixture
def wrongs() -> Iterator[list[str]]:
    """What a page did that none may."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(
    contexts: dict[tuple[str, bool], BrowserContext],
    kept_pages: dict[tuple[str, bool], Page],
    wrongs: list[str],
) -> Iterator[Open]:
    """Open an address; at the end nothing came from elsewhere or broke the policy."""
    free = dict(kept_pages)
    opened: list[Page] = []
    watches = _watches(wrongs)

    def open_one(address: str, language: str = "nl", *, script: bool = True) -> Page:
        browser = language, script
        contexts[browser].clear_cookies()
        page = free.pop(browser, None) or contexts[browser].new_page()
        kept_pages.setdefault(browser, page)
        opened.append(page)
        page.set_viewport_size(DESKTOP)
        page.emulate_media(media="screen", color_scheme="light")
        for event, watch in watches.items():
            page.on(event, watch)
        page.goto(address)
        return page

    yield open_one
    for page in opened:
        for event, watch in watches.items():
            page.remove_listener(event, watch)
        if page not in kept_pages.values():
            page.close()


def _watches(wrongs: list[str]) -> dict[str, Callable[..., None]]:
    def watch_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrongs.append(message.text)

    def watch_request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:")):
            wrongs.append(f"a request to {request.url}")

    def watch_error(error: Exception) -> None:
        wrongs.append(str(error))

    return {"console": watch_console, "request": watch_request, "pageerror": watch_error}
