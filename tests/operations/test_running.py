"""A gateway that runs: what it refuses to start with, what it tells machines, what it takes over."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from tests.parts.gateway import KETENPOORT, Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.redis import run_redis

LONGEST_SECONDS = 15


def until(holds: Callable[[], bool]) -> None:
    """Ask again until it holds: a gateway tells nobody that it looked at its files."""
    end = time.monotonic() + LONGEST_SECONDS
    while not holds():
        assert time.monotonic() < end, "not taken over"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def running() -> Iterator[Gateway]:
    """With nothing but its defaults."""
    with run_directory("operations") as directory:
        gateway = Gateway(directory)
        with run_gateway(gateway):
            yield gateway


def kids(gateway: Gateway) -> set[str]:
    return {key["kid"] for key in gateway.get("/oidc/jwks").json()["keys"]}


def test_it_is_alive_and_ready(running: Gateway) -> None:
    assert running.get("/healthz").json() == {"status": "ok"}
    ready = running.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    assert set(ready.json()) == {"status", "database", "state"}


def test_it_counts_what_happens_without_a_persons_data(running: Gateway) -> None:
    assert running.get("/d/geenlink").status_code == 404
    found = running.get("/metrics")
    assert found.status_code == 200
    assert found.headers["Content-Type"].startswith("text/plain")
    lines = [line for line in found.text.splitlines() if not line.startswith("#")]
    assert [
        line for line in lines if line.startswith("ketenpoort_events_total{") and "KP-401" in line
    ]
    assert "geenlink" not in found.text


def test_keys_rotate_is_seen_without_a_restart(running: Gateway) -> None:
    before = kids(running)
    running.ketenpoort("keys", "rotate")
    until(lambda: len(kids(running)) == 4)
    assert before < kids(running)
    metadata = running.idp_metadata()
    assert metadata.count("<ds:X509Certificate>") >= 2
    signing = [row for row in running.ketenpoort_json("keys", "list") if "signing" in row["use"]]
    assert sorted(row["state"] for row in signing) == ["active", "active", "next", "next"]
    running.ketenpoort("keys", "rotate")
    signing = [row for row in running.ketenpoort_json("keys", "list") if "signing" in row["use"]]
    assert {row["id"] for row in signing if row["state"] == "retired"} == before
    until(lambda: running.idp_metadata() != metadata)
    assert kids(running) > before


def test_a_new_school_is_seen_without_a_restart(running: Gateway, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    who = ("--brin", "99XB", "--name", "De Nieuwe", "--town", "Zonstad")
    issuer = ("--oidc", "--issuer", "https://inloggen.nieuwe.example", "--client-id", "poort")
    assert "De Nieuwe" not in running.get("/school?q=nieuwe").text
    running.ketenpoort("school", "add", *who, *issuer, "--client-secret-file", secret)
    until(lambda: "De Nieuwe" in running.get("/school?q=nieuwe").text)


def test_without_redis_it_lives_and_is_not_ready() -> None:
    with contextlib.ExitStack() as all_of_it:
        stopping = contextlib.ExitStack()
        all_of_it.push(stopping)
        url = stopping.enter_context(run_redis())
        directory = all_of_it.enter_context(run_directory("operations"))
        gateway = Gateway(directory, {"REDIS_URL": f"{url}/0"})
        all_of_it.enter_context(run_gateway(gateway))
        assert gateway.get("/readyz").json() == {"status": "ok", "database": "ok", "state": "ok"}
        stopping.close()
        answer = gateway.get("/readyz")
        assert answer.status_code == 503
        assert (answer.json()["status"], answer.json()["database"]) == ("not ready", "ok")
        assert answer.json()["state"] != "ok"
        assert url.rpartition(":")[2] not in answer.text
        assert gateway.get("/healthz").status_code == 200


def refused(gateway: Gateway) -> str:
    """What `ketenpoort serve` says that does not start."""
    command = [*KETENPOORT, "serve", "--port", str(gateway.port)]
    done = subprocess.run(
        command, env=gateway.environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    with pytest.raises(requests.ConnectionError):
        gateway.get("/healthz")
    return done.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"COLOUR": "red"}, "Error: unknown setting colour in the environment\n"),
        ({"TOKEN_SECONDS": "kort"}, "Error: setting token_seconds: "),
    ],
)
def test_serve_says_which_setting_is_wrong(
    tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    assert refused(Gateway(tmp_path, settings)).startswith(says)


def test_serve_refuses_another_pseudonym_key_and_starts_again_with_the_first(
    tmp_path: Path,
) -> None:
    gateway = Gateway(tmp_path)
    gateway.ketenpoort("supplier", "add", "--name", "De Linde")
    other = Gateway(tmp_path / "other")
    other.ketenpoort("supplier", "add", "--name", "De Eik")
    theirs = other.directory / "keys" / "pseudonym.keys"
    wrong = replace(gateway, settings={"PSEUDONYM_KEY_FILE": str(theirs)})
    assert "pseudonym key 1 is another one than was used with this database" in refused(wrong)
    with run_gateway(gateway):
        assert gateway.get("/readyz").status_code == 200


def test_stopped_while_its_workers_load_nothing_of_it_stays(tmp_path: Path) -> None:
    """They do not hear the signal yet."""
    gateway = Gateway(tmp_path)
    command = [*KETENPOORT, "serve", "--port", str(gateway.port), "--workers", "3"]
    serving = subprocess.Popen(
        command, env=gateway.environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    children = Path(f"/proc/{serving.pid}/task/{serving.pid}/children")
    until(lambda: len(children.read_text().split()) >= 3)
    serving.terminate()
    try:
        serving.wait(60)
    finally:
        serving.kill()
    until(lambda: not _group_lives(serving.pid))


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
