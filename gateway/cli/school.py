"""Schools, and the identity providers (connections) that sign for them."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import click

from gateway.cli.api_token import token_commands
from gateway.cli.context import (
    as_json,
    known_attribute,
    open_database,
    read_file,
    show_list,
    show_one,
)
from gateway.cli.metadata import one_party, source_options
from gateway.core.api_tokens import Owner
from gateway.core.feeds import Feed
from gateway.core.links import lies_inside
from gateway.core.model import Brin, Connection, JsonValue, School, parse_brin
from gateway.errors import RegistrationRefused
from gateway.feeds.parties import Stamp, new_connection
from gateway.ids import new_id
from gateway.settings import Settings, load_settings
from gateway.store.repositories import Repositories
from gateway.trust.keyfiles import read_state_key
from gateway.trust.metadata.endpoints import address_fault
from gateway.trust.sealing import SecretSealer


@click.group()
def school() -> None:
    """Schools and how they sign in."""


@school.command()
@click.option("--brin", required=True, help="BRIN of 4 or 6 characters, such as 01AB or 01AB02.")
@click.option("--name", required=True)
@click.option("--town", required=True)
@click.option("--digi-delivery-id", help="The school's key in the content chain.")
@click.option("--metadata", "source", help="SAML: file or address of its metadata.")
@source_options
@click.option(
    "--oidc", is_flag=True, help="OpenID: needs --issuer, --client-id and --client-secret-file."
)
@click.option("--issuer")
@click.option("--client-id")
@click.option("--client-secret-file", type=click.Path(path_type=Path))
@click.option("--tenant", help="Entra ID: the one tenant of this school.")
@click.option("--hosted-domain", help="Google: the one domain of this school.")
@click.option("--connection", "connection_id", help="Put the school on a connection that is there.")
@click.option(
    "--signed",
    type=click.Choice(["assertion", "response"]),
    default="assertion",
    show_default=True,
    help="SAML: what the school must sign.",
)
@click.option(
    "--brin-scoping", is_flag=True, help="Tell the identity provider which school was chosen."
)
@click.option(
    "--allow-unsolicited",
    is_flag=True,
    help="SAML: it may send people unasked (IdP-initiated), to deep links of ours alone.",
)
@click.option("--subject-attribute", help="The attribute with the person's unchanging id.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="NAME=ATTRIBUTE",
    help="The school's NAME is our ATTRIBUTE.",
)
@click.option(
    "--announce-return",
    "returns",
    multiple=True,
    metavar="ADDRESS",
    help="Where /school/announce may lead back to.",
)
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
    added = School(_brin(brin), name, town, connection_id or "", digi_delivery_id)
    if connection_id:
        database.connections.find(connection_id)
    else:
        connection, feed = _connection(settings, database, options)
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
                _brin(row["brin"]),
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
    for left_out, reason in refused:
        click.echo(f"{left_out.brin}: {reason.detail}", err=True)
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
    found = database.schools.find(_brin(brin))
    connection = database.connections.find(found.connection_id)
    own = [name for name in connection.config if name != "client_secret"]
    record = {**_record(found, connection), "announce_returns": connection.announce_returns}
    show_one({**record, "configured": sorted(own)}, as_json=as_json)


@school.command()
@click.argument("brin")
def remove(brin: str) -> None:
    """Remove a school, what it granted, and its connection if it was the last one there."""
    open_database().schools.remove(_brin(brin))
    click.echo(f"removed {_brin(brin)}")


def _known(database: Repositories, brin: str) -> str:
    return database.schools.find(_brin(brin)).brin


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


def _connection(
    settings: Settings, database: Repositories, options: dict[str, object]
) -> tuple[Connection, Feed | None]:
    if bool(options["source"]) == bool(options["oidc"]):
        raise RegistrationRefused("give --metadata for SAML, --oidc for OpenID, or --connection")
    returns = options["returns"]
    assert isinstance(returns, tuple)
    if unclear := [address for address in returns if not lies_inside(address, address)]:
        raise RegistrationRefused(f"--announce-return {unclear[0]} is not a plain address")
    connection, feed = (
        (_oidc(settings, options), None) if options["oidc"] else _saml(settings, database, options)
    )
    own: dict[str, JsonValue] = {
        "brin_scoping": bool(options["brin_scoping"]),
        "subject_attribute": str(options["subject_attribute"] or ""),
        "attribute_map": _map(options["maps"]),
    }
    config = {**connection.config, **{name: value for name, value in own.items() if value}}
    return replace(connection, config=config, announce_returns=returns), feed


def _saml(
    settings: Settings, database: Repositories, options: dict[str, object]
) -> tuple[Connection, Feed | None]:
    entity, feed = one_party(settings, database, options)
    role = entity.identity_provider
    if role is None:
        raise RegistrationRefused("the metadata describes no identity provider")
    connection = new_connection(entity, role, new_id("idp"), Stamp(feed))
    own: dict[str, JsonValue] = {"signed": str(options["signed"])}
    if options["allow_unsolicited"]:
        own["unasked"] = True
    return replace(connection, config={**connection.config, **own}), feed


def _oidc(settings: Settings, options: dict[str, object]) -> Connection:
    needed = ("issuer", "client_id", "client_secret_file")
    if missing := [name for name in needed if not options[name]]:
        flags = ", ".join("--" + name.replace("_", "-") for name in missing)
        raise RegistrationRefused(f"an OpenID school needs {flags}")
    fault = address_fault(str(options["issuer"]), allow_loopback=settings.allow_loopback)
    if fault:
        raise RegistrationRefused(f"--issuer {fault}")
    secret = _text(read_file(Path(str(options["client_secret_file"])))).strip()
    if not secret:
        raise RegistrationRefused("the client secret file is empty")
    sealer = SecretSealer(read_state_key(settings.state_key_file))
    config = {
        "client_id": str(options["client_id"]),
        "client_secret": sealer.seal(secret),
        "tenant": options["tenant"],
        "hosted_domain": options["hosted_domain"],
    }
    given = {name: value for name, value in config.items() if value}
    return Connection(new_id("idp"), "oidc", str(options["issuer"]), given)  # type: ignore[arg-type]


def _map(pairs: object) -> dict[str, str]:
    assert isinstance(pairs, tuple)
    mapped: dict[str, str] = {}
    for pair in pairs:
        asserted, separator, name = pair.rpartition("=")
        if not separator or not asserted:
            raise RegistrationRefused(f"--map {pair}: write NAME=ATTRIBUTE")
        mapped[asserted] = known_attribute(name)
    return mapped


def _brin(text: str) -> Brin:
    try:
        return parse_brin(text)
    except ValueError as error:
        raise RegistrationRefused(str(error)) from error


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
