"""Enveloped XML signatures: ours verify elsewhere; of others only the plain form is read."""

import base64
import subprocess
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from gateway.trust.xml import XmlRefused, canonical, parse
from gateway.trust.xmldsig import (
    DS,
    EXC_C14N,
    SignatureRefused,
    WeakSignature,
    sign_first,
    signature_of,
    signed_bytes,
    verification_key,
    verify,
)
from tests.actors.keys import new_rsa_key
from tests.trust.invented_keys import sign_behind_issuer, signer

ALGORITHMS = ["RS256", "ES256"]
MESSAGE = (
    '<a:Message xmlns:a="urn:a" ID="_1"><a:Issuer>https://wie.test</a:Issuer>'
    '<b:Body xmlns:b="urn:b" x="1">Noor &amp; Sam</b:Body></a:Message>'
)


def signed(algorithm: str = "RS256", message: str = MESSAGE, name: str = "one") -> etree._Element:
    """A message that we signed behind its first child, as others read it from the wire."""
    element = etree.fromstring(message)
    sign_behind_issuer(element, signer(name, algorithm))
    return etree.fromstring(etree.tostring(element))


def key(algorithm: str = "RS256", name: str = "one"):
    return verification_key(signer(name, algorithm).certificate)


def part(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f".//{{{DS}}}{name}")
    assert found is not None
    return found


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_xmlsec_verifies_what_we_sign(algorithm: str) -> None:
    element = signed(algorithm)
    xmlsec.tree.add_ids(element, ["ID"])
    context = xmlsec.SignatureContext()
    der = base64.b64decode(signer("one", algorithm).certificate)
    context.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer)
    context.verify(part(element, "Signature"))


def test_python3_saml_verifies_what_we_sign() -> None:
    assertion = MESSAGE.replace("a:Message", "a:Assertion")
    pem = OneLogin_Saml2_Utils.format_cert(signer().certificate)
    assertion = assertion.replace("urn:a", "urn:oasis:names:tc:SAML:2.0:assertion")
    assert OneLogin_Saml2_Utils.validate_sign(
        signed(message=assertion), pem, xpath="/*/ds:Signature", raise_exceptions=True
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_our_own_verification_reads_it_back_without_its_signature(algorithm: str) -> None:
    found = verify(signed(algorithm), [key(algorithm)])
    assert canonical(found) == canonical(etree.fromstring(MESSAGE))


def test_saml_core_5_4_the_signature_stands_where_the_schema_wants_it() -> None:
    assert [etree.QName(child).localname for child in signed()] == ["Issuer", "Signature", "Body"]
    element = etree.fromstring(MESSAGE)
    sign_first(element, signer())
    assert etree.QName(element[0]).localname == "Signature"
    assert canonical(verify(element, [key()])) == canonical(etree.fromstring(MESSAGE))


def test_signing_the_same_twice_gives_the_same_bytes() -> None:
    """RSA PKCS#1 v1.5 has no chance in it, and the canonical form is stable."""
    assert etree.tostring(signed()) == etree.tostring(signed())
    spaced = MESSAGE.replace(' x="1"', "   x='1'").replace("&amp;", "&#38;")
    assert etree.tostring(part(signed(message=spaced), "DigestValue")) == etree.tostring(
        part(signed(), "DigestValue")
    )


TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0xFFFD, exclude_categories=["Cs"]))


@given(text=TEXTS, value=TEXTS)
def test_whatever_it_says_it_verifies_and_reads_back(text: str, value: str) -> None:
    element = etree.fromstring(MESSAGE)
    element[1].text, element[1].attrib["x"] = text, value
    sign_behind_issuer(element, signer())
    found = verify(etree.fromstring(etree.tostring(element)), [key()])
    assert ((found[1].text or ""), found[1].get("x")) == (text, value)


def test_it_verifies_inside_another_document_with_namespaces_of_its_own() -> None:
    outer = etree.fromstring('<z:Outer xmlns:z="urn:z" xmlns="urn:standard"/>')
    outer.append(signed())
    inner = etree.fromstring(etree.tostring(outer))[0]
    assert canonical(verify(inner, [key()])) == canonical(etree.fromstring(MESSAGE))


def test_only_what_was_signed_comes_back() -> None:
    outer = etree.fromstring("<Outer><Issuer>boos</Issuer></Outer>")
    outer.append(signed())
    inner = verify(outer[1], [key()])
    assert b"boos" not in etree.tostring(inner.getroottree())
    assert inner.getparent() is None
    with pytest.raises(SignatureRefused, match="not signed"):
        verify(outer, [key()])


def test_any_of_several_keys_will_do_and_another_one_will_not() -> None:
    """Rollover: two certificates at once."""
    assert verify(signed(), [key(name="two"), key()]) is not None
    for keys in ([], [key(name="two")], [key("ES256")]):
        with pytest.raises(SignatureRefused, match="no known key"):
            verify(signed(), keys)


def test_the_key_in_the_message_is_not_looked_at() -> None:
    with pytest.raises(SignatureRefused, match="no known key"):
        verify(signed(name="two"), [key()])


CHANGES: dict[str, Callable[[etree._Element], None]] = {
    "a text": lambda e: setattr(e[2], "text", "Sam"),
    "an attribute": lambda e: e[2].set("x", "2"),
    "a further element": lambda e: e.append(etree.Element("more")),
    "an element gone": lambda e: e.remove(e[0]),
    "a text behind the signature": lambda e: setattr(part(e, "Signature"), "tail", "x"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_after_signing_is_refused(
    change: Callable[[etree._Element], None],
) -> None:
    element = signed()
    change(element)
    with pytest.raises(SignatureRefused):
        verify(deepcopy(element), [key()])
    form = signature_of(element)
    assert form is not None
    with pytest.raises(SignatureRefused, match="content was changed"):
        signed_bytes(form)


def test_a_message_without_a_signature_has_no_form() -> None:
    assert signature_of(etree.fromstring(MESSAGE)) is None


def test_inclusive_prefixes_are_honoured(tmp_path: Path) -> None:
    """XML-EXC-C14N §3, as other products send it; signed here by xmlsec."""
    element = etree.fromstring(MESSAGE)
    template = xmlsec.template.create(
        element, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256, ns="ds"
    )
    reference = xmlsec.template.add_reference(template, xmlsec.Transform.SHA256, uri="#_1")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    last = xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    etree.SubElement(
        last, f"{{{EXC_C14N}}}InclusiveNamespaces", PrefixList="a xs", nsmap={"ec": EXC_C14N}
    )
    element.insert(1, template)
    xmlsec.tree.add_ids(element, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(signer().private_pem(), xmlsec.KeyFormat.PEM)
    context.sign(template)
    found = verify(etree.fromstring(etree.tostring(element)), [key()])
    assert found[1].text == "Noor & Sam"


def test_the_xmlsec1_program_verifies_what_we_sign(tmp_path: Path) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(etree.tostring(signed()))
    pem = tmp_path / "certificate.pem"
    pem.write_text(OneLogin_Saml2_Utils.format_cert(signer().certificate))
    command = ["xmlsec1", "--verify", "--pubkey-cert-pem", pem, "--id-attr:ID", "urn:a:Message"]
    done = subprocess.run([*command, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_weak_or_foreign_key_is_refused() -> None:
    with pytest.raises(WeakSignature, match="1024 bits"):
        verification_key(new_rsa_key(bits=1024).certificate_base64)
    for text in ("", "AA==", "geen certificaat"):
        with pytest.raises(ValueError):
            verification_key(text)


def certificate(private: ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(private, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


@pytest.mark.parametrize("curve", [ec.SECP192R1, ec.SECP256K1, ec.BrainpoolP256R1])
def test_a_curve_of_no_accepted_algorithm_is_refused(curve: type[ec.EllipticCurve]) -> None:
    """RFC 7518 §6.2.1.1 and XML Signature §6.4.3 name P-256, P-384 and P-521."""
    with pytest.raises(WeakSignature, match=f"an EC key on {curve.name}"):
        verification_key(certificate(ec.generate_private_key(curve())))


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.SECP384R1, ec.SECP521R1])
def test_a_curve_of_an_accepted_algorithm_is_used(curve: type[ec.EllipticCurve]) -> None:
    key = verification_key(certificate(ec.generate_private_key(curve())))
    assert isinstance(key.public, ec.EllipticCurvePublicKey)
    assert key.public.curve.name == curve.name


def test_the_signed_part_is_read_strictly() -> None:
    with pytest.raises(XmlRefused):
        parse(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
