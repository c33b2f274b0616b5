"""A parser as a fuzzer sees it: bytes in; out comes what was read, or a refusal of a known kind."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """`refusals` are the errors that the parser says it raises; any other is a bug."""

    name: str
    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]

    def __call__(self, data: bytes) -> None:
        with contextlib.suppress(*self.refusals):
            self.read(data)


def as_text(data: bytes) -> str:
    """As Werkzeug reads a parameter or a cookie: what is no UTF-8 becomes U+FFFD."""
    return data.decode("utf-8", "replace")
