"""A service provider as registered: its metadata and keys, read once and not once a request."""

from dataclasses import dataclass
from functools import cached_property

from gateway.core.model import Service
from gateway.errors import ServiceMetadataEnded
from gateway.trust.metadata.names import POST, REDIRECT
from gateway.trust.metadata.roles import Endpoint, ServiceProvider
from gateway.trust.metadata.rules import CLOCK_SKEW_S
from gateway.trust.xmldsig import VerificationKey, WeakSignature, verification_key

from .encryption import Encryption, encryption_keys, preferred
from .profiles import NAME_IDS, NO_ENCRYPTION, Profile, profile_of


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
    def profile(self) -> Profile:
        return profile_of(self.service.config)

    @cached_property
    def signs_requests(self) -> bool:
        """Its metadata says so, or it was registered so (SAML2Int IDP04)."""
        wanted = self.service.config.get("signed_requests", False)
        return self._role.authn_requests_signed or wanted is True

    @cached_property
    def wants_signed_response(self) -> bool:
        return self.service.config.get("sign_response", self.profile.signs_response) is True

    @cached_property
    def wants_signed_assertion(self) -> bool:
        """One of the two is signed in any case."""
        wanted = self.profile.signs_assertion or self._role.want_assertions_signed
        return wanted or not self.wants_signed_response

    @cached_property
    def encryption(self) -> Encryption | None:
        """How its assertions are encrypted, None when they go as they are (SAML2Int IDP11)."""
        wanted = self.service.config.get("encryption")
        if wanted is None and self.profile.encrypts:
            wanted = preferred(self._role.encryption_methods)
        keys = encryption_keys(self._role.encryption_certificates)
        if wanted in {None, NO_ENCRYPTION} or not keys:
            return None
        return Encryption(str(wanted), keys)

    @cached_property
    def name_id_format(self) -> str:
        """The format when a request names none (Metadata §2.4.1.2)."""
        read = self._role.nameid_formats if self.profile.reads_name_id else ()
        return next((each for each in read if each in NAME_IDS), self.profile.name_id)

    @cached_property
    def gives_pairwise_id(self) -> bool:
        """By its profile, unless its metadata wants none (subject-id:req)."""
        return self.profile.pairwise_id and self._role.subject_id != "none"

    @cached_property
    def must_have_subject_id(self) -> bool:
        """It is the same at all services, and no supplier gets such an id from us (SAML2Int
        IDP16)."""
        return self.profile.pairwise_id and self._role.subject_id == "subject-id"

    @cached_property
    def keys(self) -> tuple[VerificationKey, ...]:
        """Those that are strong enough (SAML2Int MD07)."""
        return tuple(key for c in self._role.signing_certificates for key in _strong(c))

    @cached_property
    def logout(self) -> Endpoint | None:
        """Where the service speaks of logout: by Redirect where it can (SAML2Int IDP22)."""
        found = {each.binding: each for each in reversed(self._role.single_logout)}
        return found.get(REDIRECT) or found.get(POST)

    def check_end(self, now: float) -> None:
        """Raises ServiceMetadataEnded (Metadata §4.3): what has ended is not used."""
        end = self.service.config.get("valid_until")
        if isinstance(end, int) and end + CLOCK_SKEW_S < now:
            raise ServiceMetadataEnded(f"metadata of {self.service.identifier} ended at {end}")

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
