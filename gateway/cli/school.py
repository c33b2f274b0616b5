"""Schools, and the identity providers (connections) that sign for them."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from gateway.cli.api_token import token_commands
from gateway.cli.connection import (
    all_options,
    changed,
    describe_new,
    lasting_options,
    refuse_all,
)
from gateway.cli.context import (
    as_json,
    open_database,
    read_brin,
    read_file,
    show_list,
    show_one,
)
from gateway.core.api_tokens import Owner
from gateway.core.model import Connection, School
from gateway.errors import RegistrationRefused
from gateway.feeds.exclusion import left_out
from gateway.settings import load_settings
from gateway.store.repositories import Repositories


@click.group()
def school() -> None:
    """Schools and how they sign in."""


@school.command()
@click.option("--brin", required=True, help="BRIN of 4 or 6 characters, such as 01AB or 01AB02.")
@click.option("--name", required=True)
@click.option("--town", required=True)
@click.option("--digi-delivery-id", help="The school's key in the content chain.")
@click.option("--connection", "connection_id", help="Put the school on a connection that is there.")
@all_options
@as_json
def add(
    *,
    brin: str,
    name: str,
    town: str,
    digi_delivery_id: str | None,
    connection_id: str | None,
    as_json: bool,
    **options: object,
) -> None:
    """Add a school, with a connection of its own or on one that is there."""
    settings = load_settings()
    database = open_database(settings)
    added = School(read_brin(brin), name, town, connection_id or "", digi_delivery_id)
    if connection_id:
        database.connections.find(connection_id)
        refuse_all(options)
    else:
        connection, feed = describe_new(settings, database, options)
        database.connections.add(connection)
        if feed is not None:
            database.feeds.save(feed)
        added = replace(added, connection_id=connection.id)
    _add(database, added, fresh=not connection_id)
    show_one({"brin": added.brin, "connection": added.connection_id}, as_json=as_json)


@school.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """Add many schools from a CSV FILE with columns brin, name, town, connection and, if known,
    digi_delivery_id. The connections are there already (`metadata import`)."""
    database = open_database()
    rows = csv.DictReader(io.StringIO(_text(read_file(file))))
    try:
        schools = [
            School(
                read_brin(row["brin"]),
                row["name"],
                row["town"],
                row["connection"],
                row.get("digi_delivery_id") or None,
            )
            for row in rows
        ]
    except KeyError as error:
        raise RegistrationRefused(f"the file has no column {error}") from error
    if short := [school.brin for school in schools if not (school.town and school.connection_id)]:
        raise RegistrationRefused(f"the row of {short[0]} has no town or connection")
    refused = database.schools.add_all(schools)
    for each, reason in refused:
        click.echo(f"{each.brin}: {reason.detail}", err=True)
    click.echo(f"{len(schools) - len(refused)} schools added, {len(refused)} left out")


@school.command("list")
@as_json
def list_all(*, as_json: bool) -> None:
    """All schools."""
    database = open_database()
    connections = {each.id: each for each in database.connections.all()}
    rows = [_record(each, connections[each.connection_id]) for each in database.schools.all()]
    show_list(rows, as_json=as_json)


@school.command()
@click.argument("brin")
@as_json
def show(*, brin: str, as_json: bool) -> None:
    """One school and its connection."""
    database = open_database()
    found = database.schools.find(read_brin(brin))
    connection = database.connections.find(found.connection_id)
    own = [name for name in connection.config if name != "client_secret"]
    record = {**_record(found, connection), "announce_returns": connection.announce_returns}
    show_one({**record, "configured": sorted(own)}, as_json=as_json)


@school.command("set")
@click.argument("brin")
@click.option("--name")
@click.option("--town")
@click.option("--digi-delivery-id", help="The school's key in the content chain.")
@lasting_options
def set_(*, brin: str, **options: object) -> None:
    """Change what is said of a school or its connection; the rest stays as it is.

    An option that may be given more than once takes the place of all that was given before, and
    an empty text takes it away. What counts for the connection counts for all its schools. With
    another --subject-attribute each person is somebody else to every supplier, unless the school
    asserts the national ECK iD.
    """
    settings = load_settings()
    database = open_database(settings)
    found = database.schools.find(read_brin(brin))
    connection = database.connections.find(found.connection_id)
    renewed, renamed = changed(settings, connection, options), _renamed(found, options)
    if renewed != connection:
        database.connections.replace(renewed)
        of_it = [s.brin for s in database.schools.all() if s.connection_id == connection.id]
        click.echo(f"changed its connection, which is that of {', '.join(of_it)}")
    if renamed != found:
        database.schools.replace(renamed)
        click.echo(f"changed {found.brin}")


def _renamed(found: School, options: Mapping[str, object]) -> School:
    """Raises RegistrationRefused."""
    name, town, delivery = (options[each] for each in ("name", "town", "digi_delivery_id"))
    if "" in (name, town):
        raise RegistrationRefused("a school has a --name and a --town")
    return replace(
        found,
        name=found.name if name is None else str(name),
        town=found.town if town is None else str(town),
        digi_delivery_id=found.digi_delivery_id if delivery is None else str(delivery) or None,
    )


@school.command()
@click.argument("brin")
def remove(brin: str) -> None:
    """Remove a school, what it granted, and its connection if it was the last one there. One that
    a federation's list brought is left out of that list from now on; `metadata readmit` takes that
    back."""
    database = open_database()
    removed = database.schools.find(read_brin(brin))
    connection = database.connections.find(removed.connection_id)
    database.schools.remove(removed.brin)
    still = any(each.connection_id == connection.id for each in database.schools.all())
    click.echo(f"removed {removed.brin}{'' if still else left_out(database, connection)}")


def _known(database: Repositories, brin: str) -> str:
    return database.schools.find(read_brin(brin)).brin


school.add_command(token_commands(Owner.SCHOOL, "BRIN", _known))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegistrationRefused("the file is not in UTF-8") from error


def _add(database: Repositories, added: School, *, fresh: bool) -> None:
    try:
        database.schools.add(added)
    except RegistrationRefused:
        if fresh:
            database.connections.remove(added.connection_id)
        raise


def _record(each: School, connection: Connection) -> dict[str, object]:
    return {
        "brin": each.brin,
        "name": each.name,
        "town": each.town,
        "digi_delivery_id": each.digi_delivery_id,
        "connection": connection.id,
        "protocol": connection.protocol,
        "identifier": connection.identifier,
    }
