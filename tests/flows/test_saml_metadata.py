"""Our metadata as others read it, in the middle of a rollover (SAML Metadata, MDUI, SAML2Int MD)."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from saml2.attribute_converter import ac_factory
from saml2.config import SPConfig
from saml2.mdstore import InMemoryMetaData, MetadataStore

from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.proof import Proof
from gateway.trust.metadata.rules import Rules
from tests.actors.saml_metadata import read_party
from tests.actors.saml_proof import verify
from tests.actors.saml_xml import POST, REDIRECT, Element, parse, text_of
from tests.flows.hub import Hub, run_hub
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory

SETTINGS = {
    "DISPLAY_NAME_NL": "Inloggen via de Poort",
    "DISPLAY_NAME_EN": "Sign in by the Gate",
    "LOGO_URL": "https://poort.example/logo.png",
    "LOGO_WIDTH": "120",
    "LOGO_HEIGHT": "90",
    "TECHNICAL_CONTACT": "techniek@poort.example",
    "SIGNED_REQUESTS": "true",
    "PRIVACY_URL": "https://poort.example/privacy",
    "INFORMATION_URL": "https://poort.example/",
}


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    """A gateway with names of its own, that wants every request signed, during a rollover."""
    with run_directory("gateway") as directory:
        gateway = Gateway(directory, SETTINGS)
        with run_gateway(gateway), run_hub(gateway) as running:
            gateway.ketenpoort("keys", "rotate")
            wait_for_changes(gateway)
            yield running


def documents(hub: Hub) -> list[str]:
    return [hub.gateway.idp_metadata(), hub.gateway.sp_metadata()]


def both(hub: Hub) -> list[Element]:
    return [parse(document) for document in documents(hub)]


def test_pysaml2_reads_the_identity_provider(hub: Hub):
    store = InMemoryMetaData(ac_factory(), hub.gateway.idp_metadata())
    store.load()
    entity_id = f"{hub.gateway.base}/saml/metadata"
    assert list(store.keys()) == [entity_id]
    for binding in (REDIRECT, POST):
        (service,) = store.service(
            entity_id, "idpsso_descriptor", "single_sign_on_service", binding
        )
        assert service["location"] == f"{hub.gateway.base}/saml/sso"
        (service,) = store.service(entity_id, "idpsso_descriptor", "single_logout_service", binding)
        assert service["location"] == f"{hub.gateway.base}/saml/slo"
    assert len(store.certs(entity_id, "idpsso", "signing")) == 2
    (descriptor,) = store[entity_id]["idpsso_descriptor"]
    assert descriptor["want_authn_requests_signed"] == "true"
    looks = MetadataStore(ac_factory(), SPConfig())
    looks.metadata["ours"] = store
    (info,) = looks.mdui_uiinfo(entity_id)
    assert info["logo"][0]["text"] == SETTINGS["LOGO_URL"]
    names = {each["lang"]: each["text"] for each in info["display_name"]}
    assert names == {"nl": SETTINGS["DISPLAY_NAME_NL"], "en": SETTINGS["DISPLAY_NAME_EN"]}
    (scope,) = looks.shibmd_scopes(entity_id, "idpsso_descriptor")
    assert (scope["text"], scope["regexp"]) == ("127.0.0.1", False)


def test_python3_saml_reads_the_identity_provider(hub: Hub):
    parsed = OneLogin_Saml2_IdPMetadataParser.parse(
        hub.gateway.idp_metadata(), required_sso_binding=POST, required_slo_binding=POST
    )
    certificates = parsed["idp"]["x509certMulti"]["signing"]
    assert len(certificates) == 2
    assert parsed["idp"]["singleSignOnService"]["url"] == f"{hub.gateway.base}/saml/sso"
    assert parsed["security"]["authnRequestsSigned"] is True


def test_metadata_3_signed_with_the_active_key_and_read_with_a_proof(hub: Hub):
    """The two keys are the active and the next; the signature is the first's."""
    for role, endpoint, document in (
        ("md:IDPSSODescriptor", "md:SingleSignOnService", hub.gateway.idp_metadata()),
        ("md:SPSSODescriptor", "md:AssertionConsumerService", hub.gateway.sp_metadata()),
    ):
        keys = read_party(document, role, endpoint).signing
        assert len(keys) == 2
        verify(parse(document), [keys[0]])
        rules = Rules(now=time.time(), allow_loopback=True)
        proof = Proof.from_pem(keys[0].encode())
        (entity,) = read_entities(document.encode(), rules, proof)
        assert entity.problems == ()


def test_metadata_2_3_2_times(hub: Hub):
    """Valid for two weeks, to be read again within six hours (SAML2Int MD03)."""
    for root in both(hub):
        end = datetime.strptime(root.get("validUntil"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert 13.9 < (end.timestamp() - time.time()) / 86_400 <= 14
        assert root.get("cacheDuration") == "PT21600S"


def test_mdui_2_1_names_logo_and_contact_are_the_operators(hub: Hub):
    for root in both(hub):
        names = [each.text for each in root.iter("{*}DisplayName")]
        assert names == [SETTINGS["DISPLAY_NAME_NL"], SETTINGS["DISPLAY_NAME_EN"]]
        (logo,) = root.iter("{*}Logo")
        size = logo.get("width"), logo.get("height")
        assert (logo.text, *size) == (SETTINGS["LOGO_URL"], "120", "90")
        contact = text_of(root, "//md:ContactPerson/md:EmailAddress")
        assert contact == "mailto:" + SETTINGS["TECHNICAL_CONTACT"]


def test_saml2int_md12_errorurl_is_a_page_that_says_whom_to_ask(hub: Hub):
    (role,) = parse(hub.gateway.idp_metadata()).iter("{*}IDPSSODescriptor")
    assert role.get("errorURL") == f"{hub.gateway.base}/not-let-in"
    with hub.browser() as browser:
        page = browser.open(role.get("errorURL"))
    assert page.status == 200
    assert "helpdesk van je school" in page.words


def test_saml2int_md09_pages_for_people(hub: Hub):
    for root in both(hub):
        for name in ("PRIVACY_URL", "INFORMATION_URL"):
            element = "PrivacyStatementURL" if name == "PRIVACY_URL" else "InformationURL"
            pages = {each.text for each in root.iter(f"{{*}}{element}")}
            assert pages == {SETTINGS[name]}


def test_metadata_is_of_its_own_type(hub: Hub):
    answer = requests.get(f"{hub.gateway.base}/saml/metadata", timeout=30)
    assert answer.headers["Content-Type"].startswith("application/samlmetadata+xml")


def test_saml2int_idp04_what_is_advertised_is_done(hub: Hub):
    """WantAuthnRequestsSigned: the signed request goes on, the unsigned one does not."""
    request = hub.supplier.request()
    with hub.browser() as browser:
        page = browser.open(hub.supplier.redirect_url(request, sign=False))
        assert (page.status, page.message) == (403, None)
        assert "KP-304" in page.words
        assert hub.saml_received(browser).name_id
