"""A service provider as registered: its metadata and keys, read once and not once a request."""

from dataclasses import dataclass
from functools import cached_property

from gateway.core.model import Service
from gateway.trust.metadata.names import REDIRECT
from gateway.trust.metadata.roles import Endpoint, ServiceProvider
from gateway.trust.xmldsig import VerificationKey, WeakSignature, verification_key


@dataclass(frozen=True)
class Provider:
    """One service."""

    service: Service

    @cached_property
    def consumers(self) -> tuple[Endpoint, ...]:
        return self._role.assertion_consumers

    @cached_property
    def default_consumer(self) -> str:
        """The address that the metadata marks as the default (Metadata §2.2.3)."""
        return next(consumer.location for consumer in self.consumers if consumer.default)

    @cached_property
    def signs_requests(self) -> bool:
        return self._role.authn_requests_signed

    @cached_property
    def keys(self) -> tuple[VerificationKey, ...]:
        """Those that are strong enough (SAML2Int MD07)."""
        return tuple(key for c in self._role.signing_certificates for key in _strong(c))

    @cached_property
    def logout_answers_at(self) -> str | None:
        """Where the service hears our answer to its logout, by Redirect."""
        for endpoint in self._role.single_logout:
            if endpoint.binding == REDIRECT:
                return endpoint.response_location or endpoint.location
        return None

    @cached_property
    def _role(self) -> ServiceProvider:
        return ServiceProvider.from_config(self.service.config)


class Providers:
    """Keeps what was read of each service, until the service changes."""

    def __init__(self) -> None:
        self._kept: dict[str, Provider] = {}

    def of(self, service: Service) -> Provider:
        kept = self._kept.get(service.id)
        if kept is None or kept.service is not service:
            kept = self._kept[service.id] = Provider(service)
        return kept


def _strong(certificate: str) -> tuple[VerificationKey, ...]:
    try:
        return (verification_key(certificate),)
    except (WeakSignature, ValueError):
        return ()
