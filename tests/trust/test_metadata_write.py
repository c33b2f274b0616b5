"""Our own metadata: valid by the schema, and read back by us and by python3-saml."""

import time
from dataclasses import replace
from importlib.resources import files

import pytest
from lxml import etree
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.names import XML_LANG
from gateway.trust.metadata.proof import Proof
from gateway.trust.metadata.read import Entity
from gateway.trust.metadata.roles import Endpoint, Logo
from gateway.trust.metadata.write import Document, identity_provider, service_provider
from tests.actors.keys import rsa_key
from tests.trust.metadata_documents import NOW, POST, REDIRECT, RULES, signed

ACTIVE, NEXT = rsa_key("active"), rsa_key("next")
BASE = "https://gateway.example"
DOCUMENT = Document(
    entity_id=f"{BASE}/saml/metadata",
    document_id="_1f2e",
    valid_until=NOW + 7 * 86_400,
    cache_duration_s=3600,
    display_names={"nl": "Inloggen & meer", "en": "Sign in"},
    signing_certificates=[ACTIVE.certificate_base64, NEXT.certificate_base64],
    logo=Logo(f"{BASE}/logo.png", 80, 60),
    contact="techniek@gateway.example",
    privacy=f"{BASE}/privacy",
    information=f"{BASE}/over",
)


def as_school() -> etree._Element:
    return identity_provider(
        DOCUMENT,
        single_sign_on=f"{BASE}/saml/sso",
        single_logout=f"{BASE}/saml/slo",
        error_page=f"{BASE}/niet-binnen",
        scopes=["gateway.example"],
        wants_signed_requests=True,
    )


def as_service(single_logout: str | None = f"{BASE}/school/saml/slo") -> etree._Element:
    return service_provider(
        DOCUMENT,
        assertion_consumer=f"{BASE}/school/saml/acs",
        single_logout=single_logout,
        encryption_certificates=[ACTIVE.certificate_base64],
    )


def read_back(element: etree._Element) -> Entity:
    (entity,) = read_entities(etree.tostring(element), RULES, None)
    return entity


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    path = files("onelogin.saml2").joinpath("schemas", "saml-schema-metadata-2.0.xsd")
    return etree.XMLSchema(file=str(path))


@pytest.mark.parametrize("make", [as_school, as_service, lambda: as_service(None)])
def test_the_schema_accepts_it_plain_and_signed(make, schema):
    schema.assertValid(etree.fromstring(etree.tostring(make())))
    document = signed(etree.tostring(make()), ACTIVE)
    schema.assertValid(etree.fromstring(document))
    proof = Proof.from_pem(ACTIVE.certificate.encode())
    (entity,) = read_entities(document, RULES, proof)
    assert entity.problems == ()


def test_the_reader_gives_back_the_identity_provider():
    entity = read_back(as_school())
    role = entity.identity_provider
    assert role is not None
    assert entity.problems == ()
    assert entity.service_provider is None
    assert role.entity_id == f"{BASE}/saml/metadata"
    assert role.single_sign_on == (
        Endpoint(REDIRECT, f"{BASE}/saml/sso", default=True),
        Endpoint(POST, f"{BASE}/saml/sso"),
    )
    assert [(e.binding, e.location) for e in role.single_logout] == [
        (REDIRECT, f"{BASE}/saml/slo"),
        (POST, f"{BASE}/saml/slo"),
    ]
    assert role.signing_certificates == (ACTIVE.certificate_base64, NEXT.certificate_base64)
    formats = [name.rpartition(":")[2] for name in role.nameid_formats]
    assert formats == ["persistent", "transient", "unspecified"]
    assert role.display_names == {"nl": "Inloggen & meer", "en": "Sign in"}
    assert role.logos == (Logo(f"{BASE}/logo.png", 80, 60),)
    assert role.scopes == ("gateway.example",)
    assert role.want_authn_requests_signed


def test_saml2int_md11_who_to_write_to_is_a_technical_contact():
    (person,) = as_school().iterfind("{*}ContactPerson")
    assert person.get("contactType") == "technical"
    assert [each.text for each in person] == ["mailto:techniek@gateway.example"]
    assert as_service().find("{*}ContactPerson") is not None


def test_saml2int_md12_error_page():
    (role,) = as_school().iterfind("{*}IDPSSODescriptor")
    assert role.get("errorURL") == f"{BASE}/niet-binnen"


@pytest.mark.parametrize("make", [as_school, as_service])
def test_saml2int_md09_names_logo_and_pages_for_people(make):
    """In each language of a name; what is not set is not there."""
    (info,) = make().iter("{*}UIInfo")
    found = {(etree.QName(each).localname, each.text) for each in info}
    assert found == {
        ("DisplayName", "Inloggen & meer"),
        ("DisplayName", "Sign in"),
        ("Logo", f"{BASE}/logo.png"),
        ("InformationURL", f"{BASE}/over"),
        ("PrivacyStatementURL", f"{BASE}/privacy"),
    }
    languages = [each.get(XML_LANG) for each in info.iter("{*}PrivacyStatementURL")]
    assert languages == ["nl", "en"]
    bare = replace(DOCUMENT, privacy="", information="")
    without = service_provider(
        bare, assertion_consumer=BASE, single_logout=None, encryption_certificates=[]
    )
    assert not list(without.iter("{*}PrivacyStatementURL", "{*}InformationURL"))


def test_saml2int_sp16_we_say_which_subject_id_we_need():
    """Either will do; as an entity attribute that our own reader knows."""
    role = read_back(as_service()).service_provider
    assert role is not None
    assert role.subject_id == "any"
    (attribute,) = as_service().iterfind("{*}Extensions/{*}EntityAttributes/{*}Attribute")
    assert attribute.get("NameFormat") == "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"


def test_metadata_2_4_3_no_artifact_and_no_ecp():
    """What we do not do is absent: only Redirect and POST, towards services and schools."""
    for root in (as_school(), as_service()):
        assert {e.get("Binding") for e in root.iter() if e.get("Binding")} <= {POST, REDIRECT}
        assert root.find(".//{*}ArtifactResolutionService") is None


def test_the_reader_gives_back_the_service_provider():
    entity = read_back(as_service())
    role = entity.service_provider
    assert role is not None
    assert entity.problems == ()
    assert role.assertion_consumers == (
        Endpoint(POST, f"{BASE}/school/saml/acs", index=0, default=True),
    )
    assert role.authn_requests_signed
    assert role.want_assertions_signed
    assert role.signing_certificates == (ACTIVE.certificate_base64, NEXT.certificate_base64)
    assert role.encryption_certificates == (ACTIVE.certificate_base64,)
    assert [e.binding for e in role.single_logout] == [REDIRECT, POST]
    assert role.display_names["nl"] == "Inloggen & meer"
    without = read_back(as_service(None)).service_provider
    assert without is not None
    assert without.single_logout == ()


def test_the_times_are_those_that_were_asked():
    root = as_school()
    assert root.get("validUntil") == "2026-11-30T12:00:00Z"
    assert root.get("cacheDuration") == "PT3600S"
    assert root.get("ID") == "_1f2e"


def test_alg01_encryption_methods_are_gcm_and_oaep():
    methods = as_service().iter("{*}EncryptionMethod")
    assert {method.get("Algorithm", "").partition("#")[2] for method in methods} == {
        "aes256-gcm", "aes128-gcm", "rsa-oaep-mgf1p",
    }  # fmt: skip


def test_python3_saml_reads_the_identity_provider():
    parsed = OneLogin_Saml2_IdPMetadataParser.parse(
        etree.tostring(as_school()),
        required_sso_binding=REDIRECT,
        required_slo_binding=REDIRECT,
    )["idp"]
    assert parsed["entityId"] == f"{BASE}/saml/metadata"
    assert parsed["singleSignOnService"] == {"url": f"{BASE}/saml/sso", "binding": REDIRECT}
    assert parsed["singleLogoutService"]["url"] == f"{BASE}/saml/slo"
    assert parsed["x509certMulti"]["signing"] == list(DOCUMENT.signing_certificates)


def test_python3_saml_validates_the_service_provider():
    settings = OneLogin_Saml2_Settings(
        {
            "strict": True,
            "sp": {
                "entityId": DOCUMENT.entity_id,
                "assertionConsumerService": {"url": f"{BASE}/school/saml/acs", "binding": POST},
            },
        },
        sp_validation_only=True,
    )
    # Its clock is the machine's.
    document = replace(DOCUMENT, valid_until=time.time() + 3600)
    element = service_provider(
        document,
        assertion_consumer=f"{BASE}/school/saml/acs",
        single_logout=None,
        encryption_certificates=[ACTIVE.certificate_base64],
    )
    assert settings.validate_metadata(etree.tostring(element)) == []
