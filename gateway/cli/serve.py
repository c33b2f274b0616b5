"""The gateway under its production server."""

import os
import shutil
import tempfile

import click
from granian import Granian
from granian.constants import Interfaces

from gateway.install import prepare
from gateway.outgoing import THREADS
from gateway.settings import load_settings
from gateway.store.read_ahead import read_ahead

# Longer than a request takes, shorter than a container's stop: a worker that is still loading
# does not hear the signal.
_STOP_SECONDS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes; about one a core.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the gateway. Put a reverse proxy with TLS in front of it."""
    settings = load_settings()
    prepare(settings).dispose()
    read_ahead(settings.database_url)
    measures = tempfile.mkdtemp(prefix="ketenpoort-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = measures
    try:
        server = Granian(
            "wsgi:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            workers_kill_timeout=_STOP_SECONDS,
            respawn_failed_workers=True,
            log_access=False,
            backpressure=THREADS * 16,
        )
        click.echo(f"Ketenpoort serves {settings.base_url} on {host}:{port}", err=True)
        server.serve()
    finally:
        shutil.rmtree(measures, ignore_errors=True)
