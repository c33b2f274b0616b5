"""An OpenID client as it is registered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from gateway.core.model import Json, Service


@dataclass(frozen=True, slots=True)
class Client:
    """What a client registered; its secret is known by its hash alone. One that signs
    (`private_key_jwt`) has no secret. `old_secret`: the hash of the one before, and until when it
    serves. `refreshes`: its codes give refresh tokens too."""

    service: Service
    redirect_uris: tuple[str, ...]
    secret_hash: str | None
    old_secret: tuple[str, int] | None
    initiate_login_uri: str | None
    post_logout_redirect_uris: tuple[str, ...]
    backchannel_logout_uri: str | None
    frontchannel_logout_uri: str | None
    id_token_algorithm: str
    refreshes: bool


def client_of(service: Service) -> Client:
    config = service.config
    return Client(
        service=service,
        redirect_uris=_texts(config["redirect_uris"]),
        secret_hash=_text(config, "secret_hash"),
        old_secret=_old_secret(config),
        initiate_login_uri=_text(config, "initiate_login_uri"),
        post_logout_redirect_uris=_texts(config.get("post_logout_redirect_uris") or ()),
        backchannel_logout_uri=_text(config, "backchannel_logout_uri"),
        frontchannel_logout_uri=_text(config, "frontchannel_logout_uri"),
        id_token_algorithm=_text(config, "id_token_algorithm") or "RS256",
        refreshes=config.get("refresh_tokens") is True,
    )


def _old_secret(config: Json) -> tuple[str, int] | None:
    digest, until = config.get("old_secret_hash"), config.get("old_secret_until")
    return (digest, until) if isinstance(digest, str) and isinstance(until, int) else None


def hash_secret(secret: str) -> str:
    """Our secrets carry 256 random bits, so that a plain hash can not be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _text(config: Json, name: str) -> str | None:
    value = config.get(name)
    return str(value) if value else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(cast("Sequence[str]", value))
