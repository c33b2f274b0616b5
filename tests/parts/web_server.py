"""A small server of the tests' own, for what a party publishes or hears."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class QuietHandler(BaseHTTPRequestHandler):
    """Keeps no log of its own: what was asked is the test's to keep."""

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def run_web_server(handler: type[QuietHandler]) -> Iterator[str]:
    """Serve on a free port; gives the address, without a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
