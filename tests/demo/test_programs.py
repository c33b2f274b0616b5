"""Starting, watching and ending the demo's programs."""

import os
import socket
import subprocess
import sys

import psutil
import pytest

from demo.options import DemoOptions, Ports
from demo.programs import HOST, DemoError, Programs, free_ports, web_server
from tests.demo.whole import MAIN


def test_a_program_that_ends_is_named_with_its_last_words(tmp_path):
    command = [sys.executable, "-c", "print('out of paper'); raise SystemExit(3)"]
    with Programs(tmp_path) as programs:
        programs.start("printer", command, os.environ, f"http://{HOST}:{free_ports(1)[0]}/")
        with pytest.raises(DemoError, match=r"printer ended with code 3(.|\n)*out of paper"):
            programs.wait_ready()


def test_watching_returns_with_the_program_that_ended(tmp_path):
    quick = [sys.executable, "-c", "import sys; sys.stdin.read(); print('bye')"]
    with Programs(tmp_path) as programs:
        programs.start("quick", quick, os.environ, "")
        with pytest.raises(DemoError, match="quick ended with code 0"):
            programs.watch()


def test_stopping_leaves_no_process_behind(tmp_path):
    port = free_ports(1)[0]
    before = set(psutil.Process().children(recursive=True))
    with Programs(tmp_path) as programs:
        environment = os.environ | {
            "DEMO_ADDRESS": f"http://{HOST}:{port}",
            "DEMO_ISSUER": "http://issuer.test",
            "DEMO_CLIENT_ID": "x",
            "DEMO_CLIENT_SECRET": "y",
        }
        server = web_server("demo.suppliers.oidc:serve", port)
        programs.start("server", server, environment, f"http://{HOST}:{port}/healthz")
        programs.wait_ready()
        started = set(psutil.Process().children(recursive=True)) - before
        assert len(started) > 1, "a server and its worker"
    assert not [one for one in started if one.is_running()]


def test_a_taken_port_is_one_clear_line():
    ports = dict(zip(Ports.__slots__, free_ports(7), strict=True))
    with socket.socket() as taken:
        taken.bind((HOST, ports["start"]))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *(f"{name}={port}" for name, port in ports.items())],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"demo: port {ports['start']} (start) is taken; choose another with --port start=NUMBER\n"
    )


@pytest.mark.parametrize(
    "change", ["start", "start=", "start=x", "start=0", "start=65536", "bar=1"]
)
def test_a_port_that_is_none_is_refused(change):
    with pytest.raises(DemoError, match="NAME=NUMBER"):
        Ports().changed([change])


def test_a_change_of_ports_leaves_the_others():
    changed = DemoOptions(ports=Ports().changed(["start=9000", "gateway=9001"])).ports
    assert (changed.start, changed.gateway, changed.saml_school) == (9000, 9001, 8081)
