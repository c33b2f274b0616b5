"""`scripts/setup`: all of it on a first run, nothing on the next, and again what has changed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.dockerfile import context
from tests.parts.process import run_directory

CATALOGUE = "gateway/web/translations/nl/LC_MESSAGES/messages"


def set_up(clone: Path, *sets: str) -> str:
    """Run it from another directory; return what it says."""
    done = subprocess.run(
        [clone / "scripts/setup", *sets], cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def version(clone: Path) -> str:
    """What the launcher says, asked from another directory."""
    command = [clone / ".venv/bin/ketenpoort", "--version"]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """The project's files with no .venv beside them; set up."""
    with run_directory("setup") as directory:
        clone = directory / "clone"
        clone.mkdir()
        for path in context():
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, clone / path.name)
        (clone / f"{CATALOGUE}.mo").unlink(missing_ok=True)
        assert "making .venv" in set_up(clone, "run")
        yield clone


def test_the_first_run_makes_all(clone: Path) -> None:
    assert "ketenpoort" in version(clone)
    assert (clone / f"{CATALOGUE}.mo").exists()


def test_a_second_run_does_and_says_nothing(clone: Path) -> None:
    before = (clone / ".venv/bin/ketenpoort").stat().st_mtime_ns
    assert set_up(clone, "run") == ""
    assert (clone / ".venv/bin/ketenpoort").stat().st_mtime_ns == before


def test_a_newer_catalogue_is_compiled(clone: Path) -> None:
    source, compiled = clone / f"{CATALOGUE}.po", clone / f"{CATALOGUE}.mo"
    made = compiled.stat().st_mtime
    os.utime(source, (made + 1, made + 1))
    compiled.write_bytes(b"old")
    os.utime(compiled, (made, made))
    assert set_up(clone, "run") == ""
    assert compiled.read_bytes() != b"old"


def test_a_changed_lock_is_installed(clone: Path) -> None:
    with (clone / "requirements/run.txt").open("a") as lock:
        lock.write("# changed\n")
    assert "installing the locked packages (run)" in set_up(clone, "run")
    assert set_up(clone, "run") == ""


def test_a_moved_clone_is_set_up_anew(clone: Path) -> None:
    moved = clone.rename(clone.with_name("moved"))
    try:
        assert "making .venv" in set_up(moved, "run")
        assert "ketenpoort" in version(moved)
        assert set_up(moved, "run") == ""
    finally:
        moved.rename(clone)
