"""Our own keys: for signing (rotated) and for pseudonyms (added to, never replaced)."""

import time

import click

from gateway.cli.context import as_json, open_engine, show_list
from gateway.install import period_of, remember_pseudonym_keys, retirement
from gateway.settings import load_settings
from gateway.store.keys import PseudonymKeys
from gateway.trust.keyfiles import add_pseudonym_key
from gateway.trust.keyring import FileKeyring
from gateway.trust.keyring import rotate as rotate_keys


@click.group()
def keys() -> None:
    """The gateway's own keys."""


@keys.command("list")
@as_json
def list_all(*, as_json: bool) -> None:
    """Signing keys and pseudonym key versions; never the keys themselves."""
    settings = load_settings()
    engine = open_engine(settings)
    rows = [
        {
            "use": f"signing {key.algorithm}",
            "id": key.kid,
            "state": key.state.value,
            "until": key.not_after().date().isoformat(),
        }
        for key in FileKeyring(settings.signing_key_dir, time.time, retirement(settings)).all()
    ]
    rows += [
        {
            "use": "pseudonyms",
            "id": f"version {record.version}",
            "state": f"{record.base}/{record.period}",
            "until": "for ever",
        }
        for record in PseudonymKeys(engine).known()
    ]
    show_list(rows, as_json=as_json)


@keys.command()
def rotate() -> None:
    """One step of the rotation of the signing keys.

    The first step publishes a next key; run it, wait until all parties have read our metadata
    (a day or two), and run it again: then the next key signs. No restart is needed.

    What schools encrypt for the old key is read for as long as the metadata that named it is
    valid: two weeks. The first step after that removes it.
    """
    settings = load_settings()
    open_engine(settings)
    for line in rotate_keys(settings.signing_key_dir, time.time, retirement(settings)):
        click.echo(line)


@keys.command("add-pseudonym-version")
def add_pseudonym_version() -> None:
    """Add a pseudonym key for suppliers that join from now on. The old ones stay as they are.

    Copy the key file to the safe after it.
    """
    settings = load_settings()
    engine = open_engine(settings)
    version = add_pseudonym_key(settings.pseudonym_key_file, period_of(time.time()))
    remember_pseudonym_keys(settings, PseudonymKeys(engine))
    click.echo(f"version {version} is for suppliers that are added from now on")
