"""What stands before python3-saml: the structure of a Response, and decryption.

Each rule shuts a door that a published attack used (`reference/lti-and-oidc.md` C2 to C5).
Nothing here is trusted yet: the result is an `UnverifiedResponse`.
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import xmlsec
from lxml import etree

from gateway.errors import MalformedAnswer, UndecryptableAnswer, UnsignedAnswer, WeakAlgorithm
from gateway.trust.xml import MESSAGE_LIMIT, XmlRefused, parse_message
from gateway.trust.xmldsig import DS, SignatureForm, SignatureRefused, WeakSignature, signature_of

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_XENC = "{http://www.w3.org/2001/04/xmlenc#}"
_ASSERTION, _ENCRYPTED = f"{SAML}Assertion", f"{SAML}EncryptedAssertion"
_RESPONSE_CHILDREN = {
    f"{SAML}Issuer",
    f"{{{DS}}}Signature",
    f"{SAMLP}Status",
    _ASSERTION,
    _ENCRYPTED,
}
# SAML2Int ALG01: GCM and OAEP; CBC and PKCS#1 v1.5 let their answers be guessed byte by byte.
_CIPHERS = {
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2009/xmlenc11#aes192-gcm",
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
}
_KEY_TRANSPORTS = {
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    "http://www.w3.org/2009/xmlenc11#rsa-oaep",
}


@dataclass(frozen=True, slots=True)
class UnverifiedResponse:
    """A Response of the right shape. `plain` has its assertion decrypted, else is `document`."""

    document: etree._Element
    plain: etree._Element
    response_form: SignatureForm | None
    assertion_form: SignatureForm | None

    @property
    def encrypted(self) -> bool:
        return self.plain is not self.document

    @property
    def assertion(self) -> etree._Element:
        return self.plain.findall(_ASSERTION)[0]


def decode(field: str) -> bytes:
    """The bytes of a posted SAMLResponse; raises MalformedAnswer."""
    if len(field) > MESSAGE_LIMIT * 2:
        raise MalformedAnswer("the response is too large")
    try:
        return b64decode("".join(field.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedAnswer("the response is not base64") from error


def parse_response(data: bytes) -> etree._Element:
    """A Response without anything that does not belong in it; raises MalformedAnswer."""
    try:
        root = parse_message(data)
    except XmlRefused as error:
        raise MalformedAnswer(str(error)) from error
    if root.tag != f"{SAMLP}Response":
        raise MalformedAnswer("not a Response")
    _check_structure(root)
    return root


def open_response(root: etree._Element, decryptor: "Decryptor") -> UnverifiedResponse:
    """Decrypt where needed and find the signatures; raises SchoolError."""
    plain = root
    if root.find(_ENCRYPTED) is not None:
        plain = _decrypted(root, decryptor)
        _check_structure(plain)
    try:
        forms = signature_of(root), signature_of(plain.findall(_ASSERTION)[0])
    except WeakSignature as error:
        raise WeakAlgorithm(str(error)) from error
    except SignatureRefused as error:
        raise UnsignedAnswer(str(error)) from error
    return UnverifiedResponse(root, plain, *forms)


def _check_structure(root: etree._Element) -> None:
    """One assertion, at its place; signatures at theirs; ids once (wrapping: XSW 1 to 8)."""
    if {child.tag for child in root} - _RESPONSE_CHILDREN:
        raise MalformedAnswer("an element that does not belong in a Response")
    assertions = list(root.iter(_ASSERTION, _ENCRYPTED))
    if len(assertions) != 1 or assertions[0].getparent() is not root:
        raise MalformedAnswer("not exactly one assertion, at its place")
    for signature in root.iter(f"{{{DS}}}Signature"):
        if signature.getparent() not in (root, assertions[0]):
            raise MalformedAnswer("a signature out of its place")
    if len(list(root.iter(f"{SAMLP}Response"))) != 1:
        raise MalformedAnswer("a Response in a Response")
    ids = [value for e in root.iter() for name, value in e.attrib.items() if _is_id(str(name))]
    if len(ids) != len(set(ids)):
        raise MalformedAnswer("an ID is there twice")


def _is_id(name: str) -> bool:
    return name.rpartition("}")[2].lower() == "id"


class Decryptor:
    """Opens encrypted assertions with one of our keys; their managers are made once."""

    def __init__(self, private_keys: Sequence[bytes]) -> None:
        self._managers = [_manager(pem) for pem in private_keys]

    def decrypt(self, encrypted: etree._Element) -> etree._Element:
        """The one element inside; one and the same error for each way to fail."""
        _check_algorithms(encrypted)
        for manager in self._managers:
            copy = deepcopy(encrypted)
            data = copy.findall(f"{_XENC}EncryptedData")[0]
            try:
                xmlsec.EncryptionContext(manager).decrypt(data)
                return parse_message(etree.tostring(copy[0], with_tail=False))
            except (xmlsec.Error, XmlRefused, IndexError, TypeError):
                continue
        raise UndecryptableAnswer("none of our keys opens the assertion")


def _manager(pem: bytes) -> xmlsec.KeysManager:
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem))
    return manager


def _check_algorithms(encrypted: etree._Element) -> None:
    data = encrypted.findall(f"{_XENC}EncryptedData")
    keys = list(encrypted.iter(f"{_XENC}EncryptedKey"))
    if len(data) != 1 or len(keys) != 1:
        raise MalformedAnswer("not exactly one EncryptedData with one EncryptedKey")
    for element, allowed in ((data[0], _CIPHERS), (keys[0], _KEY_TRANSPORTS)):
        method = element.find(f"{_XENC}EncryptionMethod")
        algorithm = None if method is None else method.get("Algorithm")
        if algorithm not in allowed:
            raise WeakAlgorithm(f"encryption with {algorithm!r} is not accepted")


def _decrypted(root: etree._Element, decryptor: Decryptor) -> etree._Element:
    copy = deepcopy(root)
    encrypted = copy.findall(_ENCRYPTED)[0]
    assertion = decryptor.decrypt(encrypted)
    if assertion.tag != _ASSERTION:
        raise MalformedAnswer("what was encrypted is not an Assertion")
    copy.replace(encrypted, assertion)
    return copy
