"""The whole demo with the real gateway, on free ports."""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator

from demo.options import Ports

MAIN = """
import sys
from demo.options import DemoOptions, Ports
from demo.run import main
sys.exit(main(DemoOptions(ports=Ports().changed(sys.argv[1:]))))
"""


def start_demo(ports: Ports) -> subprocess.Popen[str]:
    changes = [f"{name}={getattr(ports, name)}" for name in Ports.__slots__]
    command = [sys.executable, "-c", MAIN, *changes]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said_until_ready(demo: subprocess.Popen[str]) -> list[str]:
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if line.startswith("ready"):
            break
    return said


@contextlib.contextmanager
def run_demo() -> Iterator[Ports]:
    ports = Ports.free()
    with start_demo(ports) as demo:
        try:
            assert said_until_ready(demo)[-1].startswith("ready")
            yield ports
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.communicate(timeout=60)
