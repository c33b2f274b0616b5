"""The gateway under its production server, and Redis, as processes that end with the bench."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench.errors import BenchError

KETENPOORT = Path(sys.executable).with_name("ketenpoort")
HOST = "127.0.0.1"
START_S = 120.0
STOP_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def settings(base_url: str, data_dir: Path) -> dict[str, str]:
    """The gateway's environment: this machine's, with none of its own KETENPOORT_ settings."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KETENPOORT_")}
    return ours | {
        "KETENPOORT_BASE_URL": base_url,
        "KETENPOORT_DATA_DIR": str(data_dir),
        "KETENPOORT_RATE_LIMITS": "off",
    }


@contextmanager
def gateway(environment: Mapping[str, str], port: int, workers: int, log: Path) -> Iterator[int]:
    """`ketenpoort serve`, ready to answer; gives the id of its first process."""
    command = [KETENPOORT, "serve", "--host", HOST, "--port", str(port), "--workers", str(workers)]
    with _process(list(map(str, command)), log, environment) as server:
        _wait("the gateway", server, log, lambda: _answers(port))
        yield server.pid


@contextmanager
def redis(log: Path) -> Iterator[str]:
    """A redis-server that keeps nothing on disk; gives its address."""
    port = free_port()
    command = ["redis-server", "--bind", HOST, "--port", str(port), "--save", "", "--dir"]
    with _process([*command, str(log.parent)], log, os.environ) as server:
        _wait("redis-server", server, log, lambda: _listens(port))
        yield f"redis://{HOST}:{port}/0"


def has_redis() -> bool:
    return shutil.which("redis-server") is not None


@contextmanager
def _process(
    command: list[str], log: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            # With its workers, which would go on to answer at the port of the next.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(
    name: str, process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]
) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise BenchError(f"{name} did not start:\n{tail}")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), 1.0).close()
    except OSError:
        return False
    return True


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5.0)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
