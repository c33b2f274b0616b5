"""The gateway itself, run as its operators run it: `ketenpoort` commands and `ketenpoort serve`."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.parts.commands import run_command, start_command
from tests.parts.process import Program, answers, free_port, running

KETENPOORT = [sys.executable, "-m", "gateway.cli"]


class CommandError(AssertionError):
    """A `ketenpoort` command that ended with an error."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway's address, data directory and settings; commands work whether it runs or not.

    `settings` are named as in the environment, without KETENPOORT_: `{"REDIS_URL": ...}`.
    """

    directory: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def base(self) -> str:
        return self.settings.get("BASE_URL", f"http://127.0.0.1:{self.port}")

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            "BASE_URL": self.base,
            "DATA_DIR": str(self.directory),
            "ALLOW_LOOPBACK": "true",
            "RATE_LIMITS": "off",
            **self.settings,
        }
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KETENPOORT_")}
        return inherited | {f"KETENPOORT_{name}": value for name, value in settings.items()}

    def ketenpoort(self, *arguments: str | Path) -> str:
        """Run a command; return what it prints, or raise CommandError with what it says."""
        done = run_command(list(map(str, arguments)), self.environment)
        if done.code != 0:
            raise CommandError(f"ketenpoort {' '.join(map(str, arguments))}: {done.error}")
        return done.output

    def run_anyhow(self, *arguments: str | Path) -> str:
        """What a command prints, also when it ends with an error."""
        done = run_command(list(map(str, arguments)), self.environment)
        assert done.output, done.error
        return done.output

    def ketenpoort_json(self, *arguments: str | Path) -> Any:
        """Run a command with --json; return what it prints."""
        return json.loads(self.ketenpoort(*arguments, "--json"))

    def idp_metadata(self) -> str:
        """What suppliers read: the gateway as identity provider."""
        return self._read("/saml/metadata")

    def sp_metadata(self) -> str:
        """What schools read: the gateway as service provider."""
        return self._read("/school/saml/metadata")

    def get(self, path: str) -> requests.Response:
        """Ask where it listens, since the public address may be a proxy's; follow nothing."""
        address = f"http://127.0.0.1:{self.port}{path}"
        return requests.get(address, timeout=30, allow_redirects=False)

    def _read(self, path: str) -> str:
        answer = self.get(path)
        answer.raise_for_status()
        return answer.text


@contextlib.contextmanager
def run_gateway(gateway: Gateway, *, workers: int = 1) -> Iterator[Program]:
    """Serve `gateway` until the end; it may be run again afterwards on the same data."""
    log = gateway.directory / "log"
    command = ["serve", "--host", "127.0.0.1", "--port", str(gateway.port)]
    process = start_command([*command, "--workers", str(workers)], gateway.environment, log, log)
    ready = answers(f"http://127.0.0.1:{gateway.port}/readyz")
    with running(Program("gateway", process, log), ready) as program:
        yield program
