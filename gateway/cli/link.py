"""Deep links: a code that leads to an exact place at a service."""

import secrets
import time

import click

from gateway.cli.context import as_json, open_database, show_list, show_one
from gateway.core.links import is_target
from gateway.core.model import Link
from gateway.errors import RegistrationRefused
from gateway.settings import load_settings

# Letters that are not read for another; 12 of them are 58 bits: not to be guessed.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 12


@click.group()
def link() -> None:
    """Deep links into services."""


@link.command()
@click.option("--service", "service_id", required=True, metavar="ID")
@click.option("--target", required=True, metavar="ADDRESS", help="The exact page or exercise.")
@as_json
def add(*, service_id: str, target: str, as_json: bool) -> None:
    """Make a link and print its address."""
    settings = load_settings()
    database = open_database(settings)
    service = database.services.find(service_id)
    if not is_target(service, target):
        inside = ", ".join(service.targets) or "nowhere"
        raise RegistrationRefused(f"{target} lies outside the service's addresses ({inside})")
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    database.links.add(Link(code, service_id, target, int(time.time())))
    url = f"{settings.base_url}/d/{code}"
    if as_json:
        show_one({"code": code, "url": url}, as_json=True)
    else:
        click.echo(url)


@link.command("list")
@as_json
def list_all(*, as_json: bool) -> None:
    """All links."""
    rows = [
        {"code": each.code, "service": each.service_id, "target": each.target}
        for each in open_database().links.all()
    ]
    show_list(rows, as_json=as_json)


@link.command()
@click.argument("code")
def remove(code: str) -> None:
    """Remove a link: who follows it is told so."""
    open_database().links.remove(code)
    click.echo(f"removed {code}")
