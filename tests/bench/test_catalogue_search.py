import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_searches_among_few_fragments_give_a_complete_row() -> None:
    """How fast they were is not asked here."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.catalogue_search", "--fragments", "3000"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    row = json.loads(line)
    assert (row["path"], row["store"]) == ("catalogue-search", "sqlite")
    assert (row["fragments"], row["searches"]) == (3000, 2000)
    assert 0 < row["p50_ms"] <= row["p99_ms"] <= row["max_ms"]
    assert row["found_nothing"] < row["searches"] / 2
