"""The Dockerfile as data, so that the tests run what it says and not what we remember."""

import json
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM and what follows: (instruction, the rest of the line), in order."""

    base: str
    lines: tuple[tuple[str, str], ...]

    def all(self, instruction: str) -> list[str]:
        return [rest for name, rest in self.lines if name == instruction]

    def one(self, instruction: str) -> str:
        (rest,) = self.all(instruction)
        return rest

    def command(self, instruction: str) -> list[str]:
        """The JSON form of ENTRYPOINT, CMD or HEALTHCHECK ... CMD."""
        rest = self.one(instruction)
        command: list[str] = json.loads(rest[rest.index("[") :])
        return command


def read_stages() -> list[Stage]:
    stages = (PROJECT / "Dockerfile").read_text().split("\nFROM ")[1:]
    return [_stage(text) for text in stages]


def context() -> list[Path]:
    """What `COPY . ` copies: .dockerignore keeps out all that it does not name."""
    lines = (PROJECT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    return [PROJECT / line[1:] for line in lines if line.startswith("!")]


def _stage(text: str) -> Stage:
    base, *lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    pairs = (line.partition(" ") for line in lines)
    return Stage(base, tuple((name, rest) for name, _, rest in pairs))
