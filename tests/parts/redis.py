"""Debian's Redis."""

import contextlib
from collections.abc import Iterator

import redis

from tests.parts.process import free_port, run_directory, run_program


@contextlib.contextmanager
def run_redis() -> Iterator[str]:
    """Start a Redis that keeps nothing on disk; give its URL, which ends without a database."""
    port = free_port()
    options = {"bind": "127.0.0.1", "port": str(port), "save": "", "appendonly": "no"}
    command = [
        "redis-server",
        *(part for key, value in options.items() for part in (f"--{key}", value)),
    ]
    url = f"redis://127.0.0.1:{port}"
    with (
        redis.Redis.from_url(url) as client,
        run_directory("redis") as directory,
        run_program("redis", command, log=directory / "log", ready=lambda: _answers(client)),
    ):
        yield url


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
