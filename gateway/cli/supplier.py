"""Suppliers: organisations that own services. A supplier's id is its pseudonym domain."""

import click

from gateway.cli.api_token import token_commands
from gateway.cli.context import as_json, open_database, show_list, show_one
from gateway.cli.lti import lti_token
from gateway.core.api_tokens import Owner
from gateway.core.model import Supplier
from gateway.ids import new_id
from gateway.settings import load_settings
from gateway.store.repositories import Repositories
from gateway.trust.keyfiles import read_pseudonym_keys


@click.group()
def supplier() -> None:
    """Suppliers, each with pseudonyms of its own."""


@supplier.command()
@click.option("--name", required=True, help="The organisation's name.")
@click.option(
    "--national-eckid",
    is_flag=True,
    help="Give it the national ECK iD as schools assert it: no longer a pseudonym of its own.",
)
@as_json
def add(*, name: str, national_eckid: bool, as_json: bool) -> None:
    """Add a supplier and print its id. It starts under the newest pseudonym key."""
    settings = load_settings()
    database = open_database(settings)
    version = max(read_pseudonym_keys(settings.pseudonym_key_file))
    added = Supplier(new_id("sup"), name, version, national_eckid)
    database.suppliers.add(added)
    if as_json:
        show_one(_record(added), as_json=True)
    else:
        click.echo(added.id)


@supplier.command("list")
@as_json
def list_all(*, as_json: bool) -> None:
    """All suppliers."""
    show_list([_record(each) for each in open_database().suppliers.all()], as_json=as_json)


@supplier.command()
@click.argument("supplier_id")
@as_json
def show(*, supplier_id: str, as_json: bool) -> None:
    """One supplier and its services."""
    database = open_database()
    found = database.suppliers.find(supplier_id)
    owned = [each.id for each in database.services.all() if each.supplier_id == supplier_id]
    show_one({**_record(found), "services": owned}, as_json=as_json)


@supplier.command()
@click.argument("supplier_id")
def remove(supplier_id: str) -> None:
    """Remove a supplier that has no services left."""
    open_database().suppliers.remove(supplier_id)
    click.echo(f"removed {supplier_id}")


def _known(database: Repositories, supplier_id: str) -> str:
    return database.suppliers.find(supplier_id).id


supplier.add_command(lti_token)
supplier.add_command(token_commands(Owner.SUPPLIER, "SUPPLIER_ID", _known))


def _record(each: Supplier) -> dict[str, object]:
    return {
        "id": each.id,
        "name": each.name,
        "key_version": each.key_version,
        "national_eckid": each.national_eckid,
    }
