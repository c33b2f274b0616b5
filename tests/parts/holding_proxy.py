"""A proxy that can hold an answer back until the test lets it go, as a slow network does."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LONGEST_SECONDS = 30


@dataclass(eq=False, slots=True)
class Hold:
    """The first answer to `method path` waits until `release`; `came` counts the requests."""

    method: str
    path: str
    answered: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    came: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_first(self) -> bool:
        with self.lock:
            self.came += 1
            return self.came == 1

    def release(self) -> None:
        self.released.set()


class HoldingProxy(ThreadingHTTPServer):
    """Forwards to `behind`, a port of 127.0.0.1, and holds back what it is told to."""

    daemon_threads = True

    def __init__(self, behind: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.held: list[Hold] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @contextlib.contextmanager
    def hold(self, method: str, path: str) -> Iterator[Hold]:
        """Hold back the first answer to such a request, at the latest until the end."""
        hold = Hold(method, path)
        self.held.append(hold)
        try:
            yield hold
        finally:
            hold.release()
            self.held.remove(hold)


class _Handler(BaseHTTPRequestHandler):
    server: HoldingProxy
    protocol_version = "HTTP/1.1"

    def _forward(self) -> None:
        holds = [each for each in self.server.held if self._is_held(each) and each.is_first()]
        status, headers, body = self._ask()
        for hold in holds:
            hold.answered.set()
            hold.released.wait(LONGEST_SECONDS)
        # Who waited may have gone.
        with contextlib.suppress(ConnectionError):
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    do_GET = do_POST = _forward  # noqa: N815  # the names that http.server looks for

    def _is_held(self, hold: Hold) -> bool:
        path = self.path.partition("?")[0]
        return self.command == hold.method and path.startswith(hold.path)

    def _ask(self) -> tuple[int, list[tuple[str, str]], bytes]:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
        with contextlib.closing(connection):
            headers = {k: v for k, v in self.headers.items() if k.lower() != "connection"}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            hop = {"content-length", "transfer-encoding", "connection", "keep-alive"}
            kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in hop]
            return answer.status, kept, answer.read()

    def log_message(self, *_arguments: object) -> None:
        """Nothing: the gateway writes its own log."""


@contextlib.contextmanager
def run_holding_proxy(behind: int) -> Iterator[HoldingProxy]:
    with HoldingProxy(behind) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
