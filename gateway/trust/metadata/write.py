"""Our own metadata: as a school's login to the services, and as a service to the schools.

The caller signs: the Signature goes in as the first child of what is made here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from gateway.trust.metadata.names import (
    MD,
    MDUI,
    PERSISTENT,
    POST,
    PROTOCOL,
    REDIRECT,
    SHIBMD,
    TRANSIENT,
    XML_LANG,
)
from gateway.trust.metadata.roles import Logo
from gateway.trust.samltime import saml_time
from gateway.trust.xmldsig import DS

_NAMESPACES = {"md": MD, "mdui": MDUI, "shibmd": SHIBMD, "ds": DS}
# SAML2Int ALG01: what can be decrypted here, strongest first.
_ENCRYPTION_METHODS = (
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
)


VALID_SECONDS = 14 * 24 * 3600
CACHE_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What all metadata of ours has.

    Names are by language; `valid_until` is in seconds since the epoch; the certificates are
    base64 DER, of the active and the next key; `contact` is the mail address of the technicians.
    """

    entity_id: str
    document_id: str
    valid_until: float
    cache_duration_s: int
    display_names: Mapping[str, str]
    signing_certificates: Sequence[str]
    logo: Logo | None = None
    contact: str = ""


def identity_provider(
    document: Document,
    *,
    single_sign_on: str,
    single_logout: str,
    scopes: Sequence[str] = (),
    wants_signed_requests: bool = False,
) -> etree._Element:
    """The gateway towards services (Metadata §2.4.3); `scopes` are those of pairwise-ids."""
    entity, role = _entity(document, "IDPSSODescriptor")
    role.set("WantAuthnRequestsSigned", str(wants_signed_requests).lower())
    _scopes(role, scopes)
    _keys(role, "signing", document.signing_certificates)
    _endpoints(role, "SingleLogoutService", single_logout, REDIRECT, POST)
    for name_format in (PERSISTENT, TRANSIENT):
        _add(role, "NameIDFormat").text = name_format
    _endpoints(role, "SingleSignOnService", single_sign_on, REDIRECT, POST)
    _contact(entity, document)
    return entity


def service_provider(
    document: Document,
    *,
    assertion_consumer: str,
    single_logout: str | None,
    encryption_certificates: Sequence[str],
) -> etree._Element:
    """The gateway towards schools (Metadata §2.4.4)."""
    entity, role = _entity(document, "SPSSODescriptor")
    role.set("AuthnRequestsSigned", "true")
    role.set("WantAssertionsSigned", "true")
    _keys(role, "signing", document.signing_certificates)
    _keys(role, "encryption", encryption_certificates, _ENCRYPTION_METHODS)
    if single_logout is not None:
        _endpoints(role, "SingleLogoutService", single_logout, REDIRECT, POST)
    for name_format in (PERSISTENT, TRANSIENT):
        _add(role, "NameIDFormat").text = name_format
    _add(
        role,
        "AssertionConsumerService",
        Binding=POST,
        Location=assertion_consumer,
        index="0",
        isDefault="true",
    )
    _contact(entity, document)
    return entity


def _entity(document: Document, role_name: str) -> tuple[etree._Element, etree._Element]:
    entity = etree.Element(f"{{{MD}}}EntityDescriptor", nsmap=_NAMESPACES)
    entity.set("ID", document.document_id)
    entity.set("entityID", document.entity_id)
    entity.set("validUntil", saml_time(document.valid_until))
    entity.set("cacheDuration", f"PT{document.cache_duration_s}S")
    role = _add(entity, role_name, protocolSupportEnumeration=PROTOCOL)
    _looks(_add(role, "Extensions"), document)
    return entity, role


def _looks(extensions: etree._Element, document: Document) -> None:
    """MDUI §2.1.2 and §2.1.5."""
    info = etree.SubElement(extensions, f"{{{MDUI}}}UIInfo")
    for language, name in document.display_names.items():
        display_name = etree.SubElement(info, f"{{{MDUI}}}DisplayName")
        display_name.set(XML_LANG, language)
        display_name.text = name
    if document.logo:
        size = {"height": str(document.logo.height), "width": str(document.logo.width)}
        etree.SubElement(info, f"{{{MDUI}}}Logo", size).text = document.logo.location


def _scopes(role: etree._Element, scopes: Sequence[str]) -> None:
    """SAML2Int IDP14: plain, no regular expression."""
    for scope in scopes:
        found = etree.SubElement(role[0], f"{{{SHIBMD}}}Scope", regexp="false")
        found.text = scope


def _contact(entity: etree._Element, document: Document) -> None:
    """SAML2Int MD11; Metadata §2.3.2.2."""
    if document.contact:
        person = _add(entity, "ContactPerson", contactType="technical")
        _add(person, "EmailAddress").text = f"mailto:{document.contact}"


def _keys(
    role: etree._Element, use: str, certificates: Sequence[str], methods: Sequence[str] = ()
) -> None:
    for certificate in certificates:
        descriptor = _add(role, "KeyDescriptor", use=use)
        key_info = etree.SubElement(descriptor, f"{{{DS}}}KeyInfo")
        data = etree.SubElement(key_info, f"{{{DS}}}X509Data")
        etree.SubElement(data, f"{{{DS}}}X509Certificate").text = certificate
        for method in methods:
            _add(descriptor, "EncryptionMethod", Algorithm=method)


def _endpoints(role: etree._Element, name: str, location: str, *bindings: str) -> None:
    for binding in bindings:
        _add(role, name, Binding=binding, Location=location)


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{MD}}}{name}", attrib=attributes)
