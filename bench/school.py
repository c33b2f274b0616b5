import base64
import re
import zlib
from hashlib import sha256, sha512
from secrets import token_hex
from time import time
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_der_x509_certificate
from lxml import etree

from bench import federation, messages
from bench.answers import expect
from bench.errors import LoginError
from bench.federation import ServiceProvider
from bench.keys import KeyPair

REQUEST_ID = re.compile(r'\bID="([^"]+)"')
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
LIFETIME_S = 300

ATTRIBUTES = {
    "uid": "{uid}",
    "eckId": "https://ketenid.nl/pilot/{eck_id}",
    "eduPersonAffiliation": "student",
    "nlEduPersonHomeOrganizationId": federation.BRIN,
    "nlEduPersonHomeOrganization": federation.SCHOOL_NAME,
    "nlEduPersonHomeOrganizationBranchId": federation.BRIN + "00",
    "givenName": "Sanne",
    "initials": "S.J.",
    "nlEduPersonTussenvoegsels": "van der",
    "sn": "Meetlat",
    "cn": "Sanne van der Meetlat",
    "displayName": "Sanne van der Meetlat",
    "mail": "{uid}",
    "employeeNumber": "140136",
    "nlEduPersonUnit": "2havo3",
    "ou": "2 havo",
    "nlEduPersonProfileId": "140136@leerlingen.ketenlyceum.test",
    "nlEduPersonRealId": "{uid}",
    "digiDeliveryId": "8F3D2A61-0000-4000-8000-0099A0000001",
    "preferredLanguage": "nl",
}
ATTRIBUTE = (
    '<saml:Attribute Name="{}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">'
    '<saml:AttributeValue xsi:type="xs:string">{}</saml:AttributeValue></saml:Attribute>'
)


def metadata(certificate: str) -> str:
    return messages.template("school-metadata").format(
        entity_id=federation.SCHOOL_ENTITY_ID, sso=federation.SCHOOL_SSO, certificate=certificate
    )


class School:
    """A SAML identity provider that lets everyone in; signs the assertion, as most schools do.

    What it signs has one form, so that is canonicalised once, with the places to fill in still in
    it: a school that works as much as the gateway leaves it little of the processor's caches.
    """

    def __init__(self, pair: KeyPair, hub: ServiceProvider) -> None:
        self._key = pair.key
        constants = {
            "attributes": "".join(ATTRIBUTE.format(*item) for item in ATTRIBUTES.items()),
            "acs": hub.acs,
            "audience": hub.entity_id,
            "issuer": federation.SCHOOL_ENTITY_ID,
            "certificate": pair.certificate,
        }
        self._response = messages.template("response")
        for name, value in constants.items():
            self._response = self._response.replace(f"{{{name}}}", value)
        self._assertion, self._signed_info = _canonical_forms(self._response)

    def answer(self, location: str, uid: str) -> bytes:
        """The form for the AuthnRequest in that address, encoded: signed Response, and the
        RelayState if there is one (SAML Bindings §3.5.3)."""
        query = dict(parse_qsl(urlsplit(location).query))
        response = self._signed(_places(_read_id(query["SAMLRequest"]), uid))
        form = f"SAMLResponse={_quote_base64(_base64(response.encode()))}"
        if "RelayState" in query:
            form += "&" + urlencode({"RelayState": query["RelayState"]})
        return form.encode()

    def _signed(self, places: dict[str, str]) -> str:
        places["digest"] = _base64(sha256(self._assertion.format(**places).encode()).digest())
        signed_info = self._signed_info.format(**places).encode()
        signature = self._key.sign(signed_info, padding.PKCS1v15(), hashes.SHA256())
        return self._response.format(**places, signature=_base64(signature))


def _canonical_forms(response: str) -> tuple[str, str]:
    """Of the assertion, without its Signature, and of the SignedInfo (XML-EXC-C14N)."""
    assertion = etree.fromstring(response)[-1]
    signature = assertion[1]
    signed_info = etree.tostring(signature[0], method="c14n", exclusive=True)
    assertion.remove(signature)
    return etree.tostring(assertion, method="c14n", exclusive=True).decode(), signed_info.decode()


def _places(request_id: str, uid: str) -> dict[str, str]:
    now = time()
    return {
        "response_id": "_" + token_hex(16),
        "assertion_id": "_" + token_hex(16),
        "request_id": request_id,
        "uid": uid,
        "eck_id": sha512(uid.encode()).hexdigest(),
        "now": messages.instant(now),
        "not_before": messages.instant(now - 30),
        "not_on_or_after": messages.instant(now + LIFETIME_S),
    }


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _quote_base64(value: str) -> str:
    """As urlencode does, which takes as long for 10 kB as a signature."""
    return value.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


def _read_id(request: str) -> str:
    found = REQUEST_ID.search(zlib.decompress(base64.b64decode(request), -15).decode())
    if found is None:
        raise LoginError("the school got an AuthnRequest without an ID")
    return found[1]


def verify_request(location: str, certificate: str) -> None:
    """SAML Bindings §3.4.4.1: the address carries the gateway's signature over its query."""
    expect(location.startswith(federation.SCHOOL_SSO + "?"), "sent to another address than SSO")
    signed, _, signature = urlsplit(location).query.partition("&Signature=")
    expect(dict(parse_qsl(signed)).get("SigAlg") == RSA_SHA256, "not signed with RSA-SHA256")
    key = load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    value = base64.b64decode(parse_qs("Signature=" + signature)["Signature"][0])
    try:
        key.verify(value, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise LoginError("the AuthnRequest to the school is signed wrongly") from error
