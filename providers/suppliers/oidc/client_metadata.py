"""What an OpenID client says of itself (RFC 7591 §2, OpenID Connect Registration §2), checked."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gateway.core.links import lies_inside
from gateway.core.model import Json, JsonValue, Service
from gateway.core.ports import Fact
from gateway.trust.jose import registered_keys

from .authentication import METHODS
from .client import Client
from .token import GRANT_TYPES

ALGORITHMS = ("RS256", "ES256")
_SINGLE = (
    "initiate_login_uri",
    "jwks_uri",
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
)
_FIXED = {
    "response_types": (["code"],),
    "application_type": ("web",),
    "subject_type": ("pairwise",),
}
_MOST = 20
_NAME_LIMIT = 200
_SIGNS = "private_key_jwt"

Fault = Callable[[str], str | None]
"""What is wrong with an address, or None."""


class MetadataRefused(ValueError):
    """`error` is one of RFC 7591 §3.2.2."""

    def __init__(self, description: str, error: str = "invalid_client_metadata") -> None:
        super().__init__(description)
        self.error = error


def read_client(asked: Mapping[str, Any], fault: Fault) -> Json:
    """The `config` of a client without its secret; raises MetadataRefused."""
    for name, allowed in _FIXED.items():
        if asked.get(name) is not None and asked[name] not in allowed:
            raise MetadataRefused(f"{name} must be {' or '.join(map(str, allowed))}")
    config: dict[str, JsonValue] = {
        "redirect_uris": list(_addresses(asked, "redirect_uris", fault, "invalid_redirect_uri")),
        "post_logout_redirect_uris": list(_addresses(asked, "post_logout_redirect_uris", fault)),
        **{name: _address(asked, name, fault) for name in _SINGLE},
        "refresh_tokens": "refresh_token" in _words(asked, "grant_types", GRANT_TYPES),
        "id_token_algorithm": _word(asked, "id_token_signed_response_alg", ALGORITHMS),
        "authentication": _word(asked, "token_endpoint_auth_method", METHODS),
        "public_keys": list(_keys(asked)),
    }
    if not config["redirect_uris"]:
        raise MetadataRefused("redirect_uris: at least one is needed", "invalid_redirect_uri")
    _check_keys(config)
    return {name: value for name, value in config.items() if value}


def metadata_of(service: Service) -> dict[str, Any]:
    """The client in the words of RFC 7591 §2, without its secret."""
    client, config = Client(service), service.config
    grants = GRANT_TYPES if client.refreshes else GRANT_TYPES[:1]
    return {
        "client_name": service.name,
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        **{name: config[name] for name in _SINGLE if config.get(name)},
        **({"jwks": {"keys": config["public_keys"]}} if config.get("public_keys") else {}),
        "token_endpoint_auth_method": authentication_of(service),
        "id_token_signed_response_alg": client.id_token_algorithm,
        "grant_types": list(grants),
        "response_types": ["code"],
        "subject_type": "pairwise",
        "application_type": "web",
    }


def name_in(asked: Mapping[str, Any], otherwise: str) -> str:
    name = asked.get("client_name") or otherwise
    if not isinstance(name, str) or not name.isprintable() or len(name) > _NAME_LIMIT:
        raise MetadataRefused(f"client_name must be a text of at most {_NAME_LIMIT} characters")
    return " ".join(name.split())


def signs(config: Json) -> bool:
    """Whether the client proves itself by its key, not by a secret."""
    return config.get("authentication") == _SIGNS


def authentication_of(service: Service) -> str:
    """A client that was registered by command has no method, but a secret or not."""
    known = service.config.get("authentication")
    return str(known or (METHODS[0] if service.config.get("secret_hash") else _SIGNS))


def facts(service: Service) -> Iterator[Fact]:
    client = Client(service)
    yield Fact("client_id", (service.identifier,))
    yield Fact("redirect_uris", client.redirect_uris)
    yield Fact("initiate_login_uri", _one(client.initiate_login_uri))
    yield Fact("post_logout_redirect_uris", client.post_logout_redirect_uris)
    yield Fact("backchannel_logout_uri", _one(client.backchannel_logout_uri))
    yield Fact("frontchannel_logout_uri", _one(client.frontchannel_logout_uri))
    yield Fact("authentication", (authentication_of(service),))
    yield Fact("jwks_uri", _one(service.config.get("jwks_uri")))
    yield Fact("id_token_algorithm", (client.id_token_algorithm,))
    yield Fact("refresh_tokens", ("yes" if client.refreshes else "no",))


def _one(value: object) -> tuple[str, ...]:
    return (str(value),) if value else ()


def _addresses(
    asked: Mapping[str, Any], name: str, fault: Fault, error: str = "invalid_client_metadata"
) -> Sequence[str]:
    found = asked.get(name) or []
    if not isinstance(found, list) or len(found) > _MOST:
        raise MetadataRefused(f"{name} must be a list of at most {_MOST} addresses", error)
    return [_checked(address, name, fault, error) for address in found]


def _address(asked: Mapping[str, Any], name: str, fault: Fault) -> str | None:
    return _checked(asked[name], name, fault) if asked.get(name) else None


def _checked(
    address: object, name: str, fault: Fault, error: str = "invalid_client_metadata"
) -> str:
    wrong = fault(address) if isinstance(address, str) else "is not text"
    if wrong:
        raise MetadataRefused(f"{name}: {str(address)[:200]!r} {wrong}", error)
    if not lies_inside(str(address), str(address)):
        raise MetadataRefused(f"{name} can be read in more than one way", error)
    return str(address)


def _word(asked: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str:
    """The first one unless another is asked."""
    found = asked.get(name) or allowed[0]
    if found not in allowed:
        raise MetadataRefused(f"{name} must be one of {', '.join(allowed)}")
    return str(found)


def _words(asked: Mapping[str, Any], name: str, allowed: Sequence[str]) -> Sequence[str]:
    found = asked.get(name) or allowed[:1]
    if not isinstance(found, list | tuple) or not all(word in allowed for word in found):
        raise MetadataRefused(f"{name} can hold {', '.join(allowed)}")
    return found


def _keys(asked: Mapping[str, Any]) -> Sequence[JsonValue]:
    """The public keys of `jwks`; no private one."""
    found = asked.get("jwks")
    if found is None:
        return []
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= _MOST:
        raise MetadataRefused("jwks must hold 1 to 20 keys")
    if any(not isinstance(key, dict) or "d" in key or "k" in key for key in keys):
        raise MetadataRefused("jwks must hold public keys alone")
    return keys


def _check_keys(config: Mapping[str, JsonValue]) -> None:
    """A client that signs brings its keys, in one way (RFC 7591 §2)."""
    if config["jwks_uri"] and config["public_keys"]:
        raise MetadataRefused("jwks and jwks_uri exclude each other")
    if config["authentication"] == _SIGNS and not (config["jwks_uri"] or config["public_keys"]):
        raise MetadataRefused("private_key_jwt needs jwks or jwks_uri")
    if config["public_keys"]:
        try:
            usable = registered_keys(json.dumps({"keys": config["public_keys"]}), lambda: 0.0).keys
        except ValueError as error:
            raise MetadataRefused(f"jwks: {error}") from error
        if not usable:
            raise MetadataRefused("jwks holds no key that is good enough: RSA of 2048 bits, or EC")
