"""One entity: which parts are read, and what is said of each that is wrong."""

import base64
import datetime as dt
import json
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.errors import RegistrationRefused
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.problems import Severity
from gateway.trust.metadata.read import Entity
from gateway.trust.metadata.roles import (
    Endpoint,
    IdentityProvider,
    Logo,
    RequestedAttribute,
    ServiceProvider,
)
from tests.actors.keys import new_ec_key, rsa_key
from tests.trust.metadata_documents import (
    POST,
    REDIRECT,
    RULES,
    consumer,
    entity,
    key,
    school_role,
    service_role,
    single_sign_on,
    subject_id_requirement,
)

CERTIFICATE = rsa_key("party").certificate_base64
OLD = "2020-01-01T00:00:00Z"


def read(document: str, **rules) -> Entity:
    (found,) = read_entities(document.encode(), replace(RULES, **rules), None)
    return found


def said(found: Entity, severity: Severity) -> list[str]:
    return [f"{p.place}: {p.what}" for p in found.problems if p.severity is severity]


def certificate(private, *, end: dt.datetime | None = None, serial: int = 7) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "party")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(serial)
        .not_valid_before(dt.datetime(2015, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(end or dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
        .sign(private, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


FULL_SERVICE = entity(
    service_role(
        "<md:Extensions><mdui:UIInfo>"
        '<mdui:DisplayName xml:lang="nl">Rekenland\n  <!-- a remark -->oefent</mdui:DisplayName>'
        '<mdui:DisplayName xml:lang="EN">Sumland</mdui:DisplayName>'
        '<mdui:Logo height="60" width="80" xml:lang="nl">https://party.example/logo.svg</mdui:Logo>'
        "<mdui:Logo height='x' width='1'> data:image/png;base64,\n AAAA </mdui:Logo>"
        "</mdui:UIInfo></md:Extensions>"
        + key(use="signing")
        + key(new_ec_key().certificate_base64, use="encryption")
        + '<md:SingleLogoutService Binding="' + REDIRECT + '" Location="https://party.example/slo" '
        'ResponseLocation="https://party.example/slo/done"/>'
        '<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact" '
        'Location="https://party.example/artifact"/>'
        "<md:NameIDFormat> urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\n</md:NameIDFormat>"
        + consumer("https://party.example/a", 'index="3"')
        + consumer("https://party.example/b", 'index="0" isDefault="true"')
        + consumer("https://party.example/c", 'index="1"', "urn:oasis:names:tc:SAML:2.0:bindings:PAOS")
        + '<md:AttributeConsumingService index="0"><md:ServiceName xml:lang="nl">Rekenen'
        '</md:ServiceName><md:RequestedAttribute Name="givenName" FriendlyName="roepnaam" '
        'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic" isRequired="true"/>'
        '<md:RequestedAttribute Name="sn"/></md:AttributeConsumingService>',
        'AuthnRequestsSigned="true" WantAssertionsSigned="1"',
    )
    + '<md:Organization><md:OrganizationName xml:lang="nl">rl</md:OrganizationName>'
    '<md:OrganizationDisplayName xml:lang="nl">Rekenland bv</md:OrganizationDisplayName>'
    '<md:OrganizationURL xml:lang="nl">https://party.example/</md:OrganizationURL></md:Organization>'
    '<md:ContactPerson contactType="technical"><md:GivenName>Bo</md:GivenName>'
    "<md:EmailAddress>bo@party.example</md:EmailAddress></md:ContactPerson>"
)  # fmt: skip

FULL_SCHOOL = entity(
    "<md:Extensions><shibmd:Scope>party.example</shibmd:Scope></md:Extensions>"
    + school_role(
        "<md:Extensions><shibmd:Scope regexp='false'>school.example</shibmd:Scope>"
        "<shibmd:Scope regexp='true'>.*</shibmd:Scope></md:Extensions>"
        + key(use="")
        + single_sign_on("https://party.example/post", POST)
        + single_sign_on("https://party.example/redirect"),
        'WantAuthnRequestsSigned="true"',
    )
)


def test_a_service_is_read_whole():
    found = read(FULL_SERVICE)
    provider = found.service_provider
    assert provider is not None
    assert found.problems == ()
    assert found.identity_provider is None
    assert provider == ServiceProvider(
        entity_id="https://party.example/metadata",
        assertion_consumers=(
            Endpoint(POST, "https://party.example/a", index=3),
            Endpoint(POST, "https://party.example/b", index=0, default=True),
        ),
        single_logout=(
            Endpoint(
                REDIRECT,
                "https://party.example/slo",
                response_location="https://party.example/slo/done",
                default=True,
            ),
        ),
        signing_certificates=(CERTIFICATE,),
        encryption_certificates=provider.encryption_certificates,
        authn_requests_signed=True,
        want_assertions_signed=True,
        nameid_formats=("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",),
        requested_attributes=(
            RequestedAttribute(
                "givenName", "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", "roepnaam", True
            ),
            RequestedAttribute("sn"),
        ),
        display_names={"nl": "Rekenland oefent", "en": "Sumland"},
        logos=(
            Logo("https://party.example/logo.svg", 80, 60, "nl"),
            Logo("data:image/png;base64,AAAA", 1),
        ),
        organisation_names={"nl": "Rekenland bv"},
    )
    assert len(provider.encryption_certificates) == 1


def test_a_school_is_read_whole():
    found = read(FULL_SCHOOL)
    assert found.identity_provider == IdentityProvider(
        entity_id="https://party.example/metadata",
        single_sign_on=(
            Endpoint(POST, "https://party.example/post", default=True),
            Endpoint(REDIRECT, "https://party.example/redirect"),
        ),
        signing_certificates=(CERTIFICATE,),
        encryption_certificates=(CERTIFICATE,),
        want_authn_requests_signed=True,
        scopes=("school.example", "party.example"),
    )
    assert said(found, Severity.WARNING) == [
        "IDPSSODescriptor/Extensions/Scope: A scope that is a regular expression is left out."
    ]


def test_a_service_without_mdui_is_called_by_its_service_name():
    start, end = FULL_SERVICE.index("<mdui:UIInfo>"), FULL_SERVICE.index("</mdui:UIInfo>")
    found = read(FULL_SERVICE[:start] + "<mdui:UIInfo>" + FULL_SERVICE[end:])
    assert found.service_provider is not None
    assert found.service_provider.display_names == {"nl": "Rekenen"}


@pytest.mark.parametrize("document", [FULL_SERVICE, FULL_SCHOOL])
def test_the_form_in_the_database_is_compact_and_comes_back_equal(document):
    found = read(document)
    role = found.service_provider or found.identity_provider
    assert role is not None
    text = json.dumps(role.to_config())
    assert type(role).from_config(json.loads(text)) == role
    assert "null" not in text
    assert "bo@party.example" not in text
    with_more = {**json.loads(text), "another": {"key": 1}}
    assert type(role).from_config(with_more) == role


def test_a_form_that_is_no_role_is_refused():
    with pytest.raises(ValueError, match="entity_id"):
        ServiceProvider.from_config({"assertion_consumers": []})


@pytest.mark.parametrize(
    ("consumers", "default"),
    [
        ((("a", "index='0'"), ("b", "index='1' isDefault='true'")), "b"),
        ((("a", "index='0' isDefault='false'"), ("b", "index='1'")), "b"),
        ((("a", "index='0' isDefault='false'"), ("b", "index='1' isDefault='0'")), "a"),
        ((("a", "index='1'"), ("b", "index='0'")), "a"),
    ],
)
def test_metadata_2_2_3_default_endpoint(consumers, default):
    inside = "".join(consumer(f"https://party.example/{name}", more) for name, more in consumers)
    found = read(entity(service_role(key(use="") + inside)))
    assert found.service_provider is not None
    defaults = [e.location for e in found.service_provider.assertion_consumers if e.default]
    assert defaults == [f"https://party.example/{default}"]


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


XML_TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
    ),
    max_size=40,
)
VALUES = st.one_of(
    XML_TEXT,
    st.sampled_from(
        ["", " ", "true", "-1", "99999999999999999999", OLD, "9999-12-31T23:59:59-12:00",
         "0001-01-01T00:00:00+14:00", "https://[", "https://a:b/", "AAAA", "=", "\u0661", "2030-13-45"]
    ),
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_stands_in_an_entity_is_at_worst_a_problem(data):
    source = data.draw(st.sampled_from([FULL_SERVICE, FULL_SCHOOL]))
    root = etree.fromstring(source)
    for _ in range(data.draw(st.integers(1, 4))):
        element = data.draw(st.sampled_from(list(root.iter("*"))))
        change = data.draw(st.sampled_from(["text", "attribute", "remove", "double", "empty"]))
        parent = element.getparent()
        if change == "text":
            element.text = data.draw(VALUES)
        elif change == "attribute":
            names = [*element.keys(), "validUntil", "index", "use", "entityID"]
            element.set(data.draw(st.sampled_from(names)), data.draw(VALUES))
        elif change == "empty":
            element.clear()
        elif parent is not None and change == "remove":
            parent.remove(element)
        elif parent is not None:
            parent.append(etree.fromstring(etree.tostring(element, with_tail=False)))
    try:
        found = list(read_entities(etree.tostring(root), RULES, None))
    except RegistrationRefused:
        assert root.get("validUntil") is not None
        return
    (one,) = found
    errors = [problem for problem in one.problems if problem.severity is Severity.ERROR]
    assert one.refused == (one.service_provider is None and one.identity_provider is None)
    assert errors or not one.refused
    for role in (one.service_provider, one.identity_provider):
        if role is not None:
            assert type(role).from_config(json.loads(json.dumps(role.to_config()))) == role
