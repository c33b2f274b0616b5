"""SAML metadata from a file or an address: one entity, or a federation's thousands."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from gateway.cli.context import as_json, open_database, open_engine, show_list
from gateway.cli.sources import fetched, new_feed, queried_feed, source_of, source_options
from gateway.core.feeds import Feed, Reach, readmitted
from gateway.errors import RegistrationRefused
from gateway.feeds.exclusion import left_out
from gateway.feeds.importing import Import
from gateway.feeds.reading import Reader
from gateway.feeds.refresh import make_refresher
from gateway.ids import new_id
from gateway.settings import load_settings
from gateway.trust.keyfiles import read_pseudonym_keys


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
    excluded = feed.excluded if feed else frozenset[str]()

    def takes(entity_id: str, _known: object) -> bool:
        return entity_id not in excluded

    importing = Import(database, feed, takes, supplier_id, version, new_id, _say)
    counts = importing.run(entities)
    if feed is not None:
        kept = fetched(feed, importing.valid_until)
        taken, skipped = len(importing.taken), importing.passed_over
        database.feeds.save(replace(kept, taken=taken, skipped=skipped))
    click.echo("\r" + counts)


@metadata.command()
@click.argument("base")
@click.argument("entity_id")
@source_options
def query(*, base: str, entity_id: str, certificate: Path | None, unsigned: bool) -> None:
    """Take one entity of a Metadata Query server: BASE is its address before /entities/.

    From then on the entity is read again by `metadata refresh`. A signature is checked with
    --certificate, which is kept for further entities of the same server.
    """
    settings = load_settings()
    database = open_database(settings)
    feed = database.feeds.at(base)
    if feed is None or certificate or unsigned:
        source = source_of(base, certificate, unsigned=unsigned)
        feed = queried_feed(feed, source)
    Reader(database, settings, time.time, new_id).fetch_one(feed, entity_id)
    click.echo(f"{entity_id} is registered, and read again by {feed.id}")


@metadata.command()
@click.argument("feed_id", required=False)
def refresh(feed_id: str | None) -> None:
    """Read again the addresses whose time has come; for a timer, every few minutes. With FEED_ID
    that one, now.

    What is bad or away changes nothing: the last good copy stands until its validUntil. Of two
    that run at once each works on what the other does not.
    """
    settings = load_settings()
    refresher = make_refresher(settings, open_engine(settings))
    if feed_id is None:
        _tell(list(refresher.all_due()))
    elif done := refresher.at_once(refresher.database.feeds.find(feed_id)):
        _tell([done])
    else:
        raise RegistrationRefused(f"another process reads {feed_id} now")


def _tell(done: Sequence[Feed]) -> None:
    """How each went; raises SystemExit when one did not go well."""
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
            "taken": each.taken,
            "skipped": each.skipped,
            "excluded": sorted(each.excluded),
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
    """Remove a connection on which there is no school. One that a federation's list brought is
    left out of that list from now on; `metadata readmit` takes that back."""
    database = open_database()
    removed = database.connections.find(connection_id)
    database.connections.remove(connection_id)
    click.echo(f"removed {connection_id}{left_out(database, removed)}")


@metadata.command()
@click.argument("feed_id")
@click.argument("entity_id")
def readmit(feed_id: str, entity_id: str) -> None:
    """Let a federation's list bring an entity again that was removed."""
    database = open_database()
    if entity_id not in database.feeds.find(feed_id).excluded:
        raise RegistrationRefused(f"{feed_id} leaves out no {entity_id}")
    database.feeds.change(feed_id, lambda feed: readmitted(feed, entity_id))
    click.echo(f"{feed_id} brings {entity_id} again when it is read next")


def _moment(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds)) + "Z"


def _say(problem: str) -> None:
    click.echo(f"\r{problem}", err=True)


def _progress(count: int, share: float) -> None:
    if count % 100 == 0:
        click.echo(f"\r{count} entities, {share:.0%}", err=True, nl=False)
