"""SAML metadata from a file or an address: one entity, or a federation's thousands."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from gateway.cli.context import as_json, new_id, open_database, read_file, show_list
from gateway.cli.saml import own_settings, with_profile
from gateway.core.links import origin
from gateway.core.model import Connection, JsonValue, Service, Supplier
from gateway.errors import RegistrationRefused
from gateway.settings import Settings, load_settings
from gateway.store.register import Register
from gateway.store.repositories import Repositories
from gateway.trust.fetch import fetch
from gateway.trust.keyfiles import read_pseudonym_keys
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.problems import Severity
from gateway.trust.metadata.proof import DOCUMENT_LIMIT, Proof
from gateway.trust.metadata.read import Entity
from gateway.trust.metadata.roles import IdentityProvider, ServiceProvider
from gateway.trust.metadata.rules import Rules

_BATCH = 500
P = TypeVar("P", Service, Connection)


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
@click.option(
    "--certificate", type=click.Path(path_type=Path), help="PEM file of the key that signs it."
)
@click.option(
    "--unsigned", is_flag=True, help="Accept it without a signature, as from a trusted hand."
)
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
    over. A signature is checked with --certificate; from an address one is needed.
    """
    settings = load_settings()
    database = open_database(settings)
    proof = _proof(source, certificate, unsigned=unsigned)
    data = load(source, settings)
    rules = Rules(time.time(), settings.allow_loopback, accept_expired)
    version = max(read_pseudonym_keys(settings.pseudonym_key_file))
    importing = Import(database, supplier_id, version)
    counts = importing.run(read_entities(data, rules, proof, _progress))
    click.echo("\r" + counts)


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


def load(source: str, settings: Settings) -> bytes:
    """A file's content, or that of an address."""
    if source.startswith(("https://", "http://")):
        loopback = settings.allow_loopback
        return fetch(source, limit_bytes=DOCUMENT_LIMIT, timeout_s=120, allow_loopback=loopback)
    return read_file(Path(source))


def one_entity(source: str, settings: Settings) -> Entity:
    """The only usable entity of a document; raises RegistrationRefused with what is wrong."""
    rules = Rules(time.time(), settings.allow_loopback)
    entities = list(read_entities(load(source, settings), rules, None))
    for entity in entities:
        for problem in entity.problems:
            click.echo(str(problem), err=True)
    usable = [entity for entity in entities if not entity.refused]
    if len(usable) != 1:
        raise RegistrationRefused(f"{source} holds {len(usable)} usable entities, not one")
    return usable[0]


def new_service(entity: ServiceProvider, supplier_id: str) -> Service:
    """A service as its metadata describes it. Its deep links may lead where its assertion
    consumer services lie."""
    origins = {origin(consumer.location) + "/": None for consumer in entity.assertion_consumers}
    return Service(
        id=new_id("svc"),
        supplier_id=supplier_id,
        protocol="saml",
        identifier=entity.entity_id,
        name=_name_of(entity),
        config=entity.to_config(),
        targets=tuple(origins),
    )


def _name_of(entity: ServiceProvider) -> str:
    names = entity.display_names or entity.organisation_names
    return names.get("nl") or names.get("en") or next(iter(names.values()), entity.entity_id)


def new_connection(entity: IdentityProvider) -> Connection:
    return Connection(new_id("idp"), "saml", entity.entity_id, entity.to_config())


class Import:
    """Puts entities into the database, a batch a transaction."""

    def __init__(self, database: Repositories, supplier_id: str | None, key_version: int) -> None:
        self._database = database
        self._supplier_id = supplier_id
        self._key_version = key_version
        self._suppliers: list[Supplier] = []
        self._services = {s.identifier: s for s in database.services.all() if s.protocol == "saml"}
        self._connections = {
            c.identifier: c for c in database.connections.all() if c.protocol == "saml"
        }
        self._passed_over = 0

    def run(self, entities: Iterator[Entity]) -> str:
        services: list[Service] = []
        connections: list[Connection] = []
        total = 0
        for entity in entities:
            total += 1
            self._report(entity)
            services += self._service(entity)
            connections += self._connection(entity)
            if len(services) + len(connections) >= _BATCH:
                self._write(services, connections)
                services, connections = [], []
        self._write(services, connections)
        return (
            f"{total} entities: {len(self._services)} services and {len(self._connections)}"
            f" connections stand registered, {self._passed_over} were passed over"
        )

    def _report(self, entity: Entity) -> None:
        if entity.refused:
            self._passed_over += 1
        for problem in entity.problems:
            if problem.severity is Severity.ERROR:  # a role is left out, if not the whole entity
                click.echo(f"\r{problem}", err=True)

    def _service(self, entity: Entity) -> Iterator[Service]:
        role = entity.service_provider
        if role is None:
            return
        known = self._services.get(role.entity_id)
        if known:
            yield _renewed(known, role)
        else:
            yield with_profile(new_service(role, self._supplier_id or self._own_supplier(role)))

    def _own_supplier(self, role: ServiceProvider) -> str:
        """A supplier for this service alone: who shares one shares pseudonyms."""
        supplier = Supplier(new_id("sup"), _name_of(role), self._key_version)
        self._suppliers.append(supplier)
        return supplier.id

    def _connection(self, entity: Entity) -> Iterator[Connection]:
        role = entity.identity_provider
        if role is None:
            return
        known = self._connections.get(role.entity_id)
        kept = {} if known is None else _own_settings(known)
        fresh = known or new_connection(role)
        yield replace(fresh, config={**role.to_config(), **kept})

    def _write(self, services: list[Service], connections: list[Connection]) -> None:
        self._database.suppliers.add_all(self._suppliers)
        self._suppliers = []
        self._put(self._database.services, services, self._services)
        self._put(self._database.connections, connections, self._connections)

    def _put(self, book: Register[P], parties: list[P], known: dict[str, P]) -> None:
        """Add the new ones, renew the known ones, report those that are refused."""
        fresh: list[P] = [party for party in parties if party.identifier not in known]
        renewed: list[P] = [party for party in parties if party.identifier in known]
        refused = [*book.add_all(fresh), *book.replace_all(renewed)]
        for party, reason in refused:
            self._passed_over += 1
            click.echo(f"\r{party.identifier}: {reason.detail}", err=True)
        gone = {party.identifier for party, _ in refused}
        known.update({p.identifier: p for p in parties if p.identifier not in gone})


def _renewed(known: Service, role: ServiceProvider) -> Service:
    """What was derived from the old metadata is derived anew; what was said at `service add`, and
    what we set ourselves, stays."""
    before = new_service(ServiceProvider.from_config(known.config), known.supplier_id)
    after = new_service(role, known.supplier_id)
    return replace(
        known,
        config={**after.config, **own_settings(known.config)},
        name=after.name if known.name == before.name else known.name,
        targets=after.targets if known.targets == before.targets else known.targets,
    )


def _own_settings(connection: Connection) -> dict[str, JsonValue]:
    """What we set on a connection ourselves, kept when its metadata is read again."""
    own = ("signed", "brin_scoping", "subject_attribute", "attribute_map")
    return {name: connection.config[name] for name in own if name in connection.config}


def _proof(source: str, certificate: Path | None, *, unsigned: bool) -> Proof | None:
    if certificate:
        return Proof.from_pem(read_file(certificate))
    if source.startswith(("https://", "http://")) and not unsigned:
        raise RegistrationRefused("metadata from an address needs --certificate, or --unsigned")
    return None


def _progress(count: int, share: float) -> None:
    if count % 100 == 0:
        click.echo(f"\r{count} entities, {share:.0%}", err=True, nl=False)
