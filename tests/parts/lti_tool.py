"""An LTI tool: pylti1p3 on Flask (`lti_tool_program.py`), as a program of its own."""

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.parts.effect import wait_for_lti_service
from tests.parts.gateway import Gateway
from tests.parts.process import answers, free_port, run_directory, run_program

PROGRAM = Path(__file__).with_name("lti_tool_program.py")


@dataclass(frozen=True, slots=True)
class LtiTool:
    """A tool at `base`, which may be reached under another name of this machine."""

    directory: Path
    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)

    @property
    def base(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def login(self) -> str:
        return f"{self.base}/login"

    @property
    def launch(self) -> str:
        return f"{self.base}/launch"

    @property
    def settings(self) -> Path:
        return self.directory / "settings.json"

    def configure(self, issuer: str, client_id: str, **more: object) -> None:
        """`forgives`: a fault that it lets in; `scores`: it sends a score at each launch of a
        place with a line item."""
        self.settings.write_text(json.dumps({"issuer": issuer, "client_id": client_id, **more}))

    def registered(self) -> str:
        """The client_id that the tool works with now."""
        return str(json.loads(self.settings.read_text())["client_id"])


@contextlib.contextmanager
def run_lti_tool(host: str = "127.0.0.1") -> Iterator[LtiTool]:
    with run_directory("lti-tool") as directory:
        tool = LtiTool(directory, host)
        tool.configure("", "")
        with run_program(
            "lti-tool",
            [sys.executable, PROGRAM, tool.settings, str(tool.port)],
            log=directory / "log",
            ready=answers(f"http://127.0.0.1:{tool.port}/healthz"),
        ):
            yield tool


def add_lti_service(gateway: Gateway, supplier: str, tool: LtiTool, name: str, *more: str) -> str:
    """Register the tool at the gateway and the gateway at the tool; returns the service's id."""
    added = gateway.ketenpoort_json(
        "service", "add", "--supplier", supplier, "--lti", "--name", name,
        "--initiate-login-uri", tool.login, "--redirect-uri", tool.launch,
        "--jwks-uri", f"http://127.0.0.1:{tool.port}/jwks",
        "--target-link-uri", f"{tool.base}/start",
        "--deep-linking-uri", f"{tool.base}/kies",
        *more,
    )  # fmt: skip
    tool.configure(gateway.base, added["client_id"])
    wait_for_lti_service(gateway, added["client_id"])
    return str(added["id"])
