"""What the commands work with: settings, the database, ids, and how lists are shown."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from sqlalchemy import Engine

import config
from gateway.core.attributes import Vocabulary, load_vocabulary
from gateway.core.model import Brin, parse_brin
from gateway.errors import RegistrationRefused
from gateway.install import prepare
from gateway.settings import Settings, load_settings
from gateway.store.repositories import Repositories, open_repositories

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def open_engine(settings: Settings) -> Engine:
    """All made and brought up to date where needed; the database closes when the command ends."""
    engine = prepare(settings)
    click.get_current_context().call_on_close(engine.dispose)
    return engine


def open_database(settings: Settings | None = None) -> Repositories:
    return open_repositories(open_engine(settings or load_settings()))


def vocabulary() -> Vocabulary:
    return load_vocabulary(config.DIRECTORY / "attributes.toml")


def known_attribute(name: str) -> str:
    """Raises RegistrationRefused for a name outside the vocabulary."""
    words = vocabulary()
    if name not in words:
        raise RegistrationRefused(f"no attribute {name!r}; there are: {', '.join(words)}")
    return name


def read_brin(text: str) -> Brin:
    """Raises RegistrationRefused."""
    try:
        return parse_brin(text)
    except ValueError as error:
        raise RegistrationRefused(str(error)) from error


def read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RegistrationRefused(f"can not read {path}: {error.strerror}") from error


def show_list(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """A table for people, or JSON."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not rows:
        click.echo("none")
        return
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    for line in cells:
        click.echo(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        )


def show_one(record: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    width = max(len(name) for name in record)
    for name, value in record.items():
        click.echo(f"{name.ljust(width)}  {_cell(value)}")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "-"
    return str(value)
