"""The pages, and a browser that reports what a page may never do."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.pages.site import run_site

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
# 1280 pixels at 400 % (WCAG 1.4.10).
ZOOMED = {"width": 320, "height": 256}

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    with run_site() as address:
        yield address


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Open]:
    """Open an address of the site; at the end nothing went elsewhere or broke the policy."""
    contexts, wrongs = [], []

    def watch_request(request: Request) -> None:
        if not request.url.startswith((f"{site}/", "data:")):
            wrongs.append(f"a request to {request.url}")

    def watch_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrongs.append(message.text)

    def opened(address: str, language: str = "nl", *, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport=DESKTOP,
            locale=language,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", watch_request)
        page.on("console", watch_console)
        page.on("pageerror", lambda error: wrongs.append(str(error)))
        page.goto(site + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrongs == []
