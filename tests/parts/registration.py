"""Registering schools and suppliers at a gateway, by its commands.

Each returns when a running gateway has taken it over.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.parts.effect import (
    wait_for_changes,
    wait_for_oidc_service,
    wait_for_saml_service,
    wait_for_school,
)
from tests.parts.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Client:
    """An OpenID service's credentials."""

    id: str
    secret: str


def add_supplier(gateway: Gateway, name: str) -> str:
    return str(gateway.ketenpoort_json("supplier", "add", "--name", name)["id"])


def add_saml_service(
    gateway: Gateway,
    supplier: str,
    metadata: str,
    *,
    name: str = "",
    attributes: Mapping[str, str] | None = None,
    profile: str = "entree",
    targets: Sequence[str] = (),
    start_address: str = "",
    more: Sequence[str] = (),
) -> str:
    """Register a SAML service provider; `attributes` says a purpose for each, `more` are further
    options. Returns its id."""
    file = _write(gateway, metadata)
    options = _options(name=name, profile=profile, start_address=start_address)
    options += [*_asked(attributes, targets), *more]
    added = gateway.ketenpoort_json(
        "service", "add", "--supplier", supplier, "--metadata", file, *options
    )
    wait_for_saml_service(gateway, metadata)
    return str(added["id"])


def add_oidc_service(
    gateway: Gateway,
    supplier: str,
    redirect_uris: Sequence[str],
    *,
    name: str,
    attributes: Mapping[str, str] | None = None,
    targets: Sequence[str] = (),
    initiate_login_uri: str = "",
    more: Sequence[str] = (),
) -> Client:
    """Register an OpenID client, with `more` options; returns its credentials, of which the id is
    the service's."""
    options = _options(name=name, initiate_login_uri=initiate_login_uri)
    options += [part for uri in redirect_uris for part in ("--redirect-uri", uri)]
    options += [*_asked(attributes, targets), *more]
    added = gateway.ketenpoort_json("service", "add", "--supplier", supplier, "--oidc", *options)
    wait_for_oidc_service(gateway, str(added["client_id"]))
    return Client(str(added["client_id"]), str(added["client_secret"]))


def add_saml_school(gateway: Gateway, brin: str, name: str, town: str, metadata: str) -> str:
    """Register a SAML school; returns the id of its connection."""
    file = _write(gateway, metadata)
    return _add_school(gateway, brin, name, town, "--metadata", file)


def add_oidc_school(
    gateway: Gateway, brin: str, name: str, town: str, *, issuer: str, client: Client
) -> str:
    """Register an OpenID school; returns the id of its connection."""
    secret = _write(gateway, client.secret)
    options = (
        "--oidc",
        "--issuer",
        issuer,
        "--client-id",
        client.id,
        "--client-secret-file",
        secret,
    )
    return _add_school(gateway, brin, name, town, *options)


def add_school_to_connection(
    gateway: Gateway, brin: str, name: str, town: str, connection: str
) -> None:
    _add_school(gateway, brin, name, town, "--connection", connection)


def grant(gateway: Gateway, brin: str, service: str, *attributes: str) -> None:
    """Let a service have attributes of a school's people."""
    for name in attributes:
        gateway.ketenpoort(
            "release", "grant", "--school", brin, "--service", service, "--attribute", name
        )
    wait_for_changes(gateway)


def add_link(gateway: Gateway, service: str, target: str) -> str:
    """Make a deep link; returns its address."""
    return str(
        gateway.ketenpoort_json("link", "add", "--service", service, "--target", target)["url"]
    )


def _add_school(gateway: Gateway, brin: str, name: str, town: str, *options: str) -> str:
    added = gateway.ketenpoort_json(
        "school", "add", "--brin", brin, "--name", name, "--town", town, *options
    )
    wait_for_school(gateway, brin)
    return str(added["connection"])


def _options(**options: str) -> list[str]:
    return [
        part
        for name, value in options.items()
        if value
        for part in (f"--{name.replace('_', '-')}", value)
    ]


def _asked(attributes: Mapping[str, str] | None, targets: Sequence[str]) -> list[str]:
    asked = [
        part
        for name, why in (attributes or {}).items()
        for part in ("--attribute", f"{name}={why}")
    ]
    return asked + [part for target in targets for part in ("--target", target)]


def _write(gateway: Gateway, content: str) -> str:
    """Write a file to hand to a command, readable by its owner only; returns its path."""
    descriptor, path = tempfile.mkstemp(dir=gateway.directory)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    return path
