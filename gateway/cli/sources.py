"""Where commands take metadata from, and what makes it believed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from gateway.cli.context import read_file
from gateway.core.feeds import Feed, Reach, feed_id
from gateway.errors import RegistrationRefused
from gateway.feeds.source import Source
from gateway.settings import Settings
from gateway.store.repositories import Repositories
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
        made = feed_id(source.place, source.certificate)
        return Feed(made, source.place, reach, source.certificate, supplier_id)
    wider = Reach.FEDERATION if Reach.FEDERATION in (known.reach, reach) else reach
    owner = supplier_id or known.supplier_id
    return replace(known, reach=wider, certificate=source.certificate, supplier_id=owner)


def queried_feed(known: Feed | None, source: Source) -> Feed:
    """A Metadata Query server as a feed; raises RegistrationRefused for what is none."""
    if not source.is_address:
        raise RegistrationRefused("give the address of a Metadata Query server")
    if source.certificate is None and not source.unsigned:
        raise RegistrationRefused("a Metadata Query server needs --certificate, or --unsigned")
    if known is None:
        made = feed_id(source.place, source.certificate)
        return Feed(made, source.place, Reach.QUERY, source.certificate)
    if known.reach is not Reach.QUERY:
        raise RegistrationRefused(f"{source.place} is read as a document already")
    return replace(known, certificate=source.certificate)


def fetched(feed: Feed, valid_until: float | None) -> Feed:
    """A feed that was read well at this moment."""
    now = int(time.time())
    end = None if valid_until is None else int(valid_until)
    return replace(feed, checked_at=now, fetched_at=now, valid_until=end, problem="")
