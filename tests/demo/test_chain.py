"""The whole demo with the real gateway, as `make demo` and `make demo-check` run it."""

import signal
import subprocess
import sys

import psutil
import pytest
import requests

from demo.options import Ports
from tests.demo.whole import said_until_ready, start_demo

# Six logins, twelve single sign-ons, three deep links, four by an address of the supplier's; the teacher signs in, makes three links, each
# followed by two pupils, shares, and picks; the pick is followed, a score posted; the pseudonyms.
STEPS = 6 + 12 + 3 + 4 + 1 + 3 + 6 + 1 + 1 + 1 + 1 + 1


def test_the_check_drives_the_whole_chain():
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "demo", "--check"],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sum(line.startswith("ok  ") for line in done.stdout.splitlines()) == STEPS


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_runs_until_it_is_stopped_and_leaves_nothing(ending):
    ports = Ports.free()
    with start_demo(ports) as demo:
        said = said_until_ready(demo)
        started = psutil.Process(demo.pid).children(recursive=True)
        page = requests.get(ports.addresses().start, timeout=5)
        demo.send_signal(ending)
        rest, complaints = demo.communicate(timeout=60)
    assert f"Open {ports.addresses().start}/\n" in said, complaints
    assert page.ok
    assert len(started) >= 14, "seven servers with a worker each"
    assert (demo.returncode, rest, complaints) == (0, "stopped\n", "")
    assert not [one for one in started if one.is_running()]
