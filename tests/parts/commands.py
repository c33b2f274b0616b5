"""`ketenpoort` commands, each in a process of its own that is forked from one which has read the
code already: that is a second less for each of some thousands."""

import contextlib
import multiprocessing
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
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


@dataclass(frozen=True, slots=True)
class Command:
    """A command that runs, with the methods of `subprocess.Popen`."""

    process: ForkServerProcess

    @property
    def pid(self) -> int:
        pid = self.process.pid
        assert pid
        return pid

    def poll(self) -> int | None:
        return self.process.exitcode

    def send_signal(self, sig: int) -> None:
        with contextlib.suppress(ProcessLookupError):  # it may end just now
            if self.poll() is None:
                os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("ketenpoort", timeout or 0)
        return code

    def kill(self) -> None:
        self.process.kill()


def start_command(
    arguments: Sequence[str], environment: Mapping[str, str], output: Path, error: Path
) -> Command:
    """Start a command, which writes to the ends of these files."""
    start_method = multiprocessing.get_start_method()
    process = _FORKS.Process(
        target=_main, args=(arguments, dict(environment), output, error, start_method)
    )
    process.start()
    return Command(process)


def run_command(arguments: Sequence[str], environment: Mapping[str, str]) -> Done:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory() as directory:
        output, error = Path(directory, "output"), Path(directory, "error")
        command = start_command(arguments, environment, output, error)
        with contextlib.suppress(subprocess.TimeoutExpired):
            command.wait(_SECONDS)
        code = command.poll()
        command.kill()
        return Done(output.read_text(), error.read_text(), code)


def _main(
    arguments: Sequence[str],
    environment: dict[str, str],
    output: Path,
    error: Path,
    start_method: str,
) -> None:
    """`start_method`: the one by which a process makes others where nothing is said, which is not the
    one that it is made by here."""
    os.environ.clear()
    os.environ.update(environment)
    multiprocessing.set_start_method(start_method, force=True)
    for number, file in ((1, output), (2, error)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    from gateway.cli import main  # noqa: PLC0415  # not in the process that starts this one

    main(arguments, prog_name="ketenpoort")
