"""The browser without a screen keeps the cookie rules that Chromium keeps (RFC 6265bis §5.2)."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.actors.browser import Browser

OTHER_SITE = "http://other.test"


class Site(BaseHTTPRequestHandler):
    """/set gives four cookies; /303 and /307 lead to /echo#here, which says what it was asked."""

    def do_GET(self) -> None:
        if self.path in {"/303", "/307"}:
            self._answer(int(self.path[1:]), "", [("Location", "/echo#here")])
        elif self.path == "/set":
            cookies = ["n=1; SameSite=None", "l=1; SameSite=Lax", "s=1; SameSite=Strict", "u=1"]
            self._answer(200, "", [("Set-Cookie", cookie) for cookie in cookies])
        else:
            self._answer(200, self.command, [])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def _answer(self, status: int, text: str, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(text)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("method", "initiator", "sent"),
    [
        ("GET", None, "nlsu"),
        ("GET", OTHER_SITE, "nlu"),
        ("POST", None, "nlsu"),
        ("POST", OTHER_SITE, "n"),
    ],
)
def test_cookies_that_go_along(
    site: str, browser: Browser, method: str, initiator: str | None, sent: str
):
    browser.open(f"{site}/set")
    address = f"{site}/echo"
    page = (
        browser.open(address, initiator)
        if method == "GET"
        else browser.post(address, {"a": "b"}, initiator)
    )
    assert page.text == method
    assert page.cookies_sent == set(sent)


def test_get_after_a_303_to_a_cross_site_post_brings_lax_cookies(site: str, browser: Browser):
    browser.open(f"{site}/set")
    page = browser.post(f"{site}/303", {}, OTHER_SITE)
    assert (page.text, page.url, page.cookies_sent) == ("GET", f"{site}/echo#here", set("nlu"))


def test_307_repeats_the_post(site: str, browser: Browser):
    browser.open(f"{site}/set")
    page = browser.post(f"{site}/307", {}, OTHER_SITE)
    assert (page.text, page.cookies_sent) == ("POST", set("n"))


def test_stop_is_not_entered(site: str):
    with Browser([f"{site}/echo"]) as browser:
        page = browser.open(f"{site}/303")
        assert page.redirect.url == f"{site}/echo#here"
        assert len(browser.hops) == 1
