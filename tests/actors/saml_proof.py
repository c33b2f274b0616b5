"""Signatures and encryption of the tests' own SAML documents, by xmlsec alone."""

import base64
import secrets
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from tests.actors.keys import KeyPair
from tests.actors.saml_xml import Element, find, parse, root


@dataclass(frozen=True, slots=True)
class Signing:
    """How an element is signed; the methods are names of xmlsec.constants."""

    keys: KeyPair
    method: str = "TransformRsaSha256"
    digest: str = "TransformSha256"
    canonicalisation: str = "TransformExclC14N"
    key_info: bool = True

    def sign(self, element: Element) -> None:
        """Put an enveloped signature after the element's Issuer, as the schema wants it."""
        signature = xmlsec.template.create(
            element, _constant(self.canonicalisation), _constant(self.method), ns="ds"
        )
        element.insert(1, signature)
        reference = xmlsec.template.add_reference(
            signature, _constant(self.digest), uri="#" + element.get("ID", "")
        )
        xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
        xmlsec.template.add_transform(reference, _constant(self.canonicalisation))
        if self.key_info:
            data = xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
            xmlsec.template.x509_data_add_certificate(data)
        xmlsec.tree.add_ids(element, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = self._key()
        context.sign(signature)

    def _key(self) -> xmlsec.Key:
        if "Hmac" in self.method:
            # The attack that takes the public certificate for a shared secret.
            return xmlsec.Key.from_binary_data(
                xmlsec.constants.KeyDataHmac, self.keys.certificate.encode()
            )
        key = xmlsec.Key.from_memory(self.keys.key, xmlsec.constants.KeyDataFormatPem)
        key.load_cert_from_memory(self.keys.certificate, xmlsec.constants.KeyDataFormatPem)
        return key


def verify(element: Element, certificates: list[str]) -> None:
    """Raise unless `element` carries a signature over itself by one of the PEM certificates."""
    (signature,) = find(element, "./ds:Signature")
    (reference,) = find(signature, "./ds:SignedInfo/ds:Reference")
    assert reference.get("URI") == "#" + element.get("ID", ""), "another element is signed"
    xmlsec.tree.add_ids(element, ["ID"])
    for certificate in certificates:
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem)
        try:
            context.verify(signature)
        except xmlsec.VerificationError:
            continue
        return
    raise AssertionError("the signature is by none of the known keys")


def encrypt(
    assertion: Element,
    certificate: str,
    *,
    content: str = "TransformAes256Gcm",
    transport: str = "TransformRsaOaep",
    also_for: Sequence[str] = (),
    wrapper: str = "saml:EncryptedAssertion",
) -> Element:
    """Return the EncryptedAssertion of a signed assertion (SAML Core §2.3.4), or what else holds
    the encrypted element, with a key for each further certificate behind the first."""
    # A document of its own, so that what is encrypted declares all its namespaces.
    assertion = parse(etree.tostring(assertion))
    data = xmlsec.template.encrypted_data_create(
        assertion, _constant(content), type=xmlsec.constants.TypeEncElement, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
    key = xmlsec.template.add_encrypted_key(info, _constant(transport))
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem))
    context = xmlsec.EncryptionContext(manager)
    bits = int(content.removeprefix("TransformAes")[:3])
    session_key = secrets.token_bytes(bits // 8)
    context.key = xmlsec.Key.from_binary_data(xmlsec.constants.KeyDataAes, session_key)
    encrypted = root(wrapper)
    encrypted.append(context.encrypt_xml(data, assertion))
    for other in also_for:
        _add_key(encrypted, session_key, other)
    return encrypted


def _add_key(encrypted: Element, session_key: bytes, certificate: str) -> None:
    """One more EncryptedKey, for another certificate, in the same KeyInfo."""
    last = find(encrypted, ".//xenc:EncryptedKey")[-1]
    added = deepcopy(last)
    public = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    (value,) = find(added, ".//xenc:CipherValue")
    value.text = base64.b64encode(public.encrypt(session_key, oaep)).decode()
    last.addnext(added)


def decrypt(encrypted: Element, keys: KeyPair) -> Element:
    """Return the assertion inside an EncryptedAssertion."""
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(keys.key, xmlsec.constants.KeyDataFormatPem))
    (data,) = find(parse(etree.tostring(encrypted)), ".//xenc:EncryptedData")
    plain = xmlsec.EncryptionContext(manager).decrypt(data)
    return parse(etree.tostring(plain))


def _constant(name: str) -> Any:
    return getattr(xmlsec.constants, name)
