"""Which class groups of a school may use a material."""

import click

from gateway.cli.context import as_json, open_database, read_brin, show_list

_school = click.option("--school", "brin", required=True, metavar="BRIN")
_material = click.option("--material", "material_id", required=True, metavar="ID")


@click.group()
def licence() -> None:
    """Which class groups of a school may use a material.

    A material of which a school has no licence here is for all of the school who may use its
    service; one that it has for class groups is for those, and for its teachers.
    """


@licence.command()
@_school
@_material
@click.option("--group", required=True, metavar="GROUP", help="A class group such as 2A.")
def add(brin: str, material_id: str, group: str) -> None:
    """Give a class group a material."""
    open_database().licences.add(read_brin(brin), material_id, group)
    click.echo(f"{group} of {read_brin(brin)} has {material_id}")


@licence.command("list")
@_school
@as_json
def list_all(*, brin: str, as_json: bool) -> None:
    """All licences of a school."""
    found = open_database().licences.of_school(read_brin(brin))
    rows = [{"material": key, "groups": sorted(found[key])} for key in sorted(found)]
    show_list(rows, as_json=as_json)


@licence.command()
@_school
@_material
@click.option("--group", metavar="GROUP", help="This one; else all that have it.")
def remove(brin: str, material_id: str, group: str | None) -> None:
    """Take a material back; from all groups, it is for the whole school again."""
    open_database().licences.remove(read_brin(brin), material_id, group)
    click.echo(f"taken back from {group or 'all groups'} of {read_brin(brin)}: {material_id}")
