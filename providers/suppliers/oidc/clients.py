"""Clients made of their metadata and changed by it, for whoever registers them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.core.links import origin
from gateway.core.model import JsonValue, Service, Standing
from gateway.services import Parts

from .client_metadata import Fault, MetadataRefused, name_in, read_client, signs
from .secrets import with_first_secret

_ID_BYTES = 12
_OURS = ("secret_hash", "old_secret_hash", "old_secret_until", "registration_token_hash")


def new_client(
    asked: Mapping[str, Any], supplier_id: str, fault: Fault, parts: Parts
) -> tuple[Service, str | None]:
    """A client that waits for approval, and its secret if it has one; raises MetadataRefused."""
    config = read_client(asked, fault)
    client_id = f"svc-{parts.random(_ID_BYTES)}"
    redirect_uris = config["redirect_uris"]
    assert isinstance(redirect_uris, list)
    service = Service(
        id=client_id,
        supplier_id=supplier_id,
        protocol="oidc",
        identifier=client_id,
        name=name_in(asked, client_id),
        config=config,
        targets=tuple({origin(str(uri)) + "/": None for uri in redirect_uris}),
        standing=Standing.PENDING,
    )
    return (service, None) if signs(config) else with_first_secret(service, parts.random)


def changed_client(service: Service, asked: Mapping[str, Any], fault: Fault) -> Service:
    """The client with this metadata in place of all that it had; what is ours stays. How it
    proves itself is chosen once. Raises MetadataRefused."""
    config = read_client(asked, fault)
    if signs(config) == bool(service.config.get("secret_hash")):
        raise MetadataRefused("token_endpoint_auth_method: with a secret or a key, as it was")
    ours: dict[str, JsonValue] = {
        name: service.config[name] for name in _OURS if name in service.config
    }
    return replace(service, name=name_in(asked, service.name), config={**config, **ours})
