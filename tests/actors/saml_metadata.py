"""Metadata of the scripted parties, and what they read from the gateway's."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from tests.actors.keys import KeyPair
from tests.actors.saml_xml import NAMESPACES, POST, REDIRECT, Element, find, parse, sub, tag

PROTOCOL = NAMESPACES["samlp"]


@dataclass(frozen=True, slots=True)
class Party:
    """What metadata says of the other side: addresses by binding, certificates as PEM."""

    entity_id: str
    endpoints: dict[str, str]
    signing: tuple[str, ...]
    encryption: tuple[str, ...]


def idp_metadata(
    entity_id: str, sso: str, keys: Sequence[KeyPair], *, slo: str | None = None
) -> str:
    entity, role = _entity(entity_id, "md:IDPSSODescriptor", WantAuthnRequestsSigned="true")
    _add_keys(role, keys, "signing")
    if slo:
        sub(role, "md:SingleLogoutService", Binding=REDIRECT, Location=slo)
    for binding in (REDIRECT, POST):
        sub(role, "md:SingleSignOnService", Binding=binding, Location=sso)
    return etree.tostring(entity, encoding="unicode")


def sp_metadata(
    entity_id: str,
    acs: Sequence[str],
    keys: Sequence[KeyPair],
    *,
    signs_requests: bool = True,
    encryption: Sequence[KeyPair] = (),
    slo: str | None = None,
    name_id_format: str | None = None,
) -> str:
    """Return metadata of a service provider; the first address of `acs` is the default one."""
    entity, role = _entity(
        entity_id,
        "md:SPSSODescriptor",
        AuthnRequestsSigned=str(signs_requests).lower(),
        WantAssertionsSigned="true",
    )
    _add_keys(role, keys, "signing")
    _add_keys(role, encryption, "encryption")
    if slo:
        sub(role, "md:SingleLogoutService", Binding=REDIRECT, Location=slo)
    if name_id_format:
        sub(role, "md:NameIDFormat", name_id_format)
    for index, address in enumerate(acs):
        sub(
            role,
            "md:AssertionConsumerService",
            Binding=POST,
            Location=address,
            index=str(index),
            isDefault="true" if index == 0 else None,
        )
    return etree.tostring(entity, encoding="unicode")


def read_party(metadata: str | bytes, role: str, endpoint: str) -> Party:
    """Read the one `role` (`md:IDPSSODescriptor`) and its addresses for `endpoint`."""
    entity = parse(metadata)
    (descriptor,) = find(entity, f"./{role}")
    return Party(
        entity_id=entity.get("entityID", ""),
        endpoints={
            e.get("Binding", ""): e.get("Location", "") for e in find(descriptor, f"./{endpoint}")
        },
        signing=_certificates(descriptor, "signing"),
        encryption=_certificates(descriptor, "encryption"),
    )


def _entity(entity_id: str, role: str, **attributes: str) -> tuple[Element, Element]:
    entity = etree.Element(tag("md:EntityDescriptor"), nsmap={"md": NAMESPACES["md"]})
    entity.set("entityID", entity_id)
    return entity, sub(entity, role, protocolSupportEnumeration=PROTOCOL, **attributes)


def _add_keys(role: Element, keys: Sequence[KeyPair], use: str) -> None:
    for pair in keys:
        info = sub(sub(role, "md:KeyDescriptor", use=use), "ds:KeyInfo")
        sub(sub(info, "ds:X509Data"), "ds:X509Certificate", pair.certificate_base64)


def _certificates(role: Element, use: str) -> tuple[str, ...]:
    path = f"./md:KeyDescriptor[not(@use) or @use='{use}']//ds:X509Certificate"
    texts = ("".join(found.itertext()).split() for found in find(role, path))
    return tuple(
        f"-----BEGIN CERTIFICATE-----\n{''.join(text)}\n-----END CERTIFICATE-----\n"
        for text in texts
    )
