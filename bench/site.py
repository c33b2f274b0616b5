"""A gateway's data directory with the parties registered in it, and the gateway running on it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from bench import servers
from bench.federation import Registered
from bench.journeys import World
from bench.keys import KeyPair, make_key_pair
from bench.registration import Command, fetch_keys, register


@dataclass(frozen=True, slots=True)
class Running:
    world: World
    pid: int


@dataclass(frozen=True, slots=True)
class Site:
    """Registered once; can be opened on one store after another."""

    folder: Path
    workers: int
    port: int
    school: KeyPair
    registered: Registered

    @classmethod
    def register(cls, folder: Path, workers: int) -> Self:
        folder.mkdir()
        port = servers.free_port()
        base_url = _base_url(port)
        school = make_key_pair("Ketenlyceum")
        command = Command(servers.settings(base_url, folder / "data"))
        registered = register(command, base_url, school, folder)
        return cls(folder, workers, port, school, registered)

    def copy(self, folder: Path) -> Self:
        """Another gateway with the same registered in it; while this one does not run."""
        folder.mkdir()
        shutil.copytree(self.folder / "data", folder / "data")
        port = servers.free_port()
        registered = replace(self.registered, base_url=_base_url(port))
        return replace(self, folder=folder, port=port, registered=registered)

    @property
    def command(self) -> Command:
        return Command(self._environment())

    @property
    def database(self) -> Path:
        """Where the gateway keeps links and materials, whatever its short-lived store is."""
        return self.folder / "data" / "ketenpoort.db"

    @contextmanager
    def open(self, store: str) -> Iterator[Running]:
        """The gateway with its short-lived state in `sqlite` or `redis`."""
        environment = self._environment()
        with ExitStack() as stack:
            if store == "redis":
                address = stack.enter_context(servers.redis(self.folder / "redis.log"))
                environment["KETENPOORT_REDIS_URL"] = address
            log = self.folder / "gateway.log"
            pid = stack.enter_context(servers.gateway(environment, self.port, self.workers, log))
            keys = fetch_keys(self.registered.base_url)
            yield Running(World(self.registered, keys, self.school), pid)

    def _environment(self) -> dict[str, str]:
        return servers.settings(self.registered.base_url, self.folder / "data")


def _base_url(port: int) -> str:
    return f"http://{servers.HOST}:{port}"
