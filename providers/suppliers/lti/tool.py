"""A tool as it is registered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from gateway.core.model import Json, JsonValue, Service


@dataclass(frozen=True, slots=True)
class Tool:
    """What a tool registered (LTI Security §6). `framed`: it is shown in a page of ours."""

    service: Service
    initiate_login_uri: str
    redirect_uris: tuple[str, ...]
    target_link_uri: str | None
    deep_linking_uri: str | None
    jwks_uri: str | None
    public_keys: tuple[Mapping[str, Any], ...]
    custom: Mapping[str, str]
    framed: bool

    @property
    def client_id(self) -> str:
        return self.service.identifier


def tool_of(service: Service) -> Tool:
    config = service.config
    return Tool(
        service=service,
        initiate_login_uri=str(config["initiate_login_uri"]),
        redirect_uris=_texts(config["redirect_uris"]),
        target_link_uri=_text(config.get("target_link_uri")),
        deep_linking_uri=_text(config.get("deep_linking_uri")),
        jwks_uri=_text(config.get("jwks_uri")),
        public_keys=tuple(cast("Sequence[Mapping[str, Any]]", config.get("public_keys") or ())),
        custom=cast("Mapping[str, str]", config.get("custom") or {}),
        framed=bool(config.get("framed")),
    )


def _text(value: object) -> str | None:
    return str(value) if value else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(cast("Sequence[str]", value))


def tool_config(
    *,
    initiate_login_uri: str,
    redirect_uris: Sequence[str],
    target_link_uri: str | None = None,
    deep_linking_uri: str | None = None,
    jwks_uri: str | None = None,
    public_keys: Sequence[Mapping[str, JsonValue]] = (),
    custom: Mapping[str, str] | None = None,
    framed: bool = False,
    scopes: Sequence[str] = (),
) -> Json:
    """The `config` of a service that is a tool, as `tool_of` reads it: what is there, no more."""
    config: dict[str, JsonValue] = {
        "initiate_login_uri": initiate_login_uri,
        "redirect_uris": list(redirect_uris),
        "target_link_uri": target_link_uri,
        "deep_linking_uri": deep_linking_uri,
        "jwks_uri": jwks_uri,
        "public_keys": [dict(key) for key in public_keys],
        "custom": dict(custom or {}),
        "framed": framed,
        "scopes": list(scopes),
    }
    return {name: value for name, value in config.items() if value}
