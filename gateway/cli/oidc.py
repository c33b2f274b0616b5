"""OpenID clients: their options at `service add`."""

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import click

from gateway.cli.lti import public_keys
from gateway.core.links import origin
from gateway.core.model import JsonValue, Service
from gateway.errors import RegistrationRefused
from gateway.ids import new_id
from gateway.settings import Settings
from gateway.trust.metadata.endpoints import address_fault
from providers.suppliers.oidc.client import Client, hash_secret

_F = TypeVar("_F", bound=Callable[..., Any])
_ADDRESSES = (
    "initiate_login_uri",
    "jwks_uri",
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
)
_OPTIONS = (
    click.option("--oidc", is_flag=True, help="OpenID: needs --redirect-uri."),
    click.option("--redirect-uri", "redirect_uris", multiple=True, metavar="ADDRESS"),
    click.option(
        "--initiate-login-uri",
        metavar="ADDRESS",
        help="OpenID, LTI: where a login of ours may begin.",
    ),
    click.option("--post-logout-redirect-uri", "logout_uris", multiple=True, metavar="ADDRESS"),
    click.option(
        "--backchannel-logout-uri",
        metavar="ADDRESS",
        help="OpenID: where we tell the client itself that a session has ended.",
    ),
    click.option(
        "--frontchannel-logout-uri",
        metavar="ADDRESS",
        help="OpenID: what the browser opens, in a frame, when a session has ended.",
    ),
    click.option(
        "--refresh-tokens",
        is_flag=True,
        help="OpenID: it may have the claims anew while the person is signed in.",
    ),
    click.option(
        "--id-token-alg", type=click.Choice(["RS256", "ES256"]), default="RS256", show_default=True
    ),
)


def oidc_options(command: _F) -> _F:
    """The options of `service add` that are an OpenID client's own."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), command)


def needs_secret(options: dict[str, Any]) -> bool:
    """Whether it proves itself by a secret; one with keys signs (private_key_jwt)."""
    return bool(options["oidc"]) and not options["jwks_uri"] and not options["public_key"]


def new_client(
    settings: Settings, supplier_id: str, secret: str | None, options: dict[str, Any]
) -> Service:
    """The service that the options describe; raises RegistrationRefused."""
    redirect_uris, logout_uris = options["redirect_uris"], options["logout_uris"]
    if not redirect_uris:
        raise RegistrationRefused("an OpenID client needs at least one --redirect-uri")
    single: dict[str, JsonValue] = {name: options[name] for name in _ADDRESSES}
    for address in filter(None, [*redirect_uris, *logout_uris, *single.values()]):
        if fault := address_fault(str(address), allow_loopback=settings.allow_loopback):
            raise RegistrationRefused(f"{address} {fault}")
    config: dict[str, JsonValue] = {
        **single,
        "redirect_uris": list(redirect_uris),
        "post_logout_redirect_uris": list(logout_uris),
        "secret_hash": hash_secret(secret) if secret else None,
        "public_keys": [dict(key) for key in public_keys(options["public_key"])],
        "refresh_tokens": bool(options["refresh_tokens"]),
        "id_token_algorithm": str(options["id_token_alg"]),
    }
    client_id = new_id("svc")
    return Service(
        id=client_id,
        supplier_id=supplier_id,
        protocol="oidc",
        identifier=client_id,
        name=client_id,
        config={name: value for name, value in config.items() if value},
        targets=tuple({origin(uri) + "/": None for uri in redirect_uris}),
    )


def client_record(service: Service) -> dict[str, object]:
    """What the operator looks at."""
    client = Client(service)
    return {
        "redirect_uris": list(client.redirect_uris),
        "initiate_login_uri": client.initiate_login_uri,
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "frontchannel_logout_uri": client.frontchannel_logout_uri,
        "authentication": "client_secret" if client.secret_hash else "private_key_jwt",
        "refresh_tokens": client.refreshes,
        "id_token_alg": client.id_token_algorithm,
    }
