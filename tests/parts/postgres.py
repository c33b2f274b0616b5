"""Debian's PostgreSQL, with a cluster of its own."""

import contextlib
import itertools
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.parts.process import free_port, give_to, run_directory, run_program, system_user

USER = "postgres"
# What a machine's failure would lose is thrown away after the tests anyhow.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class Postgres:
    """A running cluster."""

    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_database(self) -> str:
        """Make an empty database; return its URL for SQLAlchemy."""
        name = f"ketenpoort_{next(self._numbers)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(
                psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
            )
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self._address("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"


@contextlib.contextmanager
def run_postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL without passwords on 127.0.0.1; it refuses to run as root."""
    user = system_user(USER)
    programs = max(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    with run_directory("postgres") as directory:
        give_to(user, directory)
        cluster = directory / "cluster"
        _initialise(programs / "initdb", cluster, user)
        postgres = Postgres(free_port())
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(postgres.port),
            "unix_socket_directories": "",
            **FAST,
        }
        command = [
            programs / "postgres",
            "-D",
            cluster,
            *(f"--{k}={v}" for k, v in settings.items()),
        ]
        # SIGINT is its fast shutdown: SIGTERM would wait for clients.
        with run_program(
            "postgres",
            command,
            log=directory / "log",
            ready=postgres.is_ready,
            user=user,
            stop=signal.SIGINT,
        ):
            yield postgres


def _initialise(initdb: Path, cluster: Path, user: str | None) -> None:
    subprocess.run(
        [initdb, "-D", cluster, "-U", USER, "--auth=trust", "--locale=C.UTF-8", "--no-sync"],
        check=True,
        capture_output=True,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd=cluster.parent,
    )
