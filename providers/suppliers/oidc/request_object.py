"""Signed request objects (OpenID Connect Core §6.1, RFC 9101)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from gateway.errors import UnsupportedRequest
from gateway.trust.client_assertion import ServiceKeys
from gateway.trust.jose import TokenRefused

from .client import Client
from .errors import InvalidRequest
from .parameters import is_text

_OF_THE_TOKEN = {"iss", "aud", "exp", "iat", "nbf", "jti", "sub"}
_FOR_ALL_TO_SEE = ("client_id", "response_type")
_ONLY_SIGNED = "oauth-authz-req+jwt"


@dataclass(frozen=True, slots=True)
class RequestObjects:
    """`issuer` is ours, whom an object must be for. `skew` in seconds."""

    keys: ServiceKeys
    issuer: str
    skew: int

    def opened(self, fields: Mapping[str, str], client: Client) -> Mapping[str, str]:
        """The parameters, where one that is signed goes before one that is not (Core §6.1). Of
        an object that is typed as RFC 9101 has it nothing beside it counts (§6.3); what stands
        at both places for the OAuth rules must be the same. Raises InvalidRequest."""
        if "request" not in fields:
            return fields
        signed = _parameters(self._verified(fields["request"], client))
        for name in _FOR_ALL_TO_SEE:
            if name in fields and signed.get(name, fields[name]) != fields[name]:
                raise _refused(f"{name} is another inside the request object")
        beside = {} if _is_alone(fields["request"]) else dict(fields)
        beside.pop("request", None)
        return {**beside, **signed, "client_id": client.service.identifier}

    def _verified(self, token: str, client: Client) -> Mapping[str, Any]:
        """Signed by this client, for us; never unsigned (RFC 9101 §10.5). What can not be
        supported, whatever it says, is refused as such (Core §3.1.2.6)."""
        if _is_unsigned(token):
            raise InvalidRequest("request_not_supported", "a request object must be signed")
        try:
            self.keys.of(client.service)
        except UnsupportedRequest as error:
            said = "this client registered no key for request objects"
            raise InvalidRequest("request_not_supported", said) from error
        try:
            return self.keys.verified(
                token,
                client.service,
                audience=[self.issuer],
                skew=self.skew,
                required=("iss", "aud"),
            )
        except (TokenRefused, RecursionError) as error:
            raise _refused(str(error)) from error


def _is_unsigned(token: str) -> bool:
    try:
        algorithm = jwt.get_unverified_header(token).get("alg")
    except (jwt.PyJWTError, RecursionError):
        return False
    return isinstance(algorithm, str) and algorithm.lower() == "none"


def _is_alone(token: str) -> bool:
    kind = jwt.get_unverified_header(token).get("typ")
    return isinstance(kind, str) and kind.lower().removeprefix("application/") == _ONLY_SIGNED


def _parameters(claims: Mapping[str, Any]) -> dict[str, str]:
    """As they would stand in an address; an object in an object is none (RFC 9101 §4)."""
    if not claims.keys().isdisjoint({"request", "request_uri"}):
        raise _refused("a request object in a request object")
    return {name: _text(name, value) for name, value in claims.items() if name not in _OF_THE_TOKEN}


def _text(name: str, value: object) -> str:
    if isinstance(value, str) and is_text(value):
        return value
    if name == "claims" and isinstance(value, Mapping):
        return json.dumps(value)
    if name == "max_age" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _refused(f"{name[:40]} is not a text")


def _refused(description: str) -> InvalidRequest:
    return InvalidRequest("invalid_request_object", description)
