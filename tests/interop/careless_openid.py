"""An OpenID client inside the test that believes every ID token."""

import contextlib
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import requests


@dataclass
class Believer:
    base: str
    issuer: str = ""
    client_id: str = ""
    secret: str = ""
    signed_in: set[str] = field(default_factory=set)

    @property
    def target(self) -> str:
        return f"{self.base}/page"

    @property
    def redirect_uri(self) -> str:
        return f"{self.base}/callback"

    def login(self) -> str:
        fields = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid",
            "nonce": secrets.token_urlsafe(),
        }
        return f"{self.issuer}/oidc/authorize?{urlencode(fields)}"

    def redeems(self, code: str) -> bool:
        """Whether there is an ID token; what stands in it is nobody's care here."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
        }
        answer = requests.post(
            f"{self.issuer}/oidc/token", fields, auth=(self.client_id, self.secret), timeout=20
        )
        return "id_token" in answer.json()


@contextlib.contextmanager
def run_believer() -> Iterator[Believer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    believer = Believer(f"http://127.0.0.1:{server.server_address[1]}")
    server.believer = believer  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield believer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        believer: Believer = self.server.believer  # type: ignore[attr-defined]
        morsel = SimpleCookie(self.headers.get("Cookie", "")).get("b")
        parts = urlsplit(self.path)
        if parts.path == "/callback":
            code = parse_qs(parts.query).get("code", [""])[0]
            if not believer.redeems(code):
                self._say(403, {})
                return
            browser = secrets.token_urlsafe()
            believer.signed_in.add(browser)
            self._say(302, {"Location": believer.target, "Set-Cookie": f"b={browser}; Path=/"})
        elif morsel and morsel.value in believer.signed_in:
            self._say(200, {})
        else:
            self._say(302, {"Location": believer.login()})

    def _say(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass
