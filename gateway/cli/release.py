"""What a school lets a service know."""

import click

from gateway.cli.context import as_json, known_attribute, open_database, show_list, vocabulary
from gateway.core.model import Grants, parse_brin
from gateway.errors import RegistrationRefused
from gateway.store.repositories import Repositories

_school = click.option("--school", "brin", required=True, metavar="BRIN")
_service = click.option("--service", "service_id", required=True, metavar="ID")
_attributes = click.option(
    "--attribute", "attributes", required=True, multiple=True, metavar="NAME"
)


@click.group()
def release() -> None:
    """What a school lets a service know of its people."""


@release.command()
@_school
@_service
@as_json
def show(*, brin: str, service_id: str, as_json: bool) -> None:
    """Each attribute: whether the service asks it and why, whether the school allows it."""
    database, key = open_database(), _brin(brin)
    _check(database, key, service_id)
    service = database.services.find(service_id)
    national = database.suppliers.find(service.supplier_id).national_eckid
    grants = database.grants.of_school(key).get(service_id, Grants())
    purposes = {ask.attribute: ask.purpose for ask in service.asks}
    rows = [
        {
            "attribute": name,
            "asked": word.always or name in purposes,
            "purpose": _purpose(name, purposes, national=national),
            "granted": word.always or name in grants.attributes,
            "released": (word.always or (name in purposes and name in grants.attributes))
            and not grants.switched_off,
        }
        for name, word in vocabulary().items()
        if word.always or name in purposes or name in grants.attributes
    ]
    show_list(rows, as_json=as_json)


@release.command()
@_school
@_service
@_attributes
def grant(brin: str, service_id: str, attributes: tuple[str, ...]) -> None:
    """Allow attributes. One is released when the service asks it too."""
    database, key = open_database(), _brin(brin)
    _check(database, key, service_id)
    for attribute in map(known_attribute, attributes):
        database.grants.grant(key, service_id, attribute)
        click.echo(f"{key} allows {attribute} to {service_id}")


@release.command()
@_school
@_service
@_attributes
def revoke(brin: str, service_id: str, attributes: tuple[str, ...]) -> None:
    """Take attributes back."""
    database, key = open_database(), _brin(brin)
    _check(database, key, service_id)
    for attribute in map(known_attribute, attributes):
        database.grants.revoke(key, service_id, attribute)
        click.echo(f"{key} no longer allows {attribute} to {service_id}")


@release.command()
@_school
@_service
def off(brin: str, service_id: str) -> None:
    """Switch a service off for the school: nothing is released and nobody gets in."""
    database, key = open_database(), _brin(brin)
    _check(database, key, service_id)
    database.grants.switch_off(key, service_id)
    click.echo(f"{service_id} is off for {key}")


@release.command()
@_school
@_service
def on(brin: str, service_id: str) -> None:
    """Switch a service on again for the school."""
    database, key = open_database(), _brin(brin)
    _check(database, key, service_id)
    database.grants.switch_on(key, service_id)
    click.echo(f"{service_id} is on for {key}")


def _purpose(name: str, purposes: dict[str, str], *, national: bool) -> str | None:
    if name == "eckId" and national:
        return "the national ECK iD, allowed by the operator"
    return purposes.get(name)


def _check(database: Repositories, brin: str, service_id: str) -> None:
    database.schools.find(brin)
    database.services.find(service_id)


def _brin(text: str) -> str:
    try:
        return parse_brin(text)
    except ValueError as error:
        raise RegistrationRefused(str(error)) from error
