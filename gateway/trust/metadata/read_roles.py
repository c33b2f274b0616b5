"""A role descriptor of an entity, judged and made into what the gateway keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, get_args

from lxml import etree

from gateway.trust.metadata import looks
from gateway.trust.metadata.endpoints import read_endpoints
from gateway.trust.metadata.keys import Keys, read_keys
from gateway.trust.metadata.names import (
    MD,
    MDATTR,
    POST,
    REDIRECT,
    SAML,
    SHIBMD,
    SOAP,
    SUBJECT_ID_REQUIREMENT,
)
from gateway.trust.metadata.problems import Findings
from gateway.trust.metadata.roles import (
    Endpoint,
    IdentityProvider,
    Logo,
    RequestedAttribute,
    ServiceProvider,
    SubjectIdRequirement,
)
from gateway.trust.metadata.rules import Rules

_REQUESTED = f"{{{MD}}}AttributeConsumingService/{{{MD}}}RequestedAttribute"
_ENCRYPTION_METHOD = f"{{{MD}}}KeyDescriptor/{{{MD}}}EncryptionMethod"
_SCOPE = f"{{{MD}}}Extensions/{{{SHIBMD}}}Scope"
_ENTITY_ATTRIBUTE = f"{{{MD}}}Extensions/{{{MDATTR}}}EntityAttributes/{{{SAML}}}Attribute"


@dataclass(frozen=True, slots=True)
class Reading:
    """A role descriptor, the entity that it stands in, and how it is judged."""

    entity: etree._Element
    role: etree._Element
    entity_id: str
    rules: Rules
    findings: Findings


class _Common(TypedDict):
    entity_id: str
    single_logout: tuple[Endpoint, ...]
    signing_certificates: tuple[str, ...]
    encryption_certificates: tuple[str, ...]
    encryption_methods: tuple[str, ...]
    nameid_formats: tuple[str, ...]
    display_names: Mapping[str, str]
    logos: tuple[Logo, ...]
    organisation_names: Mapping[str, str]


def read_service_provider(reading: Reading) -> ServiceProvider | None:
    """An SPSSODescriptor (Metadata §2.4.4); None, and an error, when it can not be used."""
    consumers = _endpoints(reading, "AssertionConsumerService", POST)
    keys = read_keys(reading.role, reading.findings, reading.rules.now)
    signed = _is_true(reading.role, "AuthnRequestsSigned")
    if not _are_usable(consumers, keys, reading, signed=signed):
        return None
    return ServiceProvider(
        assertion_consumers=consumers,
        authn_requests_signed=signed,
        want_assertions_signed=_is_true(reading.role, "WantAssertionsSigned"),
        requested_attributes=_requested_attributes(reading.role),
        subject_id=_subject_id(reading),
        **_common(reading, keys),
    )


def read_identity_provider(reading: Reading) -> IdentityProvider | None:
    """An IDPSSODescriptor (Metadata §2.4.3); None, and an error, when it can not be used."""
    single_sign_on = _endpoints(reading, "SingleSignOnService", REDIRECT, POST)
    keys = read_keys(reading.role, reading.findings, reading.rules.now)
    usable = True
    if not any(endpoint.binding == REDIRECT for endpoint in single_sign_on):
        usable = False
        reading.findings.error(
            "IDPSSODescriptor/SingleSignOnService",
            "There is no usable address with the binding HTTP-Redirect.",
            "Add a SingleSignOnService with HTTP-Redirect and an https: address.",
        )
    if not keys.signing:
        usable = False
        reading.findings.error(
            "IDPSSODescriptor/KeyDescriptor",
            "There is no usable key for signing, so no answer could be checked.",
            "Add a KeyDescriptor for signing with a certificate that can be read.",
        )
    if not usable:
        return None
    return IdentityProvider(
        single_sign_on=single_sign_on,
        want_authn_requests_signed=_is_true(reading.role, "WantAuthnRequestsSigned"),
        scopes=_scopes(reading),
        **_common(reading, keys),
    )


def _are_usable(
    consumers: tuple[Endpoint, ...], keys: Keys, reading: Reading, *, signed: bool
) -> bool:
    findings, place = reading.findings, "SPSSODescriptor/KeyDescriptor"
    add_key = "Add a KeyDescriptor for signing with a certificate that can be read."
    usable = True
    if not consumers:
        usable = False
        findings.error(
            "SPSSODescriptor/AssertionConsumerService",
            "There is no usable address with the binding HTTP-POST.",
            "Add an AssertionConsumerService with HTTP-POST and an https: address.",
        )
    if keys.damaged and not (keys.signing or keys.encryption):
        usable = False
        findings.error(place, "None of its keys can be used.", add_key)
    elif signed and not keys.signing:
        usable = False
        findings.error(place, "It says AuthnRequestsSigned, without a usable key.", add_key)
    if usable and not keys.encryption:
        add_key = "Add a KeyDescriptor for encryption."
        findings.warning(place, "There is no key to encrypt to.", add_key)
    return usable


def _common(reading: Reading, keys: Keys) -> _Common:
    formats = reading.role.iterfind(f"{{{MD}}}NameIDFormat")
    return _Common(
        entity_id=reading.entity_id,
        single_logout=_endpoints(reading, "SingleLogoutService", REDIRECT, POST, SOAP),
        signing_certificates=keys.signing,
        encryption_certificates=keys.encryption,
        encryption_methods=_encryption_methods(reading.role),
        nameid_formats=tuple(filter(None, (looks.text_of(element) for element in formats))),
        display_names=looks.display_names(reading.role),
        logos=looks.logos(reading.role, reading.findings),
        organisation_names=looks.organisation_names(reading.entity),
    )


def _endpoints(reading: Reading, name: str, *bindings: str) -> tuple[Endpoint, ...]:
    return read_endpoints(
        reading.role,
        name,
        bindings,
        reading.findings,
        allow_loopback=reading.rules.allow_loopback,
    )


def _encryption_methods(role: etree._Element) -> tuple[str, ...]:
    """What the party can decrypt, in its order (Metadata §2.4.1.1)."""
    found = (e.get("Algorithm", "") for e in role.iterfind(_ENCRYPTION_METHOD))
    return tuple(dict.fromkeys(filter(None, found)))


def _is_true(role: etree._Element, attribute: str) -> bool:
    return role.get(attribute, "").strip() in ("true", "1")


def _requested_attributes(role: etree._Element) -> tuple[RequestedAttribute, ...]:
    """Each attribute once, of all of the role's services (Metadata §2.4.4.2)."""
    attributes: dict[str, RequestedAttribute] = {}
    for element in role.iterfind(_REQUESTED):
        name = element.get("Name", "").strip()
        if name and name not in attributes:
            attributes[name] = RequestedAttribute(
                name=name,
                name_format=element.get("NameFormat"),
                friendly_name=element.get("FriendlyName"),
                required=_is_true(element, "isRequired"),
            )
    return tuple(attributes.values())


def _subject_id(reading: Reading) -> SubjectIdRequirement:
    """The entity attribute of SAML Subject Identifier Attributes; it has one value."""
    values = [
        looks.text_of(value)
        for attribute in reading.entity.iterfind(_ENTITY_ATTRIBUTE)
        if attribute.get("Name") == SUBJECT_ID_REQUIREMENT
        for value in attribute.iterfind(f"{{{SAML}}}AttributeValue")
    ]
    place = "EntityDescriptor/Extensions/EntityAttributes"
    known = [each for each in get_args(SubjectIdRequirement) if values == [each]]
    if values and not any(known):
        reading.findings.warning(
            place,
            "What it says of subject-id:req is left out.",
            "Give one value: subject-id, pairwise-id, any or none.",
        )
        return ""
    if known == ["subject-id"]:
        reading.findings.warning(
            place,
            "It requires a subject-id, which is the same at all services; nobody gets one here.",
            "Require pairwise-id instead, or any.",
        )
    return known[0] if known else ""


def _scopes(reading: Reading) -> tuple[str, ...]:
    """The domains that a school may speak for; SAML2Int IDP14: no regular expressions."""
    elements = [*reading.role.iterfind(_SCOPE), *reading.entity.iterfind(_SCOPE)]
    plain = [looks.text_of(e) for e in elements if not _is_true(e, "regexp")]
    if len(plain) < len(elements):
        reading.findings.warning(
            "IDPSSODescriptor/Extensions/Scope",
            "A scope that is a regular expression is left out.",
            "Write each domain as a scope of its own.",
        )
    return tuple(dict.fromkeys(filter(None, plain)))
