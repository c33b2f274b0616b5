"""What the gateway keeps of a party's metadata: its roles, and their form in the database.

Contacts are left out: they are people. Certificates are base64 DER without white space,
names are by language (`nl`, `en`; empty where the metadata says none).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, cast

from pydantic import TypeAdapter

from gateway.core.model import Json

SubjectIdRequirement = Literal["", "subject-id", "pairwise-id", "none", "any"]
"""Which lasting id of a person a service must have, by the entity attribute subject-id:req of SAML
Subject Identifier Attributes; empty: it does not say."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and how it is spoken to. `default`: the one when a request names none."""

    binding: str
    location: str
    response_location: str | None = None
    index: int | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture at an https: or data: address; the sizes are in pixels."""

    location: str
    width: int | None = None
    height: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class RequestedAttribute:
    """An attribute that a service asks for in its metadata."""

    name: str
    name_format: str | None = None
    friendly_name: str | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Role:
    entity_id: str
    single_logout: tuple[Endpoint, ...] = ()
    signing_certificates: tuple[str, ...] = ()
    encryption_certificates: tuple[str, ...] = ()
    encryption_methods: tuple[str, ...] = ()
    nameid_formats: tuple[str, ...] = ()
    display_names: Mapping[str, str] = field(default_factory=dict)
    logos: tuple[Logo, ...] = ()
    organisation_names: Mapping[str, str] = field(default_factory=dict)

    def to_config(self) -> Json:
        """The role as JSON, without what is as it is by default."""
        dumped = _ADAPTERS[type(self)].dump_python(self, mode="json", exclude_defaults=True)
        return cast("Json", dumped)

    @classmethod
    def from_config(cls, config: Json) -> Self:
        """Read what `to_config` made; other keys are left alone. Raises ValueError."""
        return cast("Self", _ADAPTERS[cls].validate_python(config))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceProvider(_Role):
    """A service, as its SPSSODescriptor says (Metadata §2.4.4)."""

    assertion_consumers: tuple[Endpoint, ...]
    authn_requests_signed: bool = False
    want_assertions_signed: bool = False
    requested_attributes: tuple[RequestedAttribute, ...] = ()
    subject_id: SubjectIdRequirement = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider(_Role):
    """A school's login, as its IDPSSODescriptor says (Metadata §2.4.3)."""

    single_sign_on: tuple[Endpoint, ...]
    want_authn_requests_signed: bool = False
    scopes: tuple[str, ...] = ()


_ADAPTERS: Mapping[type[_Role], TypeAdapter[_Role]] = {
    ServiceProvider: TypeAdapter(ServiceProvider),
    IdentityProvider: TypeAdapter(IdentityProvider),
}
