"""Learning materials: what services publish, and the places that links lead to."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from gateway.catalogue.reading import refuse_problems
from gateway.catalogue.report_form import report_form
from gateway.cli.context import as_json, open_database, show_list, show_one
from gateway.cli.material_files import FORMATS, read_materials
from gateway.core.materials import Fragment, Material, Publication, PublishReport
from gateway.core.ports import Catalogue

_GONE_SHOWN = 50


@click.group()
def material() -> None:
    """Learning materials of services."""


@material.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--service", "service_id", required=True, metavar="ID")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Seen from the content if not given."
)
@click.option(
    "--whole/--add",
    default=False,
    help="Whole: what the file does not have is gone. Add (default): other materials stay.",
)
@as_json
def import_(*, file: Path, service_id: str, form: str | None, whole: bool, as_json: bool) -> None:
    """Publish the materials of a FILE: our JSON or CSV, NL-LOM, a course structure.

    All of it or nothing. A place keeps its links as long as its key is there.
    """
    database = open_database()
    service = database.services.find(service_id)
    reading = read_materials(file, form)
    refuse_problems(service, reading)
    publications = _progressing(reading.publications)
    report = database.catalogue.publish(service.id, publications, whole=whole)
    if as_json:
        passed = {"passed_over": list(reading.passed_over)}
        show_one({**report_form(report).model_dump(), **passed}, as_json=True)
    else:
        for line in (*_lines(report), *(f"passed over: {each}" for each in reading.passed_over)):
            click.echo(line)


@material.command("list")
@click.option("--service", "service_id", required=True, metavar="ID")
@as_json
def list_all(*, service_id: str, as_json: bool) -> None:
    """The materials of a service."""
    database = open_database()
    service = database.services.find(service_id)
    found = database.catalogue.materials_of([service.id])
    rows = [{"id": each.id, "key": each.key, "title": each.title} for each in found]
    show_list(rows, as_json=as_json)


@material.command()
@click.argument("material_id")
@as_json
def show(*, material_id: str, as_json: bool) -> None:
    """One material with its tree: the id, kind, title and address of each place."""
    catalogue = open_database().catalogue
    found = catalogue.material(material_id)
    root = catalogue.fragment(found.root_id)[1]
    record = {**_record(found), "root": root.id, "access_link": root.locator}
    if as_json:
        show_one({**record, "parts": _tree(catalogue, found.root_id)}, as_json=True)
        return
    show_one(record, as_json=False)
    for depth, each in _walk(catalogue, found.root_id, 0):
        address = f"  {each.locator}" if each.locator else ""
        click.echo(f"{'  ' * depth}{each.id}  {each.kind}  {each.title}{address}")


def _progressing(publications: Sequence[Publication]) -> Iterator[Publication]:
    """With a bar on the terminal while they are taken over."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(publications, label="publishing", hidden=hidden, file=sys.stderr) as bar:
        yield from bar


def _lines(report: PublishReport) -> Iterator[str]:
    yield (
        f"{report.materials} materials: {report.added} places added, {report.changed} changed,"
        f" {report.kept} kept, {len(report.disappeared)} gone"
    )
    for each in report.moved:
        yield f"moved: {each.links} links to {each.fragment.title} go on to {each.to.id}"
    affected = sorted(report.disappeared, key=lambda gone: -gone.links)
    for gone in affected[:_GONE_SHOWN]:
        links = f", {gone.links} links lead to it" if gone.links else ""
        yield f"gone: {gone.fragment.kind} {gone.fragment.title} ({gone.fragment.id}){links}"
    if len(affected) > _GONE_SHOWN:
        yield f"and {len(affected) - _GONE_SHOWN} more"


def _record(found: Material) -> dict[str, object]:
    return {
        "id": found.id,
        "service": found.service_id,
        "key": found.key,
        "title": found.title,
        "isbn": found.isbn,
        "product": found.product,
        "subjects": list(found.subjects),
        "levels": list(found.levels),
        "years": list(found.years),
        "languages": list(found.languages),
    }


def _walk(catalogue: Catalogue, fragment_id: str, depth: int) -> Iterator[tuple[int, Fragment]]:
    for each in catalogue.parts_of(fragment_id):
        yield depth, each
        yield from _walk(catalogue, each.id, depth + 1)


def _tree(catalogue: Catalogue, fragment_id: str) -> list[dict[str, object]]:
    return [
        {
            "id": each.id,
            "key": each.key,
            "kind": each.kind,
            "title": each.title,
            "locator": each.locator,
            "parts": _tree(catalogue, each.id),
        }
        for each in catalogue.parts_of(fragment_id)
    ]
