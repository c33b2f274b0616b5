"""LTI tools: their options at `service add`, and the token with which one registers itself."""

import json
import secrets
import time
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import click
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import RSAAlgorithm

from gateway.cli.context import as_json, open_database, read_file, show_one
from gateway.core.links import origin
from gateway.core.model import JsonValue, Service
from gateway.errors import RegistrationRefused
from gateway.ids import new_id
from gateway.settings import Settings, load_settings
from gateway.trust.keyfiles import read_state_key
from gateway.trust.metadata.endpoints import address_fault
from gateway.trust.sealing import SecretSealer
from providers.suppliers.lti.configuration import CONFIGURATION_PATH
from providers.suppliers.lti.invitation import invite
from providers.suppliers.lti.services.scopes import GRADE_SCOPES, MEMBERS_READ, scopes_of
from providers.suppliers.lti.tool import tool_config, tool_of

_F = TypeVar("_F", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--lti", is_flag=True, help="LTI 1.3: needs --initiate-login-uri."),
    click.option("--jwks-uri", metavar="ADDRESS", help="LTI, OpenID: where its public keys are."),
    click.option("--public-key", metavar="FILE", help="LTI, OpenID: its RSA public key, in PEM."),
    click.option("--target-link-uri", metavar="ADDRESS", help="LTI: the tool's own start."),
    click.option("--deep-linking-uri", metavar="ADDRESS", help="LTI: where teachers pick."),
    click.option("--custom", "custom", multiple=True, metavar="NAME=VALUE", help="LTI."),
    click.option("--framed", is_flag=True, help="LTI: show it in a page of the gateway."),
    click.option("--grades", is_flag=True, help="LTI: it may keep grades (AGS 2.0)."),
    click.option("--members", is_flag=True, help="LTI: it may ask who takes part (NRPS 2.0)."),
)


def lti_options(command: _F) -> _F:
    """The options of `service add` that are a tool's own."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


def new_tool(settings: Settings, supplier_id: str, options: dict[str, Any]) -> Service:
    """The service that the options describe; raises RegistrationRefused."""
    login, redirects = options["initiate_login_uri"], options["redirect_uris"]
    if not login or not redirects:
        raise RegistrationRefused("an LTI tool needs --initiate-login-uri and --redirect-uri")
    single = {
        name: options[name]
        for name in ("initiate_login_uri", "target_link_uri", "deep_linking_uri", "jwks_uri")
    }
    for address in filter(None, [*single.values(), *redirects]):
        if fault := address_fault(address, allow_loopback=settings.allow_loopback):
            raise RegistrationRefused(f"{address} {fault}")
    config = tool_config(
        **single,
        redirect_uris=redirects,
        public_keys=public_keys(options["public_key"]),
        custom=dict(_parameter(text) for text in options["custom"]),
        framed=options["framed"],
        scopes=[*(GRADE_SCOPES if options["grades"] else ()), *_members(options)],
    )
    client_id = new_id("svc")
    starts = filter(None, [options["target_link_uri"], *redirects])
    return Service(
        id=client_id,
        supplier_id=supplier_id,
        protocol="lti",
        identifier=client_id,
        name=client_id,
        config=config,
        targets=tuple({origin(address) + "/": None for address in starts}),
    )


def tool_record(service: Service) -> dict[str, object]:
    """What the operator looks at before a tool works."""
    tool = tool_of(service)
    return {
        "initiate_login_uri": tool.initiate_login_uri,
        "redirect_uris": list(tool.redirect_uris),
        "deep_linking_uri": tool.deep_linking_uri,
        "jwks_uri": tool.jwks_uri,
        "custom": [f"{name}={value}" for name, value in tool.custom.items()],
        "framed": tool.framed,
        "scopes": list(scopes_of(service)),
    }


@click.command("lti-token")
@click.option("--supplier", "supplier_id", required=True, help="Id of the supplier that owns it.")
@click.option("--registration-uri", metavar="ADDRESS", help="The tool's own registration address.")
@as_json
def lti_token(*, supplier_id: str, registration_uri: str | None, as_json: bool) -> None:
    """Let a supplier register one LTI tool by itself, within a day (Dynamic Registration).

    The test school alone reaches what comes of it, until `service approve`.
    """
    settings = load_settings()
    open_database(settings).suppliers.find(supplier_id)
    sealer = SecretSealer(read_state_key(settings.state_key_file))
    token = invite(supplier_id, sealer, time.time, secrets.token_urlsafe)
    configuration = settings.base_url + CONFIGURATION_PATH
    record: dict[str, object] = {"openid_configuration": configuration, "registration_token": token}
    if registration_uri:
        joiner = "&" if "?" in registration_uri else "?"
        record["address"] = f"{registration_uri}{joiner}{urlencode(record)}"
    show_one(record, as_json=as_json)


def _members(options: dict[str, Any]) -> tuple[str, ...]:
    return (MEMBERS_READ,) if options["members"] else ()


def _parameter(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise RegistrationRefused(f"--custom {text}: write NAME=VALUE")
    return name.strip(), value


def public_keys(file: str | None) -> list[dict[str, JsonValue]]:
    """The key of a file as a JWK (RFC 7517); none without a file."""
    if file is None:
        return []
    try:
        key = load_pem_public_key(read_file(Path(file)))
    except ValueError as error:
        raise RegistrationRefused(f"{file} is no public key in PEM") from error
    if not isinstance(key, RSAPublicKey):
        raise RegistrationRefused(f"{file} is no RSA key")
    jwk: dict[str, JsonValue] = json.loads(RSAAlgorithm.to_jwk(key))
    return [jwk | {"use": "sig", "alg": "RS256"}]
