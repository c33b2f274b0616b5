"""`ketenpoort service check` and `setup`: for the operator and for build servers."""

import secrets
import sys
import time

import click

from gateway.app import make_parts
from gateway.cli.context import as_json, open_database, open_engine, show_list
from gateway.core.findings import Outcome, Report
from gateway.settings import load_settings
from gateway.setups import SOFTWARE
from gateway.setups import setup as ready_made
from gateway.store.repositories import open_repositories
from providers import SUPPLIER_PROTOCOLS
from providers.checking import IntegrationCheck, Published
from providers.registrar import ServiceRegistrar


@click.command()
@click.argument("service_id")
@click.option("--target", metavar="ADDRESS", help="A page of it that asks a login.")
@as_json
def check(*, service_id: str, target: str | None, as_json: bool) -> None:
    """Try the real thing with invented people, and keep a report. The gateway must run.

    Ends with status 1 when something is wrong.
    """
    settings = load_settings()
    engine = open_engine(settings)
    books, parts = open_repositories(engine), make_parts(settings, engine)
    service = books.services.find(service_id)
    supplier = books.suppliers.find(service.supplier_id)
    protocols = {name: make(parts) for name, make in SUPPLIER_PROTOCOLS.items()}
    published = Published(parts, ServiceRegistrar(parts), books.feeds)
    found = IntegrationCheck(parts, protocols, published).run(
        service, supplier, target or next(iter(service.targets), "")
    )
    report = Report(secrets.token_urlsafe(16), service.id, int(time.time()), tuple(found))
    books.reports.add(report)
    rows = [
        {
            "check": each.check,
            "outcome": each.outcome.value,
            "got": each.got,
            "expected": each.expected,
            "cure": each.cure,
        }
        for each in report.findings
    ]
    show_list(rows, as_json=as_json)
    click.echo(f"{settings.base_url}/reports/{report.id}", err=True)
    if report.outcome is Outcome.FAIL:
        sys.exit(1)


@click.command()
@click.argument("service_id")
@click.argument("software", required=False)
def setup(service_id: str, software: str | None) -> None:
    """Print ready-made configuration for SOFTWARE; without it, for which software there is one."""
    settings = load_settings()
    service = open_database(settings).services.find(service_id)
    known = SOFTWARE[service.protocol]
    if software is None or software not in known:
        click.echo("\n".join(known))
    else:
        click.echo(ready_made(service, software, settings.base_url), nl=False)
