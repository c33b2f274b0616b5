"""A Signature that brings an Object of its own (XML Signature §4.6, §5.1)."""

from copy import deepcopy

import pytest

from gateway.trust.xmldsig import SignatureRefused, verification_key, verify
from tests.actors.keys import rsa_key
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import decode, encode, find, root, sub

SCHOOL = rsa_key("school")
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def test_no_file_of_a_manifest_is_opened():
    """xmlsec reads what a Manifest names before it looks at the signature's value."""
    message = root("samlp:Response", ID="_1")
    sub(message, "saml:Issuer", "http://school.test/metadata")
    Signing(SCHOOL).sign(message)
    message = decode(encode(message))
    key = verification_key(SCHOOL.certificate_base64)
    assert verify(deepcopy(message), [key]).get("ID") == "_1"
    (signature,) = find(message, "./ds:Signature")
    manifest = sub(sub(signature, "ds:Object"), "ds:Manifest")
    reference = sub(manifest, "ds:Reference", URI="file:///etc/hostname")
    sub(reference, "ds:DigestMethod", Algorithm=SHA256)
    sub(reference, "ds:DigestValue", "AAAA")
    with pytest.raises(SignatureRefused, match="Object"):
        verify(decode(encode(message)), [key])
