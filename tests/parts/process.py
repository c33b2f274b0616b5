"""Programs that the tests start: a directory of their own, a free port, a log, a clean stop."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import requests

START_SECONDS = 60
STOP_SECONDS = 15
# Below the range from which Linux takes the ports of outgoing connections; of them each worker of
# pytest-xdist has its own, since a stopped program's port must stay free until it starts again.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
PORTS = list(range(10_240 + _WORKER, 32_768, _WORKERS))
random.shuffle(PORTS)


class NotStartedError(AssertionError):
    """A program ended, or did not answer, before it was ready."""


class Process(Protocol):
    """The part of `subprocess.Popen` that a program is watched and stopped by."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def send_signal(self, sig: int) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def kill(self) -> None: ...


@dataclass(eq=False, slots=True)
class Program:
    """A started program; `read_log` gives what it wrote since the last mark."""

    name: str
    process: Process
    log: Path
    mark: int = 0

    def set_mark(self) -> None:
        self.mark = self.log.stat().st_size

    def read_log(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self.mark)
            return log.read().decode(errors="replace")


# Those that run now, for the report of a failed test.
RUNNING: list[Program] = []


def free_port() -> int:
    """Return a port on which nothing listens on 127.0.0.1; no port twice."""
    while True:
        port = PORTS.pop()
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def system_user(name: str) -> str | None:
    """Return `name` when we are root, so that a server does not run as root; else None."""
    return name if os.geteuid() == 0 else None


@contextlib.contextmanager
def run_directory(name: str) -> Iterator[Path]:
    """A new directory that other users may enter (a server may run as one), removed at the end."""
    path = Path(tempfile.mkdtemp(prefix=f"ketenpoort-{name}-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def give_to(user: str | None, path: Path) -> None:
    """Make `user` the owner of `path` and all below it; None leaves it ours."""
    if user:
        for each in [path, *path.rglob("*")]:
            shutil.chown(each, user, user)


@contextlib.contextmanager
def run_program(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    ready: Callable[[], bool],
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[Program]:
    """Start `command`, wait until `ready()` holds, and stop it at the end.

    Raises NotStartedError with its log when it ends or is not ready in START_SECONDS.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=log.parent,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            process_group=0,  # Apache ends its whole group: ours must not be in it
        )
    with running(Program(name, process, log), ready, stop) as program:
        yield program


@contextlib.contextmanager
def running(
    program: Program, ready: Callable[[], bool], stop: signal.Signals = signal.SIGTERM
) -> Iterator[Program]:
    """Wait until `ready()` holds of what was started, and stop it at the end; raises
    NotStartedError as `run_program` does."""
    RUNNING.append(program)
    try:
        _wait(program, ready)
        yield program
    finally:
        RUNNING.remove(program)
        program.process.send_signal(stop)
        _wait_for_end(program.process)


def answers(url: str) -> Callable[[], bool]:
    """A check for `run_program`: the address answers with a status below 500."""

    def check() -> bool:
        try:
            return requests.get(url, timeout=10, allow_redirects=False).status_code < 500
        except (requests.ConnectionError, requests.Timeout):
            return False

    return check


def _wait(program: Program, ready: Callable[[], bool]) -> None:
    end = time.monotonic() + START_SECONDS
    while program.process.poll() is None and time.monotonic() < end:
        if ready():
            return
        # No event tells that a foreign program listens: ask again.
        time.sleep(0.05)
    code = program.process.poll()
    state = "did not answer" if code is None else f"ended with {code}"
    raise NotStartedError(f"{program.name} {state}:\n{program.read_log()[-4000:]}")


def _wait_for_end(process: Process) -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
