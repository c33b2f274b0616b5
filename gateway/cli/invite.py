"""Invitations to the consoles: one-time addresses."""

import secrets
import time

import click

from gateway.cli.context import as_json, open_database, read_brin, show_list
from gateway.core.staff import INVITATION_SECONDS, Invitation, Role, invitation_digest
from gateway.errors import RegistrationRefused
from gateway.settings import load_settings
from gateway.store.repositories import Repositories

_name = click.option("--name", required=True, help="Who it is for, as the audit log names them.")
_again = click.option(
    "--staff", "staff_id", metavar="ID", help="Who is there already and lost all keys."
)


@click.group()
def invite() -> None:
    """Print an address that lets one person in, once, within a week."""


@invite.command()
@_name
@_again
def operator(name: str, staff_id: str | None) -> None:
    """Invite somebody who runs this gateway."""
    _print(Role.OPERATOR, name, None, staff_id)


@invite.command()
@click.option("--supplier", "supplier_id", required=True, metavar="ID")
@click.option(
    "--role",
    type=click.Choice([Role.OWNER.value, Role.DEVELOPER.value]),
    default=Role.OWNER.value,
    show_default=True,
    help="An owner also invites others.",
)
@_name
@_again
def supplier(supplier_id: str, role: str, name: str, staff_id: str | None) -> None:
    """Invite somebody of a supplier."""
    open_database().suppliers.find(supplier_id)
    _print(Role(role), name, supplier_id, staff_id)


@invite.command()
@click.option("--school", "brin", required=True, metavar="BRIN")
@_name
def school(brin: str, name: str) -> None:
    """Invite an administrator of a school, who then signs in at that school."""
    school = open_database().schools.find(read_brin(brin))
    _print(Role.ADMINISTRATOR, name, school.brin, None)


@invite.command("list")
@click.option("--supplier", "supplier_id", metavar="ID", help="Else the operator's own staff.")
@as_json
def list_staff(*, supplier_id: str | None, as_json: bool) -> None:
    """Who has accepted: the staff and their ids."""
    found = open_database().staff.of(supplier_id)
    rows = [{"id": one.id, "role": one.role.value, "name": one.name} for one in found]
    show_list(rows, as_json=as_json)


@invite.command()
@click.argument("staff_id")
def withdraw(staff_id: str) -> None:
    """Shut somebody out, with all keys, at once."""
    database = open_database()
    found = database.staff.find(staff_id)
    if found is None:
        raise RegistrationRefused(f"there is no {staff_id}; `invite list` shows who is")
    with database.acts.recording("command", "staff left", staff_id, found.name, None):
        database.staff.leave(staff_id, int(time.time()))
    click.echo(f"{found.name} is shut out")


def _print(role: Role, name: str, party: str | None, staff_id: str | None) -> None:
    database, token = open_database(), secrets.token_urlsafe(32)
    if staff_id:
        _check_staff(database, staff_id, party)
    invitation = Invitation(role, name, party, int(time.time()) + INVITATION_SECONDS, staff_id)
    with database.acts.recording("command", "invited", party or role, None, [role, name]):
        database.staff.invite(invitation_digest(token), invitation)
    click.echo(f"{load_settings().base_url}/invitation/{token}")


def _check_staff(database: Repositories, staff_id: str, party: str | None) -> None:
    found = database.staff.find(staff_id)
    if found is None or found.supplier_id != party:
        raise RegistrationRefused(f"there is no {staff_id} here; `invite list` shows who is")
