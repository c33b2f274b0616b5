"""What is encrypted for us, assertions and NameIDs (SAML Core §2.2.4, §2.3.4): which encryption
is accepted, and its opening.

GCM notices by itself that a ciphertext was changed. CBC does not: who may send changed ones
and hear whether they open learns the text (Jager and Somorovsky 2011). So CBC is opened only
when a key of the school signed the Response around it, which `gate.py` checks before.
"""

from collections.abc import Sequence
from copy import deepcopy

import xmlsec
from lxml import etree

from gateway.errors import MalformedAnswer, UndecryptableAnswer, WeakAlgorithm
from gateway.trust.xml import XmlRefused, parse_message
from gateway.trust.xmldsig import DS

_XENC = "{http://www.w3.org/2001/04/xmlenc#}"
_DATA, _KEY, _KEY_INFO = f"{_XENC}EncryptedData", f"{_XENC}EncryptedKey", f"{{{DS}}}KeyInfo"
_KEYS_LIMIT = 4
_GCM = {
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2009/xmlenc11#aes192-gcm",
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
}
_CBC = {
    "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
}
# SAML2Int ALG01: OAEP; PKCS#1 v1.5 lets the key be guessed, signed or not.
_KEY_TRANSPORTS = {
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    "http://www.w3.org/2009/xmlenc11#rsa-oaep",
}


def needs_signature(encrypted: etree._Element) -> bool:
    """Whether an EncryptedAssertion may be opened in a signed Response alone."""
    return any(_algorithm(data) in _CBC for data in encrypted.iter(_DATA))


class Decryptor:
    """Opens what is encrypted with one of our keys; their managers are made once."""

    def __init__(self, private_keys: Sequence[bytes]) -> None:
        self._managers = [_manager(pem) for pem in private_keys]

    def decrypt(self, encrypted: etree._Element) -> etree._Element:
        """The one element inside; one and the same error for each way to fail.

        During a rollover of ours a school may encrypt for both our keys (Core §2.2.4).
        """
        for number in range(_check_form(encrypted)):
            for manager in self._managers:
                if opened := _opened(manager, _with_key(encrypted, number)):
                    return opened[0]
        raise UndecryptableAnswer("none of our keys opens it")


def _with_key(encrypted: etree._Element, number: int) -> etree._Element:
    """A copy with one of its keys alone, in the KeyInfo: xmlsec gives up at the first key that it
    can not open."""
    copy = deepcopy(encrypted)
    data, key = copy.findall(_DATA)[0], list(copy.iter(_KEY))[number]
    info = data.find(_KEY_INFO)
    if info is None:
        info = etree.Element(_KEY_INFO)
        data.insert(1, info)
    info[:] = [key]
    copy[:] = [data]
    return copy


def _opened(manager: xmlsec.KeysManager, copy: etree._Element) -> list[etree._Element]:
    try:
        xmlsec.EncryptionContext(manager).decrypt(copy[0])
        return [parse_message(etree.tostring(copy[0], with_tail=False))]
    except (xmlsec.Error, XmlRefused, IndexError, TypeError):
        return []


def _manager(pem: bytes) -> xmlsec.KeysManager:
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem))
    return manager


def _check_form(encrypted: etree._Element) -> int:
    """How many keys it has: at their places, of algorithms that are accepted, and nothing that
    xmlsec would fetch or run."""
    data, keys = encrypted.findall(_DATA), list(encrypted.iter(_KEY))
    if len(data) != 1 or not 1 <= len(keys) <= _KEYS_LIMIT:
        raise MalformedAnswer("not exactly one EncryptedData with one to four EncryptedKeys")
    if any(key.getparent() not in (encrypted, data[0].find(_KEY_INFO)) for key in keys):
        raise MalformedAnswer("an EncryptedKey out of its place")
    for element, allowed in ((data[0], _GCM | _CBC), *((key, _KEY_TRANSPORTS) for key in keys)):
        if _algorithm(element) not in allowed:
            raise WeakAlgorithm(f"encryption with {_algorithm(element)!r} is not accepted")
    if any(not element.get("URI", "#").startswith("#") for element in encrypted.iter()):
        raise MalformedAnswer("a key or ciphertext that lies elsewhere")
    if next(encrypted.iter(f"{{{DS}}}Transform"), None) is not None:
        raise MalformedAnswer("a key or ciphertext that must be transformed")
    return len(keys)


def _algorithm(element: etree._Element) -> str | None:
    method = element.find(f"{_XENC}EncryptionMethod")
    return None if method is None else method.get("Algorithm")
