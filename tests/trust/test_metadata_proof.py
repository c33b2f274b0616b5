"""SAML2Int MD01-MD03: a document with a proof is signed by the federation, and ends soon."""

import re
from dataclasses import replace

import pytest
import xmlsec
from lxml import etree

from gateway.errors import RegistrationRefused
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.proof import Proof
from tests.actors.keys import new_ec_key, new_rsa_key, rsa_key
from tests.trust.metadata_documents import NOW, RULES, entity, group, service_role, signed

KEYS = rsa_key("federation")
PROOF = Proof.from_pem(KEYS.certificate.encode())
DAY = 86_400


def aggregate(attributes: str = 'ID="_group" validUntil="2026-12-01T00:00:00Z"') -> bytes:
    members = [entity(service_role(), f"urn:{name}", f'ID="_{name}"') for name in "ab"]
    return group(*members, attributes=attributes)


def names(document: bytes, proof: Proof = PROOF, **rules) -> list[str]:
    return [one.entity_id for one in read_entities(document, replace(RULES, **rules), proof)]


def refusal(document: bytes, proof: Proof = PROOF, **rules) -> str:
    with pytest.raises(RegistrationRefused) as refused:
        read_entities(document, replace(RULES, **rules), proof)
    return refused.value.detail


GOOD = signed(aggregate(), KEYS)


def test_md02_a_signed_aggregate_is_read():
    assert names(GOOD) == ["urn:a", "urn:b"]


def test_md02_a_signed_entity_is_read():
    document = entity(service_role(), attributes='ID="_e" validUntil="2026-12-01T00:00:00Z"')
    assert names(signed(document.encode(), KEYS)) == ["https://party.example/metadata"]


def test_md02_ecdsa_and_a_second_certificate_are_accepted():
    keys = new_ec_key("federation")
    proof = Proof.from_pem((KEYS.certificate + keys.certificate).encode())
    document = signed(aggregate(), keys, method=xmlsec.constants.TransformEcdsaSha256)
    assert names(document, proof) == ["urn:a", "urn:b"]
    assert names(GOOD, proof) == ["urn:a", "urn:b"]


def test_md02_an_unsigned_document_is_refused():
    assert "not signed" in refusal(aggregate())


def test_md02_the_signature_of_another_key_is_refused_whatever_its_keyinfo_says():
    other = new_rsa_key("other")
    document = signed(aggregate(), other)
    assert "no known key" in refusal(document)
    info = (
        '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>'
        f"{other.certificate_base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
    assert "no known key" in refusal(document.replace(b"</ds:Signature>", info.encode()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"https://party.example/acs", b"https://evil.example/acs"),
        (b"urn:a", b"urn:x"),
        (b"2026-12-01", b"2026-12-02"),
        (
            b"</md:EntitiesDescriptor>",
            b"<md:EntityDescriptor entityID='urn:x'/></md:EntitiesDescriptor>",
        ),
        (b"<md:SPSSODescriptor", b"<!-- --><md:SPSSODescriptor x='y'"),
    ],
)
def test_md02_a_changed_document_is_refused(old, new):
    assert old in GOOD
    assert "signature is not accepted" in refusal(GOOD.replace(old, new))


def test_md02_a_signature_over_another_element_is_refused():
    """The signature is good, but of one entity in the group, not of the group."""
    document = signed(aggregate(), KEYS, element="md:EntityDescriptor")
    assert "something else" in refusal(document)


def test_md02_a_signature_inside_an_entity_does_not_vouch_for_the_group():
    member = signed(entity(service_role(), "urn:a", 'ID="_a"').encode(), KEYS).decode()
    end = 'ID="_group" validUntil="2026-12-01T00:00:00Z"'
    document = group(member, entity(service_role(), "urn:evil"), attributes=end)
    assert "not signed" in refusal(document)


def test_md02_the_signed_group_wrapped_in_another_is_refused():
    """XSW: the signed group is an object of the signature that an evil group carries."""
    root = etree.fromstring(GOOD)
    signature = root[0]
    evil = etree.fromstring(aggregate('ID="_group" validUntil="2026-12-01T00:00:00Z"'))
    evil[0].set("entityID", "urn:evil")
    original = etree.fromstring(GOOD)
    original.remove(original[0])
    etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object").append(original)
    evil.insert(0, signature)
    assert "signature is not accepted" in refusal(etree.tostring(evil))
    evil.set("ID", "_evil")
    assert "something else" in refusal(etree.tostring(evil))


def test_md02_a_signature_with_an_object_is_refused():
    """The enveloped transform leaves it unsigned, and xmlsec would open what a Manifest names."""
    hidden = entity(service_role(), "urn:evil")
    sneaked = f'<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{hidden}</ds:Object></ds:Signature>'
    document = GOOD.replace(b"</ds:Signature>", sneaked.encode())
    assert "an Object" in refusal(document)


def test_alg01_sha1_is_refused():
    document = signed(
        aggregate(),
        KEYS,
        method=xmlsec.constants.TransformRsaSha1,
        digest=xmlsec.constants.TransformSha1,
    )
    assert "rsa-sha1" in refusal(document)
    document = signed(aggregate(), KEYS, digest=xmlsec.constants.TransformSha1)
    assert "xmldsig#sha1" in refusal(document)


def test_md03_a_document_without_valid_until_is_refused():
    assert "no validUntil" in refusal(signed(aggregate('ID="_group"'), KEYS))


def test_md03_a_document_that_has_ended_is_refused_but_for_old_samples():
    later = NOW + 30 * DAY
    assert "ended on 2026-12-01" in refusal(GOOD, now=later)
    assert names(GOOD, now=later, accept_expired=True) == ["urn:a", "urn:b"]
    end = NOW + 7.5 * DAY
    assert names(GOOD, now=end + 60) == ["urn:a", "urn:b"], "within the clock skew"
    assert "ended on 2026-12-01" in refusal(GOOD, now=end + 200)


def test_md03_a_document_that_ends_too_far_ahead_is_refused():
    far = aggregate('ID="_group" validUntil="2027-02-01T00:00:00Z"')
    document = signed(far, KEYS)
    assert "more than 30 days ahead" in refusal(document)
    longer = Proof.from_pem(KEYS.certificate.encode(), max_validity_s=90 * DAY)
    assert names(document, longer) == ["urn:a", "urn:b"]
    assert "more than 5 days ahead" in refusal(GOOD, replace(PROOF, max_validity_s=5 * DAY))


@pytest.mark.parametrize("end", ["soon", "", "9999-12-31T23:59:59-12:00"])
def test_md03_a_valid_until_that_is_no_time_is_refused(end):
    document = signed(aggregate(f'ID="_group" validUntil="{end}"'), KEYS)
    assert "not a time" in refusal(document)


@pytest.mark.parametrize(
    "pem", [b"", b"words", KEYS.key.encode(), new_rsa_key(bits=1024).certificate.encode()]
)
def test_a_certificate_that_can_prove_nothing_is_refused(pem):
    with pytest.raises(RegistrationRefused, match="certificate can not be used"):
        Proof.from_pem(pem)


def test_every_refusal_says_what_to_do():
    for detail in (refusal(aggregate()), refusal(GOOD, now=NOW + 30 * DAY)):
        assert re.search(r"\. (Fetch|Ask|Give) .*\.$", detail)


@pytest.mark.parametrize(
    "place", [b"<md:EntitiesDescriptor ", b"<ds:SignedInfo>", b'entityID="urn:b" ']
)
def test_md02_what_has_no_canonical_form_was_not_signed(place: bytes):
    """C14N §1.3: a relative namespace (CVE-2025-66568: then nothing but the empty text is left)."""
    assert GOOD.count(place) == 1
    spoiled = GOOD.replace(place, place[:-1] + b' xmlns:x="1"' + place[-1:])
    assert "no canonical form" in refusal(spoiled)
