"""`ketenpoort` commands in this process: the same code, without a second for each start."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from gateway.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    """What a command said: on standard output, on standard error, and its exit code."""

    output: str
    error: str
    code: int


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs commands on one gateway; `settings` are named without KETENPOORT_."""

    directory: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str | Path, person: str = "") -> Done:
        """Run a command; `person` is what is typed into it."""
        settings = {"DATA_DIR": str(self.directory), **self.settings}
        environment: dict[str, str | None] = {
            name: None for name in os.environ if name.startswith("KETENPOORT_")
        }
        environment |= {f"KETENPOORT_{name}": value for name, value in settings.items()}
        done = CliRunner(env=environment).invoke(main, [str(a) for a in arguments], input=person)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.stdout, done.stderr, done.exit_code)

    def good(self, *arguments: str | Path, person: str = "") -> str:
        """Run a command that must succeed; what it prints."""
        done = self.run(*arguments, person=person)
        assert done.code == 0, done.error
        return done.output

    def refused(self, *arguments: str | Path, person: str = "") -> str:
        """Run a command that must fail with one plain sentence; that sentence."""
        done = self.run(*arguments, person=person)
        assert done.code != 0, done.output
        assert done.output == ""
        assert "Traceback" not in done.error
        return done.error.strip().splitlines()[-1].removeprefix("Error: ")

    def read(self, *arguments: str | Path) -> Any:
        """Run a command with --json; what it prints."""
        return json.loads(self.good(*arguments, "--json"))
