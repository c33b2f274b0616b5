"""What a school lets a service know."""

import click

from gateway.cli.context import (
    as_json,
    known_attribute,
    open_database,
    read_brin,
    show_list,
    show_one,
    vocabulary,
)
from gateway.core.model import Affiliation, Grants
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
    """Whom the school lets in, and of each attribute whether the service asks it and why, and
    whether the school allows it."""
    database, key = open_database(), read_brin(brin)
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
    if as_json:
        show_one({**_admitted(grants), "attributes": rows}, as_json=True)
        return
    click.echo(f"lets in: {_whom(grants)}\n")
    show_list(rows, as_json=False)


@release.command()
@_school
@_service
@_attributes
def grant(brin: str, service_id: str, attributes: tuple[str, ...]) -> None:
    """Allow attributes. One is released when the service asks it too."""
    database, key = open_database(), read_brin(brin)
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
    database, key = open_database(), read_brin(brin)
    _check(database, key, service_id)
    for attribute in map(known_attribute, attributes):
        database.grants.revoke(key, service_id, attribute)
        click.echo(f"{key} no longer allows {attribute} to {service_id}")


@release.command()
@_school
@_service
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Affiliation]),
    help="Whom it is for, as the school says of its people.",
)
@click.option("--group", "groups", multiple=True, metavar="GROUP", help="A class group such as 2A.")
def allow(brin: str, service_id: str, roles: tuple[str, ...], groups: tuple[str, ...]) -> None:
    """Let only these roles in, and of the pupils only these class groups; without any, all.

    It takes the place of what was allowed before."""
    database, key = open_database(), read_brin(brin)
    _check(database, key, service_id)
    allowed = Grants(roles=frozenset(map(Affiliation, roles)), groups=frozenset(groups))
    database.grants.allow(key, service_id, allowed.roles, allowed.groups)
    click.echo(f"{key} lets in to {service_id}: {_whom(allowed)}")


@release.command()
@_school
@_service
def off(brin: str, service_id: str) -> None:
    """Switch a service off for the school: nothing is released and nobody gets in."""
    database, key = open_database(), read_brin(brin)
    _check(database, key, service_id)
    database.grants.switch_off(key, service_id)
    click.echo(f"{service_id} is off for {key}")


@release.command()
@_school
@_service
def on(brin: str, service_id: str) -> None:
    """Switch a service on again for the school."""
    database, key = open_database(), read_brin(brin)
    _check(database, key, service_id)
    database.grants.switch_on(key, service_id)
    click.echo(f"{service_id} is on for {key}")


def _admitted(grants: Grants) -> dict[str, object]:
    return {
        "switched_off": grants.switched_off,
        "roles": sorted(grants.roles),
        "groups": sorted(grants.groups),
    }


def _whom(grants: Grants) -> str:
    if grants.switched_off:
        return "nobody"
    roles = ", ".join(sorted(grants.roles)) or "all"
    groups = ", ".join(sorted(grants.groups))
    return f"{roles}; of the pupils those of {groups}" if groups else roles


def _purpose(name: str, purposes: dict[str, str], *, national: bool) -> str | None:
    if name == "eckId" and national:
        return "the national ECK iD, allowed by the operator"
    return purposes.get(name)


def _check(database: Repositories, brin: str, service_id: str) -> None:
    database.schools.find(brin)
    database.services.find(service_id)
