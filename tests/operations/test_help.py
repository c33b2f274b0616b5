"""Every command explains itself, and every list can be read by programs."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from gateway.cli import main

Path = tuple[str, ...]


def commands(command: click.Command, path: Path = ()) -> Iterator[tuple[Path, click.Command]]:
    """All commands with their paths, the groups too."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from commands(child, (*path, name))


ALL = dict(commands(main))
FIXED = [
    "serve",
    "demo",
    "doctor",
    "supplier",
    "service",
    "school",
    "metadata",
    "release",
    "link",
    "keys",
    "eckid",
    "supplier-add",
    "supplier-list",
    "supplier-show",
    "supplier-remove",
    "service-add",
    "service-list",
    "service-show",
    "service-remove",
    "school-add",
    "school-list",
    "school-show",
    "school-remove",
    "metadata-import",
    "release-show",
    "release-grant",
    "release-revoke",
    "link-add",
    "link-list",
    "link-remove",
    "keys-list",
    "keys-rotate",
    "eckid-derive",
    "eckid-hash",
]


@pytest.mark.parametrize("name", FIXED)
def test_the_fixed_interface_is_there(name: str) -> None:
    assert tuple(name.split("-")) in ALL


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "ketenpoort")
def test_every_command_has_help_that_works(path: Path) -> None:
    done = CliRunner().invoke(main, [*path, "--help"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Usage: ")
    assert (ALL[path].help or "").strip()


@pytest.mark.parametrize("path", [p for p, c in ALL.items() if not isinstance(c, click.Group)])
def test_every_option_that_names_no_known_thing_explains_itself(path: Path) -> None:
    plain = {"name", "town", "issuer", "client_id", "brin", "host", "port", "redirect_uris"}
    options = [p for p in ALL[path].params if isinstance(p, click.Option)]
    silent = [p.name for p in options if not p.help and p.metavar is None and p.name not in plain]
    known = {"client_secret_file", "id_token_alg", "attribute_names", "brin_form", "help"}
    assert set(silent) <= known


@pytest.mark.parametrize("path", [path for path in ALL if path[-1:] in {("list",), ("show",)}])
def test_every_list_has_json(path: Path) -> None:
    assert "--json" in [option for p in ALL[path].params for option in p.opts]


def test_an_unknown_command_is_named() -> None:
    done = CliRunner().invoke(main, ["schol"])
    assert done.exit_code == 2
    assert "No such command 'schol'" in done.output
