"""SAML metadata from a file or an address: one entity, or a federation's thousands."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from gateway.cli.context import as_json, open_database, read_file, show_list
from gateway.core.feeds import Feed, Reach
from gateway.errors import RegistrationRefused
from gateway.feeds.importing import Import
from gateway.feeds.refresh import make_refresher
from gateway.feeds.source import Source
from gateway.ids import new_id
from gateway.install import prepare
from gateway.settings import Settings, load_settings
from gateway.store.repositories import Repositories
from gateway.trust.keyfiles import read_pseudonym_keys
from gateway.trust.metadata.read import Entity

_F = TypeVar("_F", bound=Callable[..., Any])


def source_options(command: _F) -> _F:
    """What makes metadata believed: the same for all commands that take it."""
    certificate = click.option(
        "--certificate",
        type=click.Path(path_type=Path),
        help="SAML: PEM file of the key that signs the metadata.",
    )
    unsigned = click.option(
        "--unsigned",
        is_flag=True,
        help="SAML: accept the metadata without a signature, as from a trusted hand.",
    )
    return certificate(unsigned(command))


@click.group()
def metadata() -> None:
    """SAML metadata of others."""


@metadata.command("import")
@click.argument("source")
@click.option(
    "--supplier",
    "supplier_id",
    help="The supplier that owns the new services in it; without, each gets a supplier of its own.",
)
@source_options
@click.option("--accept-expired", is_flag=True, help="Accept a validUntil that has passed.")
def import_(
    *,
    source: str,
    supplier_id: str | None,
    certificate: Path | None,
    unsigned: bool,
    accept_expired: bool,
) -> None:
    """Import SOURCE, a file or an address.

    Identity providers become connections, to which `school add --connection` puts schools. An
    entity that is known already is renewed; one that can not be used is reported and passed
    over. A signature is checked with --certificate; from an address, and for a list of entities,
    one is needed. An address is read again by `metadata refresh`.
    """
    settings = load_settings()
    database = open_database(settings)
    found = source_of(source, certificate, unsigned=unsigned)
    entities = found.entities(settings, _progress, accept_expired=accept_expired)
    feed = new_feed(database, found, Reach.FEDERATION, supplier_id)
    version = max(read_pseudonym_keys(settings.pseudonym_key_file))
    importing = Import(database, feed, lambda _: True, supplier_id, version, new_id, _say)
    counts = importing.run(entities)
    if feed is not None:
        database.feeds.save(fetched(feed, importing.valid_until))
    click.echo("\r" + counts)


@metadata.command()
def refresh() -> None:
    """Read again the addresses whose time has come; for a timer, every few minutes.

    What is bad or away changes nothing: the last good copy stands until its validUntil. Of two
    that run at once each works on what the other does not.
    """
    settings = load_settings()
    done = list(make_refresher(settings, prepare(settings)).all_due())
    for feed in done:
        click.echo(f"{feed.address}: {feed.problem or 'well'}", err=bool(feed.problem))
    if any(feed.problem for feed in done):
        raise SystemExit(1)


@metadata.command()
@as_json
def feeds(*, as_json: bool) -> None:
    """The addresses that are read again, and how that went last."""
    rows = [
        {
            "feed": each.id,
            "address": each.address,
            "for": each.reach.value,
            "signed": each.certificate is not None,
            "fetched": _moment(each.fetched_at),
            "valid_until": _moment(each.valid_until),
            "problem": each.problem or None,
        }
        for each in open_database().feeds.all()
    ]
    show_list(rows, as_json=as_json)


@metadata.command()
@click.argument("feed_id")
def forget(feed_id: str) -> None:
    """Read an address no longer. Its parties stay until their metadata's validUntil, or are
    removed by `school remove` and `service remove`."""
    database = open_database()
    database.feeds.remove(database.feeds.find(feed_id).id)
    click.echo(f"{feed_id} is read no longer")


@metadata.command("list")
@as_json
def list_all(*, as_json: bool) -> None:
    """The connections: identity providers that schools can be put on."""
    rows = [
        {"connection": each.id, "protocol": each.protocol, "identifier": each.identifier}
        for each in open_database().connections.all()
    ]
    show_list(rows, as_json=as_json)


@metadata.command()
@click.argument("connection_id")
def remove(connection_id: str) -> None:
    """Remove a connection on which there is no school."""
    open_database().connections.remove(connection_id)
    click.echo(f"removed {connection_id}")


def source_of(place: str, certificate: Path | None, *, unsigned: bool) -> Source:
    """Raises RegistrationRefused for a certificate that can not be read."""
    try:
        pem = read_file(certificate).decode() if certificate else None
    except UnicodeDecodeError as error:
        raise RegistrationRefused(f"{certificate} is not PEM") from error
    return Source(place, pem, unsigned)


def one_entity(source: Source, settings: Settings) -> Entity:
    """The only usable entity of a document; raises RegistrationRefused with what is wrong."""
    entities = list(source.entities(settings))
    for entity in entities:
        for problem in entity.problems:
            click.echo(str(problem), err=True)
    usable = [entity for entity in entities if not entity.refused]
    if len(usable) != 1:
        raise RegistrationRefused(f"{source.place} holds {len(usable)} usable entities, not one")
    return usable[0]


def one_party(
    settings: Settings, database: Repositories, options: Mapping[str, object]
) -> tuple[Entity, Feed | None]:
    """What `--metadata` describes, and the feed to keep once the party is registered."""
    certificate = options["certificate"]
    assert certificate is None or isinstance(certificate, Path)
    source = source_of(str(options["source"]), certificate, unsigned=bool(options["unsigned"]))
    entity = one_entity(source, settings)
    feed = new_feed(database, source, Reach.PARTY)
    return entity, None if feed is None else fetched(feed, entity.valid_until)


def new_feed(
    database: Repositories, source: Source, reach: Reach, supplier_id: str | None = None
) -> Feed | None:
    """An address as a feed, with the id that it has already; None for a file. Not yet kept."""
    if not source.is_address:
        return None
    known = database.feeds.at(source.place)
    if known is None:
        return Feed(new_id("feed"), source.place, reach, source.certificate, supplier_id)
    wider = Reach.FEDERATION if Reach.FEDERATION in (known.reach, reach) else reach
    owner = supplier_id or known.supplier_id
    return replace(known, reach=wider, certificate=source.certificate, supplier_id=owner)


def fetched(feed: Feed, valid_until: float | None) -> Feed:
    """A feed that was read well at this moment."""
    now = int(time.time())
    end = None if valid_until is None else int(valid_until)
    return replace(feed, checked_at=now, fetched_at=now, valid_until=end, problem="")


def _moment(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds)) + "Z"


def _say(problem: str) -> None:
    click.echo(f"\r{problem}", err=True)


def _progress(count: int, share: float) -> None:
    if count % 100 == 0:
        click.echo(f"\r{count} entities, {share:.0%}", err=True, nl=False)
