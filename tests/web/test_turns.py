"""Requests of one process take turns, and nobody waits long for who waits."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from gateway.web.turns import InTurn

LONG = 30.0


class Desk:
    """An application whose requests stay until they are let go, each by its path."""

    def __init__(self) -> None:
        self.came = {path: Event() for path in ("/one", "/two", "/three")}
        self.may_go = {path: Event() for path in self.came}

    def __call__(self, environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.came[path].set()
        assert self.may_go[path].wait(LONG)
        if path == "/three":
            raise ValueError
        return [path.encode()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def threads() -> Iterable[ThreadPoolExecutor]:
    with ThreadPoolExecutor(3) as pool:
        yield pool


def send(threads: ThreadPoolExecutor, app: InTurn, path: str) -> Future[Iterable[bytes]]:
    return threads.submit(app, {"PATH_INFO": path}, lambda *_: lambda _data: None)


def test_a_second_request_begins_when_the_first_is_done(
    desk: Desk, threads: ThreadPoolExecutor
) -> None:
    app = InTurn(desk, LONG)
    first = send(threads, app, "/one")
    assert desk.came["/one"].wait(LONG)
    desk.may_go["/two"].set()
    second = send(threads, app, "/two")
    assert not desk.came["/two"].wait(0.2)
    desk.may_go["/one"].set()
    assert [first.result(LONG), second.result(LONG)] == [[b"/one"], [b"/two"]]


def test_who_waits_for_another_party_is_passed(desk: Desk, threads: ThreadPoolExecutor) -> None:
    app = InTurn(desk, 0.01)
    first = send(threads, app, "/one")
    assert desk.came["/one"].wait(LONG)
    desk.may_go["/two"].set()
    assert send(threads, app, "/two").result(LONG) == [b"/two"]
    assert not first.done()
    desk.may_go["/one"].set()
    assert first.result(LONG) == [b"/one"]


def test_an_error_ends_the_turn(desk: Desk, threads: ThreadPoolExecutor) -> None:
    app = InTurn(desk, LONG)
    desk.may_go["/three"].set()
    with pytest.raises(ValueError):
        send(threads, app, "/three").result(LONG)
    desk.may_go["/one"].set()
    assert send(threads, app, "/one").result(LONG) == [b"/one"]
