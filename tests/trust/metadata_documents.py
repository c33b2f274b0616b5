"""Documents of metadata of invented parties, good and bad, and their signatures by xmlsec."""

import datetime as dt

import xmlsec
from lxml import etree

from gateway.trust.metadata.rules import Rules
from tests.actors.keys import KeyPair, rsa_key

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC).timestamp()
RULES = Rules(now=NOW)
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
SAML2 = "urn:oasis:names:tc:SAML:2.0:protocol"
NAMESPACES = (
    'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
    'xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" xmlns:shibmd="urn:mace:shibboleth:metadata:1.0"'
)


def key(certificate: str | None = None, use: str = "signing") -> str:
    text = rsa_key("party").certificate_base64 if certificate is None else certificate
    attribute = f' use="{use}"' if use else ""
    return (
        f"<md:KeyDescriptor{attribute}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{text}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )


def consumer(location: str, attributes: str = 'index="0"', binding: str = POST) -> str:
    return f'<md:AssertionConsumerService Binding="{binding}" Location="{location}" {attributes}/>'


def entity(
    inside: str, entity_id: str = "https://party.example/metadata", attributes: str = ""
) -> str:
    return (
        f'<md:EntityDescriptor {NAMESPACES} entityID="{entity_id}" {attributes}>{inside}'
        "</md:EntityDescriptor>"
    )


def service_role(inside: str | None = None, attributes: str = "", protocol: str = SAML2) -> str:
    inside = key(use="") + consumer("https://party.example/acs") if inside is None else inside
    return (
        f'<md:SPSSODescriptor protocolSupportEnumeration="{protocol}" {attributes}>{inside}'
        "</md:SPSSODescriptor>"
    )


def school_role(inside: str | None = None, attributes: str = "") -> str:
    inside = key() + single_sign_on("https://party.example/sso") if inside is None else inside
    return (
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{SAML2}" {attributes}>{inside}'
        "</md:IDPSSODescriptor>"
    )


def single_sign_on(location: str, binding: str = REDIRECT) -> str:
    return f'<md:SingleSignOnService Binding="{binding}" Location="{location}"/>'


def subject_id_requirement(*values: str) -> str:
    """The Extensions of an entity that says which lasting id of people it must have."""
    said = "".join(f"<saml:AttributeValue> {value}\n</saml:AttributeValue>" for value in values)
    return (
        "<md:Extensions><mdattr:EntityAttributes "
        'xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute" '
        'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
        '<saml:Attribute Name="http://macedir.org/entity-category"><saml:AttributeValue>any'
        "</saml:AttributeValue></saml:Attribute>"
        '<saml:Attribute Name="urn:oasis:names:tc:SAML:profiles:subject-id:req">'
        f"{said}</saml:Attribute></mdattr:EntityAttributes></md:Extensions>"
    )


def group(*inside: str, attributes: str = 'ID="_group"') -> bytes:
    body = "".join(inside)
    return (
        f"<md:EntitiesDescriptor {NAMESPACES} {attributes}>{body}</md:EntitiesDescriptor>".encode()
    )


def signed(
    document: bytes,
    keys: KeyPair,
    *,
    method: str = xmlsec.constants.TransformRsaSha256,
    digest: str = xmlsec.constants.TransformSha256,
    element: str = ".",
) -> bytes:
    """Sign the root, or the element at a path: xmlsec does it, and puts the Signature first."""
    root = etree.fromstring(document)
    target = root.find(element, {"md": "urn:oasis:names:tc:SAML:2.0:metadata"})
    signature = xmlsec.template.create(root, xmlsec.constants.TransformExclC14N, method, ns="ds")
    root.insert(0, signature)
    reference = xmlsec.template.add_reference(signature, digest, uri=f"#{target.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(keys.key, xmlsec.KeyFormat.PEM)
    context.sign(signature)
    return etree.tostring(root)
