"""One entity: what is said of each part that is wrong."""

import base64
import datetime as dt
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from gateway.trust.metadata.problems import Severity
from gateway.trust.metadata.roles import (
    ServiceProvider,
)
from tests.actors.keys import new_ec_key
from tests.trust.metadata_documents import (
    POST,
    REDIRECT,
    consumer,
    entity,
    key,
    school_role,
    service_role,
    single_sign_on,
    subject_id_requirement,
)
from tests.trust.metadata_readings import CERTIFICATE, OLD, certificate, read, said


def _without_entity_id() -> str:
    return entity(service_role()).replace('entityID="https://party.example/metadata"', "")


REFUSED = {
    "no entityID": (_without_entity_id(), "EntityDescriptor/@entityID: There is no entityID."),
    "empty entityID": (entity(service_role(), " "), "There is no entityID."),
    "long entityID": (
        entity(service_role(), "https://a.example/" + "x" * 1010),
        "longer than 1024",
    ),
    "entityID with a space": (entity(service_role(), "https://a.example/a b"), "white space"),
    "no role": (entity(""), "EntityDescriptor: It has no role"),
    "SAML 1.1 alone": (
        entity(service_role(protocol="urn:oasis:names:tc:SAML:1.1:protocol")),
        "EntityDescriptor: It has no role",
    ),
    "no POST consumer": (
        entity(service_role(key(use="") + consumer("https://a.example/", binding=REDIRECT))),
        "SPSSODescriptor/AssertionConsumerService: There is no usable address",
    ),
    "plain http consumer": (
        entity(service_role(key(use="") + consumer("http://a.example/acs"))),
        "SPSSODescriptor/AssertionConsumerService: There is no usable address",
    ),
    "unloadable certificate and no other": (
        entity(service_role(key("AAAA", "encryption") + consumer("https://a.example/"))),
        "SPSSODescriptor/KeyDescriptor: None of its keys can be used.",
    ),
    "requests signed without a key": (
        entity(service_role(consumer("https://a.example/"), 'AuthnRequestsSigned="true"')),
        "SPSSODescriptor/KeyDescriptor: It says AuthnRequestsSigned",
    ),
    "school without a key": (
        entity(school_role(single_sign_on("https://a.example/"))),
        "IDPSSODescriptor/KeyDescriptor: There is no usable key for signing",
    ),
    "school without Redirect": (
        entity(school_role(key() + single_sign_on("https://a.example/", POST))),
        "IDPSSODescriptor/SingleSignOnService: There is no usable address",
    ),
    "ended role": (entity(service_role(attributes=f'validUntil="{OLD}"')), "ended on 2020-01-01"),
    "role with a nonsense end": (
        entity(service_role(attributes='validUntil="soon"')),
        "SPSSODescriptor/@validUntil: It is not a time.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_errors_refuse_the_entity(name):
    document, error = REFUSED[name]
    found = read(document)
    assert found.refused
    assert any(error in text for text in said(found, Severity.ERROR))


WARNED = {
    "expired certificate": (
        key(certificate(rsa.generate_private_key(65537, 2048), end=dt.datetime(2020, 5, 6, tzinfo=dt.UTC)), ""),
        "SPSSODescriptor/KeyDescriptor[1] (signing and encryption): The certificate ended on 2020-05-06",
    ),
    "certificate for ever": (
        key(certificate(ec.generate_private_key(ec.SECP256R1()), end=dt.datetime(9904, 1, 1, tzinfo=dt.UTC)), ""),
        "The certificate ends in the year 9904",
    ),
    "short RSA": (
        key(certificate(rsa.generate_private_key(65537, 1024)), ""),
        "An RSA key of 1024 bits is too short",
    ),
    "short EC": (
        key(certificate(ec.generate_private_key(ec.SECP192R1())), ""),
        "An EC key of 192 bits is too short",
    ),
    "unloadable beside a good one": (key("AAAA") + key(use=""), "not a certificate that can be read"),
    "not base64": (key("?!") + key(use=""), "not a certificate that can be read"),
    "DSA": (key(certificate(dsa.generate_private_key(2048)), "") + key(use=""), "neither RSA nor EC"),
    "no encryption key": (key(), "There is no key to encrypt to"),
    "a key by name": (
        "<md:KeyDescriptor><ds:KeyInfo><ds:KeyName>a</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>" + key(use=""),
        "It holds no certificate",
    ),
    "a chain": (
        key(use="").replace("</ds:X509Data>", f"<ds:X509Certificate>{CERTIFICATE}</ds:X509Certificate></ds:X509Data>"),
        "several certificates; only the first",
    ),
    "plain http consumer beside a good one": (
        key(use="") + consumer("http://party.example/acs"),
        "'http://party.example/acs' is not an https: address",
    ),
    "script as an address": (
        key(use="") + consumer("javascript:alert(1)"),
        "'javascript:alert(1)' is not",
    ),
    "own machine": (key(use="") + consumer("https://localhost/acs"), "the visitor's own machine"),
    "index of letters": (key(use="") + consumer("https://party.example/", 'index="one"'), "not a number"),
    "large logo": (
        "<md:Extensions><mdui:UIInfo><mdui:Logo>data:image/png;base64," + "A" * 5000
        + "</mdui:Logo></mdui:UIInfo></md:Extensions>" + key(use=""),
        "1 of 1 logos are left out",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WARNED)
def test_warnings_leave_the_entity_in(name):
    inside, warning = WARNED[name]
    found = read(entity(service_role(inside + consumer("https://party.example/good", 'index="9"'))))
    assert found.service_provider is not None
    assert [e.location for e in found.service_provider.assertion_consumers if e.index == 9] == [
        "https://party.example/good"
    ]
    assert [text for text in said(found, Severity.WARNING) if warning in text]
    assert said(found, Severity.ERROR) == []


@pytest.mark.parametrize(
    ("values", "read_as", "warning"),
    [
        (["pairwise-id"], "pairwise-id", None),
        (["any"], "any", None),
        (["none"], "none", None),
        (["subject-id"], "subject-id", "which is the same at all services"),
        (["alles"], "", "is left out"),
        (["any", "none"], "", "is left out"),
        ([], "", None),
    ],
)
def test_md01_which_subject_id_a_service_must_have(values, read_as, warning):
    found = read(entity(subject_id_requirement(*values) + service_role()))
    assert found.service_provider is not None
    assert found.service_provider.subject_id == read_as
    config = json.loads(json.dumps(found.service_provider.to_config()))
    assert ServiceProvider.from_config(config).subject_id == read_as
    said_of_it = [text for text in said(found, Severity.WARNING) if "EntityAttributes" in text]
    assert [warning in text for text in said_of_it] == ([True] if warning else [])


def test_only_the_first_certificate_of_a_chain_is_a_key_of_the_party():
    issuer = new_ec_key("issuer").certificate_base64
    chain = key(use="").replace(
        "</ds:X509Data>", f"<ds:X509Certificate>{issuer}</ds:X509Certificate></ds:X509Data>"
    )
    found = read(entity(service_role(chain + consumer("https://party.example/acs"))))
    assert found.service_provider is not None
    assert found.service_provider.signing_certificates == (CERTIFICATE,)


def test_md05_a_certificate_with_the_serial_number_0_is_used():
    der = base64.b64decode(certificate(ec.generate_private_key(ec.SECP256R1()), serial=7))
    zero = base64.b64encode(der.replace(b"\x02\x01\x07", b"\x02\x01\x00", 1)).decode()
    found = read(entity(service_role(key(zero, "") + consumer("https://party.example/acs"))))
    assert found.service_provider is not None
    assert found.service_provider.signing_certificates == (zero,)


@pytest.mark.parametrize(
    ("entity_id", "warning"),
    [
        ("google.com/a/party.example", "not an absolute address"),
        ("https://party.example/" + "x" * 300, "longer than 256"),
    ],
)
def test_g04_odd_entity_ids_are_warned_of(entity_id, warning):
    found = read(entity(service_role(), entity_id))
    assert found.entity_id == entity_id
    assert not found.refused
    assert any(warning in text for text in said(found, Severity.WARNING))


def test_one_bad_role_leaves_the_other():
    found = read(entity(service_role("") + school_role()))
    assert found.service_provider is None
    assert found.identity_provider is not None
    assert said(found, Severity.ERROR) == [
        "SPSSODescriptor/AssertionConsumerService: There is no usable address with the binding HTTP-POST."
    ]


def test_the_second_role_is_read_when_the_first_speaks_saml_1_1():
    first = service_role(protocol="urn:oasis:names:tc:SAML:1.1:protocol")
    found = read(entity(first + service_role()))
    assert found.service_provider is not None


def test_plain_http_and_loopback_are_for_tests_and_demo():
    document = entity(
        service_role(key(use="") + consumer("http://127.0.0.1:8000/acs"))
        + school_role(key() + single_sign_on("https://[::1]/sso"))
    )
    assert read(document).refused
    found = read(document, allow_loopback=True)
    assert found.service_provider is not None
    assert found.identity_provider is not None
    assert found.problems == ()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://party.example/", "//party.example/acs",
        "https://", "https:///acs", "https://user@party.example/", "https://party.example/#a",
        "https://party.example:0/", "https://party.example:99999/", "https://party.example/a b",
        "https://party.example\\@other.example/", "https://[::1/", "https://pärty.example/", "",
        "https://party.example/" + "a" * 2048,
    ],
)  # fmt: skip
def test_addresses_that_no_browser_is_sent_to(address):
    escaped = address.replace("&", "&amp;")
    document = entity(service_role(key(use="") + consumer(escaped)))
    assert read(document, allow_loopback=True).refused


def test_metadata_4_3_expired_metadata_is_an_error_unless_old_samples_are_read():
    member = entity(service_role(), attributes=f'validUntil="{OLD}"')
    document = f'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{member}</md:EntitiesDescriptor>'
    found = read(document)
    assert found.refused
    assert "EntityDescriptor/@validUntil: The metadata ended on 2020-01-01." in said(
        found, Severity.ERROR
    )
    old = read(document, accept_expired=True)
    assert old.service_provider is not None
    assert "EntityDescriptor/@validUntil: The metadata ended on 2020-01-01." in said(
        old, Severity.WARNING
    )
    assert read(document, now=dt.datetime(2019, 12, 31, tzinfo=dt.UTC).timestamp()).problems == ()


def test_alg01_a_sha1_signature_is_warned_of():
    signature = (
        "<ds:Signature><ds:SignedInfo><ds:SignatureMethod "
        'Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/></ds:SignedInfo></ds:Signature>'
    )
    found = read(entity(signature + service_role()))
    assert not found.refused
    assert said(found, Severity.WARNING) == [
        "EntityDescriptor/Signature: The metadata is signed with SHA-1, which proves nothing any more."
    ]


def test_a_problem_is_a_sentence_with_its_place_and_cure():
    (problem,) = read(entity(service_role(key() + consumer("https://party.example/")))).problems
    assert str(problem) == (
        "warning: https://party.example/metadata, SPSSODescriptor/KeyDescriptor: "
        "There is no key to encrypt to. Add a KeyDescriptor for encryption."
    )
