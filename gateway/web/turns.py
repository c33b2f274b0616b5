"""Requests of one process, one after another."""

from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATIENCE_SECONDS = 0.02  # as long as ten requests of a login


class InTurn:
    """Lets the requests of a process take turns, where its database is a part of it.

    Python runs one thread at a time: requests that are under way at once lose the interpreter to
    each other at every look into the database, which costs a seventh of the work. They wait for
    nothing there; who waits for another party, or for the rest of a body, is passed by the others.
    """

    def __init__(self, app: "WSGIApplication", patience: float = _PATIENCE_SECONDS) -> None:
        """`patience` in seconds."""
        self._app = app
        self._patience = patience
        self._turn = Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        has_turn = self._turn.acquire(timeout=self._patience)
        try:
            return self._app(environ, start_response)
        finally:
            if has_turn:
                self._turn.release()
