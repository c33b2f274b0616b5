"""Other programs as child processes: start, wait until they answer, watch, stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

HOST = "127.0.0.1"
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
START_TIME = 120  # seconds that a program may take until it answers
STOP_TIME = 10  # seconds that it may take to end
POLL = 0.05  # seconds between two looks at its health address
LOG_LINES = 15


class DemoError(Exception):
    """Why the demo can not go on, in words for the person who started it."""


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    health: str
    log: Path
    process: subprocess.Popen[bytes]

    def check_alive(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise DemoError(f"{self.name} ended with code {code}; its last lines:\n{self._tail()}")

    def wait_ready(self, until: float) -> None:
        """Return when the health address answers; `until` is a time.monotonic()."""
        while not _healthy(self.health):
            self.check_alive()
            if time.monotonic() > until:
                raise DemoError(f"{self.name} does not answer; its last lines:\n{self._tail()}")
            time.sleep(POLL)

    def signal(self, number: int) -> None:
        """To the whole process group, as a server has workers."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    def _tail(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-LOG_LINES:])


class Programs:
    """All programs of one run; leaving the `with` block ends them."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._programs: list[Program] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with _uninterrupted():
            self._stop()

    def start(
        self, name: str, command: list[str], environment: Mapping[str, str], health: str
    ) -> None:
        """Start in a session of its own, so that Ctrl-C reaches us alone and we end it in order."""
        self._log_dir.mkdir(parents=True, exist_ok=True)
        log = self._log_dir / f"{name.replace(' ', '-')}.log"
        with log.open("ab") as output, _uninterrupted():
            process = subprocess.Popen(  # noqa: S603 - our own command lines
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._programs.append(Program(name, health, log, process))

    def wait_ready(self) -> None:
        """Raises DemoError with the last log lines of one that ended or stays silent."""
        until = time.monotonic() + START_TIME
        for program in self._programs:
            program.wait_ready(until)

    def watch(self) -> None:
        """Block until one ends, which it should not: raises DemoError then."""
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        self.check_alive()

    def check_alive(self) -> None:
        for program in self._programs:
            program.check_alive()

    def _stop(self) -> None:
        for program in self._programs:
            program.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_TIME
        for program in self._programs:
            try:
                program.process.wait(max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                program.signal(signal.SIGKILL)
                program.process.wait()
        self._programs.clear()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C and its like back for a moment, so that no program is lost sight of."""
    held: list[int] = []
    before = {one: signal.signal(one, lambda number, _: held.append(number)) for one in ENDING}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        for number in held[:1]:
            signal.raise_signal(number)


def web_server(target: str, port: int) -> list[str]:
    """Granian with one worker, as the demo's programs remember things in their own process."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--host", HOST, "--port", str(port), "--workers", "1", "--blocking-threads", "4"),
        *("--no-ws", target),
    ]


def free_ports(number: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]


def taken(ports: Iterable[int]) -> set[int]:
    return {port for port in ports if not _can_listen(port)}


def _can_listen(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
            one.listen()
        except OSError:
            return False
        return True


def _healthy(address: str) -> bool:
    try:
        return requests.get(address, timeout=1).ok
    except requests.RequestException:
        return False
