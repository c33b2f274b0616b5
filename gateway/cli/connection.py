"""A school's identity provider: its options at `school add` and `school set`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from gateway.cli.context import known_attribute, read_file
from gateway.cli.sources import one_party, source_options
from gateway.core.feeds import Feed
from gateway.core.links import lies_inside
from gateway.core.model import Connection, Json, JsonValue
from gateway.errors import RegistrationRefused
from gateway.feeds.parties import Stamp, new_connection
from gateway.ids import new_id
from gateway.settings import Settings
from gateway.store.repositories import Repositories
from gateway.trust.keyfiles import read_state_key
from gateway.trust.metadata.endpoints import address_fault
from gateway.trust.sealing import SecretSealer
from providers.schools.oidc.claims import habits_of

_F = TypeVar("_F", bound=Callable[..., Any])
Options = Mapping[str, Any]

_NEEDED = ("issuer", "client_id", "client_secret_file")
_OF_OPENID = (*_NEEDED, "tenant", "hosted_domain")
_OF_SAML = ("certificate", "unsigned", "signed", "allow_unsolicited")
_OF_ALL = ("brin_scoping", "subject_attribute", "maps", "returns")
_OF_NEW = ("source", "oidc")
_FLAGS = {"source": "--metadata", "maps": "--map", "returns": "--announce-return"}
_ANY_TENANT = frozenset({"common", "organizations", "consumers"})
_LASTING = (
    click.option("--client-id", help="OpenID: as the provider knows the gateway."),
    click.option(
        "--client-secret-file", type=click.Path(path_type=Path), help="OpenID: holds the secret."
    ),
    click.option("--tenant", help="Entra ID: the one tenant of this school."),
    click.option("--hosted-domain", help="Google: the one domain of this school."),
    click.option(
        "--signed",
        type=click.Choice(["assertion", "response"]),
        help="SAML: what the school must sign; by default the assertion.",
    ),
    click.option(
        "--brin-scoping/--no-brin-scoping",
        default=None,
        help="Tell the identity provider which school was chosen; by default not.",
    ),
    click.option(
        "--allow-unsolicited/--no-allow-unsolicited",
        default=None,
        help="SAML: it may send people unasked (IdP-initiated), to deep links of ours alone; by"
        " default not.",
    ),
    click.option("--subject-attribute", help="The attribute with the person's unchanging id."),
    click.option(
        "--map",
        "maps",
        multiple=True,
        metavar="NAME=ATTRIBUTE",
        help="The school's NAME is our ATTRIBUTE.",
    ),
    click.option(
        "--announce-return",
        "returns",
        multiple=True,
        metavar="ADDRESS",
        help="Where /school/announce may lead back to.",
    ),
)
_FIRST = (
    click.option("--metadata", "source", help="SAML: file or address of its metadata."),
    source_options,
    click.option(
        "--oidc",
        is_flag=True,
        help="OpenID: needs --issuer, --client-id and --client-secret-file.",
    ),
    click.option("--issuer", help="OpenID: as the provider names itself."),
)


def lasting_options(command: _F) -> _F:
    """What can be said of a connection at any time."""
    return reduce(lambda decorated, option: option(decorated), reversed(_LASTING), command)


def all_options(command: _F) -> _F:
    """What can be said of a new connection."""
    command = lasting_options(command)
    return reduce(lambda decorated, option: option(decorated), reversed(_FIRST), command)


def refuse_all(options: Options) -> None:
    """For a connection that is there already; raises RegistrationRefused."""
    _refuse(options, (*_OF_NEW, *_OF_OPENID, *_OF_SAML, *_OF_ALL), "--connection is set up already")


def describe_new(
    settings: Settings, database: Repositories, options: Options
) -> tuple[Connection, Feed | None]:
    """The connection that the options of `school add` describe, and the feed to keep once it is
    registered; raises RegistrationRefused."""
    if bool(options["source"]) == bool(options["oidc"]):
        raise RegistrationRefused("give --metadata for SAML, --oidc for OpenID, or --connection")
    made, feed = (
        (_oidc(settings, options), None) if options["oidc"] else _saml(settings, database, options)
    )
    return changed(settings, made, options), feed


def changed(settings: Settings, connection: Connection, options: Options) -> Connection:
    """A connection with what the options say anew; an empty text takes away what was said.
    Raises RegistrationRefused."""
    saml = connection.protocol == "saml"
    of_another, protocol = (_OF_OPENID, "SAML") if saml else (_OF_SAML, "OpenID")
    _refuse(options, of_another, f"this school signs in by {protocol}")
    said = _said(settings, options)
    config = {name: value for name, value in {**connection.config, **said}.items() if value}
    _check_provider(connection.identifier, config)
    returns = _returns(options["returns"]) if options["returns"] else connection.announce_returns
    return replace(connection, config=config, announce_returns=returns)


def _said(settings: Settings, options: Options) -> dict[str, JsonValue]:
    """What the options set, by its name in the config."""
    plain = ("client_id", "tenant", "hosted_domain", "signed", "brin_scoping", "subject_attribute")
    said = {name: options[name] for name in plain if options[name] is not None}
    if options["allow_unsolicited"] is not None:
        said["unasked"] = options["allow_unsolicited"]
    if options["client_secret_file"]:
        said["client_secret"] = _sealed(settings, options["client_secret_file"])
    if options["maps"]:
        said["attribute_map"] = _map(options["maps"])
    return said


def _refuse(options: Options, names: Iterable[str], because: str) -> None:
    given = [name for name in names if options.get(name) not in (None, False, ())]
    if given:
        flags = ", ".join(_FLAGS.get(name, "--" + name.replace("_", "-")) for name in given)
        raise RegistrationRefused(f"{because}; leave out {flags}")


def _saml(
    settings: Settings, database: Repositories, options: Options
) -> tuple[Connection, Feed | None]:
    entity, feed = one_party(settings, database, options)
    role = entity.identity_provider
    if role is None:
        raise RegistrationRefused("the metadata describes no identity provider")
    return new_connection(entity, role, new_id("idp"), Stamp(feed)), feed


def _oidc(settings: Settings, options: Options) -> Connection:
    if missing := [name for name in _NEEDED if not options[name]]:
        flags = ", ".join("--" + name.replace("_", "-") for name in missing)
        raise RegistrationRefused(f"an OpenID school needs {flags}")
    if fault := address_fault(options["issuer"], allow_loopback=settings.allow_loopback):
        raise RegistrationRefused(f"--issuer {fault}")
    return Connection(new_id("idp"), "oidc", options["issuer"], {})


def _check_provider(issuer: str, config: Json) -> None:
    """What could not let anybody in at Entra ID or Google."""
    claim = habits_of(issuer).tenant_claim
    if claim is None:
        return
    if urlsplit(issuer).path.strip("/").partition("/")[0] in _ANY_TENANT:
        raise RegistrationRefused(
            f"{issuer} is of no one tenant, and its tokens name another issuer: write the school's"
            " tenant in its place"
        )
    if claim == "tid" and config.get("hosted_domain"):
        raise RegistrationRefused("--hosted-domain is Google's: give Entra ID's --tenant")
    if not (config.get("tenant") or config.get("hosted_domain")):
        flag = "--tenant" if claim == "tid" else "--hosted-domain"
        raise RegistrationRefused(f"{issuer} serves many schools: give the school's {flag}")


def _sealed(settings: Settings, file: Path) -> str:
    try:
        secret = read_file(file).decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise RegistrationRefused("the client secret file is not in UTF-8") from error
    if not secret:
        raise RegistrationRefused("the client secret file is empty")
    return SecretSealer(read_state_key(settings.state_key_file)).seal(secret)


def _returns(addresses: tuple[str, ...]) -> tuple[str, ...]:
    wanted = tuple(address for address in addresses if address)
    if unclear := [address for address in wanted if not lies_inside(address, address)]:
        raise RegistrationRefused(f"--announce-return {unclear[0]} is not a plain address")
    return wanted


def _map(pairs: tuple[str, ...]) -> dict[str, JsonValue]:
    mapped: dict[str, JsonValue] = {}
    for pair in filter(None, pairs):
        asserted, separator, name = pair.rpartition("=")
        if not separator or not asserted:
            raise RegistrationRefused(f"--map {pair}: write NAME=ATTRIBUTE")
        mapped[asserted] = known_attribute(name)
    return mapped
