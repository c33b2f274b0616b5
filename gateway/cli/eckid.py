"""ECK iD by hand: what a supplier would see, and the national first-level hash."""

import base64
import binascii
import sys
from pathlib import Path

import click

from gateway.cli.context import open_database, read_file
from gateway.core.model import parse_brin
from gateway.core.pseudonyms import (
    Pseudonyms,
    is_national,
    root_of_national,
    root_of_school,
    scrypt_hash,
)
from gateway.errors import RegistrationRefused
from gateway.install import remember_pseudonym_keys
from gateway.settings import load_settings


@click.group()
def eckid() -> None:
    """ECK iD, the pseudonyms of the chain. Persons are read from standard input, so that none
    stands in a process list or a shell's history."""


@eckid.command()
@click.option("--supplier", "supplier_id", required=True, metavar="ID")
@click.option("--brin", help="The school, for a person known by the school's own id.")
def derive(supplier_id: str, brin: str | None) -> None:
    """The pseudonym of a person at a supplier.

    Reads from standard input the national ECK iD, or with --brin the school's unchanging id.
    """
    settings = load_settings()
    database = open_database(settings)
    supplier = database.suppliers.find(supplier_id)
    pseudonyms = Pseudonyms(remember_pseudonym_keys(settings, database.pseudonym_keys))
    person = sys.stdin.readline().strip()
    click.echo(pseudonyms.of_root(supplier, _root(brin, person)))


@eckid.command("hash")
@click.option(
    "--salt-file",
    required=True,
    type=click.Path(path_type=Path),
    help="The environment's salt, in base64, from Nummervoorziening.",
)
def hash_(salt_file: Path) -> None:
    """The national first-level hash (hPGN) of each personal number on standard input.

    About 1.5 seconds and 128 MiB each, by design of the algorithm.
    """
    try:
        salt = base64.b64decode(read_file(salt_file).strip(), validate=True)
        for line in sys.stdin:
            click.echo(scrypt_hash(line.rstrip("\r\n"), salt))
    except (binascii.Error, ValueError) as error:
        raise RegistrationRefused(str(error)) from error


def _root(brin: str | None, person: str) -> bytes:
    if not person:
        raise RegistrationRefused("nobody on standard input")
    if brin is None:
        if not is_national(person):
            raise RegistrationRefused("not a national ECK iD; give --brin for a school's own id")
        return root_of_national(person)
    try:
        return root_of_school(parse_brin(brin), person)
    except ValueError as error:
        raise RegistrationRefused(str(error)) from error
