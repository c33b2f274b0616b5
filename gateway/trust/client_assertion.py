"""Who asks for a token: a service, by an assertion that it signed (RFC 7523 §3)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import jwt

from gateway.core.model import Service
from gateway.core.ports import Clock, Fetch, Registry, State
from gateway.errors import FetchRefused, UnknownService, UnsupportedRequest
from gateway.trust.bulkhead import NoRoom
from gateway.trust.jose import (
    RegisteredKeys,
    RemoteKeys,
    TokenRefused,
    registered_keys,
    verify_token,
)

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_OUTAGE_SECONDS = 10
_JTI_LIMIT = 255
_REQUIRED = ("iss", "sub", "aud", "iat", "exp", "jti")

Keys = RemoteKeys | RegisteredKeys


class AssertionRefused(Exception):
    """It does not prove the service; the text says in what way, without its content."""


@dataclass(frozen=True, slots=True)
class ServiceKeys:
    """The public keys of services, each fetched when needed and kept until the service changes."""

    fetch: Fetch
    clock: Clock
    _kept: dict[str, tuple[Service, Keys]] = field(default_factory=dict)
    _unreachable: dict[str, float] = field(default_factory=dict)

    def of(self, service: Service) -> Keys:
        """Raises UnsupportedRequest for a service that registered no key."""
        kept = self._kept.get(service.id)
        if kept is None or kept[0] is not service:
            kept = self._kept[service.id] = (service, self._keys(service))
        return kept[1]

    def verified(
        self,
        token: str,
        service: Service,
        *,
        audience: Sequence[str],
        skew: int,
        required: Sequence[str],
    ) -> Mapping[str, Any]:
        """The claims of a token that a service signed, with its keys alone whatever `kid` the
        token names; a service whose keys can not be fetched is not asked again at once. Raises
        TokenRefused."""
        now = self.clock()
        if now < self._unreachable.get(service.id, 0) + _OUTAGE_SECONDS:
            raise TokenRefused("jwks_uri did not answer a moment ago")
        try:
            return verify_token(
                token,
                self.of(service),
                issuer=service.identifier,
                audience=audience,
                skew=skew,
                required=required,
            )
        except UnsupportedRequest as error:
            raise TokenRefused(str(error)) from error
        except NoRoom as error:
            raise TokenRefused("jwks_uri is not asked, for others wait already") from error
        except FetchRefused as error:
            self._unreachable[service.id] = now
            raise TokenRefused("jwks_uri does not answer") from error

    def _keys(self, service: Service) -> Keys:
        address, rows = service.config.get("jwks_uri"), service.config.get("public_keys")
        if address:
            return RemoteKeys(str(address), self.fetch, self.clock)
        if rows:
            keys = list(cast("Sequence[Mapping[str, Any]]", rows))
            return registered_keys(json.dumps({"keys": keys}), self.clock)
        raise UnsupportedRequest(f"service {service.id} registered no public key")


@dataclass(frozen=True, slots=True)
class ClientAssertions:
    """Those of the services of one protocol; `audiences` are ours: an assertion is for one of
    them alone. `lifetime`, of which one may say to live no longer, and `skew` are in seconds."""

    protocol: str
    audiences: tuple[str, ...]
    registry: Registry
    state: State
    clock: Clock
    keys: ServiceKeys
    skew: int
    lifetime: int

    def service(self, assertion: str) -> Service:
        """The service that signed an assertion, which counts once; raises AssertionRefused."""
        service = self._claimed(assertion)
        try:
            claims = self.keys.verified(
                assertion,
                service,
                audience=self.audiences,
                skew=self.skew,
                required=_REQUIRED,
            )
        except TokenRefused as error:
            raise AssertionRefused(str(error)) from error
        self._check(claims, service)
        usable = self.lifetime + 2 * self.skew  # from the earliest use to the latest
        if not self.state.once([f"jti:{service.id} {claims['jti']}"], usable):
            raise AssertionRefused("jti was used before")
        return service

    def _claimed(self, assertion: str) -> Service:
        """The service that an assertion names, not yet proved."""
        try:
            claims = jwt.decode(assertion, options={"verify_signature": False})
            client_id = claims.get("iss")
            service = self.registry.service_named(self.protocol, str(client_id))
        except (jwt.PyJWTError, RecursionError) as error:
            raise AssertionRefused("it is not a JWT") from error
        except UnknownService as error:
            raise AssertionRefused("iss is not a client_id of ours") from error
        if not service.active:
            raise AssertionRefused("the service is switched off")
        return service

    def _check(self, claims: Mapping[str, Any], service: Service) -> None:
        """RFC 7523 §3; times against our clock, so that a long life can not be made of them."""
        now = self.clock()
        if claims["sub"] != service.identifier:
            raise AssertionRefused("sub is not the client_id")
        if claims["aud"] not in (*self.audiences, *([one] for one in self.audiences)):
            raise AssertionRefused("aud is for others beside us")
        long = self.lifetime + self.skew
        if claims["exp"] > now + long or claims["iat"] < now - long:
            raise AssertionRefused(f"it may live {self.lifetime} s at most")
        jti = claims["jti"]
        if not isinstance(jti, str) or not 0 < len(jti) <= _JTI_LIMIT or not jti.isprintable():
            raise AssertionRefused(f"jti must be a text of 1 to {_JTI_LIMIT} plain characters")
