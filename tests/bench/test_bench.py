import json
import subprocess
import sys
from pathlib import Path

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


def test_every_path_logs_in_and_gives_a_complete_row(tmp_path: Path) -> None:
    """Each answer is verified by the bench's own parties; how fast it was is not asked here."""
    file = tmp_path / "rows.jsonl"
    words = ["--quick", "--store", "sqlite", "--logins", "6", "--concurrency", "2"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words, "--json", file],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [list(row) for row in rows] == [FIELDS] * len(PATHS)
    assert [row["path"] for row in rows] == PATHS
    assert [row["logins"] for row in rows] == [6, 6, 12, 12, 12]
    assert all(row["failed"] == 0 for row in rows)
    assert all(row["p50_ms"] > 0 and row["peak_rss_mb"] > 0 for row in rows)


def test_cpu_of_a_child_that_has_exited_counts() -> None:
    """The parent sleeps; its child burned 0.2 s before it ended."""
    burn = "import time\nwhile time.process_time() < 0.2: pass"
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
