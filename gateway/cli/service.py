"""Services: SAML service providers, OpenID clients and LTI tools of a supplier."""

import re
import secrets
from dataclasses import replace

import click

from gateway.cli.check import check, setup
from gateway.cli.context import as_json, known_attribute, open_database, show_list, show_one
from gateway.cli.lti import lti_options, new_tool, tool_record
from gateway.cli.oidc import client_record, needs_secret, new_client, oidc_options
from gateway.cli.saml import saml_options, saml_record, with_options
from gateway.cli.sources import one_party, source_options
from gateway.core.feeds import Feed
from gateway.core.links import lies_inside, takes_target
from gateway.core.model import Ask, BrinForm, Service, Standing
from gateway.errors import RegistrationRefused
from gateway.feeds.exclusion import left_out
from gateway.feeds.parties import Stamp, new_service
from gateway.ids import new_id
from gateway.settings import Settings, load_settings
from gateway.store.repositories import Repositories
from gateway.trust.metadata.endpoints import address_fault

_SECRET_BYTES = 32
_PARAMETER = re.compile(r"[A-Za-z0-9._~-]{1,64}")


@click.group()
def service() -> None:
    """Services of suppliers."""


service.add_command(check)
service.add_command(setup)


@service.command()
@click.option("--supplier", "supplier_id", required=True, help="Id of the supplier that owns it.")
@click.option("--metadata", "source", help="SAML: file or address of its metadata.")
@source_options
@click.option("--name", help="As people know it; from the metadata when it is there.")
@click.option(
    "--attribute", "asks", multiple=True, metavar="NAME=PURPOSE", help="What it asks, and why."
)
@click.option(
    "--brin-form",
    type=click.Choice([form.value for form in BrinForm]),
    default="registered",
    show_default=True,
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ADDRESS",
    help="Deep links may lead below this address; by default, below where it receives logins.",
)
@click.option(
    "--start-address",
    metavar="ADDRESS",
    help="The service's own address that leads to {target}, or to {path}: see docs/links.md.",
)
@click.option(
    "--product-parameter",
    metavar="NAME",
    help="The query parameter in which a deep link names the product (Edu-V: product).",
)
@saml_options
@oidc_options
@lti_options
@as_json
def add(*, supplier_id: str, as_json: bool, asks: tuple[str, ...], **options: object) -> None:
    """Add a service and print its id; an OpenID client's secret is shown this once."""
    settings = load_settings()
    database = open_database(settings)
    database.suppliers.find(supplier_id)
    secret = secrets.token_urlsafe(_SECRET_BYTES) if needs_secret(options) else None
    added, feed = _described(settings, database, supplier_id, secret, options)
    added = _completed(settings, replace(added, asks=tuple(_ask(each) for each in asks)), options)
    database.services.add(added)
    if feed is not None:
        database.feeds.save(feed)
    record: dict[str, object] = {"id": added.id, "protocol": added.protocol}
    if secret:
        record |= {"client_id": added.identifier, "client_secret": secret}
    elif added.protocol != "saml":
        record |= {"client_id": added.identifier}
    if as_json or secret:
        show_one(record, as_json=as_json)
    else:
        click.echo(added.id)


@service.command("list")
@as_json
def list_all(*, as_json: bool) -> None:
    """All services."""
    database = open_database()
    national = {each.id: each.national_eckid for each in database.suppliers.all()}
    rows = [
        {**_record(each), "national_eckid": national[each.supplier_id]}
        for each in database.services.all()
    ]
    show_list(rows, as_json=as_json)


@service.command()
@click.argument("service_id")
@as_json
def show(*, service_id: str, as_json: bool) -> None:
    """One service: what it asks and why, and where its deep links may lead."""
    database = open_database()
    found = database.services.find(service_id)
    owner = database.suppliers.find(found.supplier_id)
    record = {
        **_record(found),
        "supplier_name": owner.name,
        "national_eckid": owner.national_eckid,
        "asks": [f"{ask.attribute}: {ask.purpose}" for ask in found.asks],
        "targets": list(found.targets),
        "start_address": found.start_address,
        "product_parameter": found.product_parameter,
        "attribute_names": found.attribute_names,
        "brin_form": found.brin_form.value,
        **(tool_record(found) if found.protocol == "lti" else {}),
        **(client_record(found) if found.protocol == "oidc" else {}),
        **(saml_record(found) if found.protocol == "saml" else {}),
    }
    show_one(record, as_json=as_json)


@service.command()
@click.argument("service_id")
def remove(service_id: str) -> None:
    """Remove a service, with its links and what schools granted it. One that a federation's list
    brought is left out of that list from now on; `metadata readmit` takes that back."""
    database = open_database()
    removed = database.services.find(service_id)
    database.services.remove(service_id)
    click.echo(f"removed {service_id}{left_out(database, removed)}")


@service.command()
@click.argument("service_id")
def off(service_id: str) -> None:
    """Switch a service off: nobody gets in, and a page says so."""
    _switch(service_id, active=False)


@service.command()
@click.argument("service_id")
def on(service_id: str) -> None:
    """Switch a service on again."""
    _switch(service_id, active=True)


@service.command()
@click.argument("service_id")
def approve(service_id: str) -> None:
    """Let schools reach a service that waited for approval."""
    services = open_database().services
    services.replace(replace(services.find(service_id), standing=Standing.APPROVED))
    click.echo(f"{service_id} is approved")


def _switch(service_id: str, *, active: bool) -> None:
    services = open_database().services
    services.replace(replace(services.find(service_id), active=active))
    click.echo(f"{service_id} is {'on' if active else 'off'}")


def _described(
    settings: Settings,
    database: Repositories,
    supplier_id: str,
    secret: str | None,
    options: dict[str, object],
) -> tuple[Service, Feed | None]:
    if options["lti"]:
        return new_tool(settings, supplier_id, options), None
    if options["oidc"]:
        return new_client(settings, supplier_id, secret, options), None
    return _saml(settings, database, supplier_id, options)


def _saml(
    settings: Settings, database: Repositories, supplier_id: str, options: dict[str, object]
) -> tuple[Service, Feed | None]:
    if not options["source"]:
        raise RegistrationRefused("give --metadata for SAML, --oidc with --redirect-uri, or --lti")
    entity, feed = one_party(settings, database, options)
    role = entity.service_provider
    if role is None:
        raise RegistrationRefused("the metadata describes no service provider")
    added = new_service(entity, role, new_id("svc"), supplier_id, Stamp(feed))
    return with_options(added, options), feed


def _completed(settings: Settings, added: Service, options: dict[str, object]) -> Service:
    """With what was said about it on the command line."""
    targets, start = options["targets"], options["start_address"]
    assert isinstance(targets, tuple)
    for address in targets:
        _check_address(settings, address)
        if not lies_inside(address, address):
            raise RegistrationRefused(f"{address} can be read in more than one way")
    if start is not None:
        _check_start(settings, str(start))
    return replace(
        added,
        name=str(options["name"] or added.name),
        targets=targets or added.targets,
        start_address=None if start is None else str(start),
        product_parameter=_parameter(options["product_parameter"]),
        brin_form=BrinForm(str(options["brin_form"])),
    )


def _check_start(settings: Settings, template: str) -> None:
    """Raises RegistrationRefused; the template `{target}` is no address and always good."""
    if template != "{target}":
        _check_address(settings, template.replace("{target}", "").replace("{path}", ""))
    if not takes_target(template):
        raise RegistrationRefused("--start-address needs {target} or {path}, where the target goes")


def _parameter(name: object) -> str | None:
    if name is None or _PARAMETER.fullmatch(str(name)):
        return None if name is None else str(name)
    raise RegistrationRefused(f"--product-parameter {name}: letters, digits, - . _ ~ alone")


def _check_address(settings: Settings, address: str) -> None:
    fault = address_fault(address, allow_loopback=settings.allow_loopback)
    if fault:
        raise RegistrationRefused(f"{address} {fault}")


def _ask(text: str) -> Ask:
    name, separator, purpose = text.partition("=")
    if not separator or not purpose.strip():
        raise RegistrationRefused(f"--attribute {text}: write NAME=PURPOSE, why it is needed")
    return Ask(known_attribute(name), purpose.strip())


def _record(each: Service) -> dict[str, object]:
    return {
        "id": each.id,
        "name": each.name,
        "supplier": each.supplier_id,
        "protocol": each.protocol,
        "identifier": each.identifier,
        "active": each.active,
        "standing": each.standing.value,
    }
