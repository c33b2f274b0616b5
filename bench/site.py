"""A gateway's data directory with the parties registered in it, and the gateway running on it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import servers
from bench.journeys import World
from bench.keys import make_key_pair
from bench.registration import Command, fetch_keys, register


@dataclass(frozen=True, slots=True)
class Running:
    world: World
    pid: int


class Site:
    """Registers once; can be opened on one store after another."""

    def __init__(self, folder: Path, workers: int) -> None:
        folder.mkdir()
        self._folder = folder
        self._workers = workers
        self._port = servers.free_port()
        self._base_url = f"http://{servers.HOST}:{self._port}"
        self._environment = servers.settings(self._base_url, folder / "data")
        self.command = Command(self._environment)
        self._school = make_key_pair("Ketenlyceum")
        self._registered = register(self.command, self._base_url, self._school, folder)

    @contextmanager
    def open(self, store: str) -> Iterator[Running]:
        """The gateway with its short-lived state in `sqlite` or `redis`."""
        environment = dict(self._environment)
        with ExitStack() as stack:
            if store == "redis":
                address = stack.enter_context(servers.redis(self._folder / "redis.log"))
                environment["KETENPOORT_REDIS_URL"] = address
            log = self._folder / "gateway.log"
            pid = stack.enter_context(servers.gateway(environment, self._port, self._workers, log))
            keys = fetch_keys(self._base_url)
            yield Running(World(self._registered, keys, self._school), pid)
