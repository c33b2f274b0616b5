"""SAML metadata: the school's own, and what it reads in the gateway's (SAML Metadata §2.4)."""

import base64
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from demo.keys import KeyPair
from demo.schools.xml import MD, NAMES, SAMLP, attribute, build, parse, write

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
CERTIFICATE = "md:KeyDescriptor/ds:KeyInfo/ds:X509Data/ds:X509Certificate"


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """Who may ask this school for a login: the gateway."""

    entity_id: str
    consumers: dict[str, str]
    """Addresses for the POST binding by their index; the default one comes first."""
    keys: tuple[RSAPublicKey, ...]

    @property
    def default_consumer(self) -> str:
        return next(iter(self.consumers.values()))


def read_service_provider(document: bytes) -> ServiceProvider:
    """Reads the gateway's metadata. Raises ValueError."""
    root = parse(document)
    role = root.find("md:SPSSODescriptor", NAMES)
    if root.tag != f"{{{MD}}}EntityDescriptor" or role is None:
        raise ValueError("no EntityDescriptor with an SPSSODescriptor")
    consumers = role.findall(f"md:AssertionConsumerService[@Binding='{POST}']", NAMES)
    if not consumers:
        raise ValueError("no AssertionConsumerService by HTTP-POST")
    consumers.sort(key=lambda one: one.get("isDefault") != "true")
    return ServiceProvider(
        entity_id=attribute(root, "entityID"),
        consumers={attribute(one, "index"): attribute(one, "Location") for one in consumers},
        keys=tuple(_public_key(one.text or "") for one in role.iterfind(CERTIFICATE, NAMES)),
    )


def _public_key(body: str) -> RSAPublicKey:
    key = x509.load_der_x509_certificate(base64.b64decode(body)).public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError("only RSA keys are read")  # noqa: TRY004 - the document is wrong, not a call
    return key


def identity_provider_metadata(entity_id: str, sso: str, pair: KeyPair) -> bytes:
    """The school's own metadata, for its administrator to hand to the gateway."""
    data = build("ds:X509Data", build("ds:X509Certificate", pair.certificate_body))
    role = build(
        "md:IDPSSODescriptor",
        build("md:KeyDescriptor", build("ds:KeyInfo", data), use="signing"),
        build("md:NameIDFormat", UNSPECIFIED),
        build("md:SingleSignOnService", Binding=REDIRECT, Location=sso),
        protocolSupportEnumeration=SAMLP,
        WantAuthnRequestsSigned="true",
    )
    return write(build("md:EntityDescriptor", role, entityID=entity_id))
