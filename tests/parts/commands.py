"""`ketenpoort` commands, each in a process of its own that is forked from one which has read the
code already: that is a second less for each of some thousands."""

import multiprocessing
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.parts.preloaded"])
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Done:
    """What a command said, and how it ended; `code` is None for one that did not in time."""

    output: str
    error: str
    code: int | None


def run_command(arguments: Sequence[str], environment: Mapping[str, str]) -> Done:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory() as directory:
        output, error = Path(directory, "output"), Path(directory, "error")
        process = _FORKS.Process(
            target=_main, args=(arguments, dict(environment), output, error), daemon=True
        )
        process.start()
        process.join(_SECONDS)
        code = process.exitcode
        process.kill()
        return Done(output.read_text(), error.read_text(), code)


def _main(arguments: Sequence[str], environment: dict[str, str], output: Path, error: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, file in ((1, output), (2, error)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    from gateway.cli import main  # noqa: PLC0415  # not in the process that starts this one

    main(arguments, prog_name="ketenpoort")
