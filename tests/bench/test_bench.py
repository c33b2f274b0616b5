import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import process_tree

ROOT = Path(__file__).parents[2]
FIELDS = [
    "path",
    "store",
    "concurrency",
    "logins",
    "failed",
    "cpu_ms_per_login",
    "rsa_sign_ms",
    "ratio",
    "logins_per_s",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "peak_rss_mb",
]
PATHS = ["saml-saml-cold", "saml-oidc-cold", "saml-warm", "oidc-warm", "deeplink-warm"]
FORMS = ["saml", "start", "oidc", "lti", "template"]
LINK_PATHS = [f"link-{form}-{state}" for state in ("warm", "cold") for form in FORMS]
LINK_FIELDS = [*FIELDS, "links", "fragments", "school_answer_ms", "school_answer_p50_ms"]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Of one run of all sections."""
    folder = tmp_path_factory.mktemp("bench")
    return _bench(folder, "--concurrency", "2", "--links", "300", "--fragments", "600")[0]


def test_every_path_logs_in_and_gives_a_complete_row(rows: list[dict[str, Any]]) -> None:
    """Each answer is verified by the bench's own parties; how fast it was is not asked here."""
    found = rows[: len(PATHS)]
    assert [list(row) for row in found] == [FIELDS] * len(PATHS)
    assert [row["path"] for row in found] == PATHS
    assert [row["logins"] for row in found] == [6, 6, 12, 12, 12]
    assert all(row["failed"] == 0 for row in found)
    assert all(row["p50_ms"] > 0 and row["peak_rss_mb"] > 0 for row in found)


def test_every_form_of_launch_gives_a_complete_row(rows: list[dict[str, Any]]) -> None:
    """The played services check where each link leads; the school's answer stands apart."""
    found = rows[len(PATHS) : -2]
    assert [list(row) for row in found] == [LINK_FIELDS] * len(LINK_PATHS)
    assert [row["path"] for row in found] == LINK_PATHS
    assert [row["logins"] for row in found] == [12] * len(FORMS) + [6] * len(FORMS)
    assert all((row["links"], row["fragments"]) == (300, 600) for row in found)
    assert all(row["failed"] == 0 and row["p50_ms"] > 0 for row in found)
    for row in found:
        assert (row["school_answer_p50_ms"] > 0) == row["path"].endswith("-cold")


def test_searches_are_the_last_rows(rows: list[dict[str, Any]]) -> None:
    materials, schools = rows[-2:]
    assert (materials["path"], materials["fragments"]) == ("catalogue-search", 600)
    assert (schools["path"], schools["searches"]) == ("school-search", 300)
    assert schools["schools"] > 5000
    assert 0 < schools["p50_ms"] <= schools["p99_ms"]
    assert schools["found_nothing"] < schools["searches"] / 2


def test_a_full_store_is_compared_with_one_of_ten_links(tmp_path: Path) -> None:
    words = ["--path", "link-template-warm", "--links", "40", "--fragments", "200", "--scale"]
    found, printed = _bench(tmp_path, *words, "--concurrency", "1")
    assert [row["path"] for row in found] == ["link-template-warm"]
    ratio = r"link-template-warm: \S+ times the CPU of ten with 40 links and 200 fragments stored"
    states = re.findall(ratio + ", (in memory|not in memory before) ", printed)
    assert states == ["in memory", "not in memory before"]


def test_a_peer_logs_the_same_people_in_and_is_compared(tmp_path: Path) -> None:
    words = ["--path", "saml-saml-cold", "--path", "saml-warm", "--peer", "--concurrency", "2"]
    found, printed = _bench(tmp_path, *words)
    cold, warm = "simplesamlphp-cold", "simplesamlphp-warm"
    assert [row["path"] for row in found] == ["saml-saml-cold", "saml-warm", cold, warm]
    assert [list(row) for row in found] == [FIELDS] * 4
    assert all(row["failed"] == 0 and row["cpu_ms_per_login"] > 0 for row in found)
    ours, ours_warm, theirs, theirs_warm = (row["ratio"] for row in found)
    line = "{} on sqlite at concurrency 2: {:.2f} of {}; the bound was {} of it"
    assert line.format("saml-saml-cold", ours / theirs, cold, "0.64") in printed
    assert line.format("saml-warm", ours_warm / theirs_warm, warm, "0.50") in printed


def _bench(folder: Path, *narrowed: str) -> tuple[list[dict[str, Any]], str]:
    """The rows and what was printed."""
    file = folder / "rows.jsonl"
    words = ["--quick", "--store", "sqlite", "--logins", "6", *narrowed, "--json", str(file)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in file.read_text().splitlines()], done.stdout


def test_cpu_of_a_child_that_has_exited_counts() -> None:
    """The parent sleeps; its child burned more than 0.2 s, which the system counts in ticks."""
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    parent = (
        "import subprocess, sys\n"
        f"subprocess.run([sys.executable, '-c', {burn!r}])\n"
        "print('done', flush=True)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert process_tree.cpu_seconds(process.pid) >= 0.2
