"""One entity: which parts are read."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.errors import RegistrationRefused
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.problems import Severity
from gateway.trust.metadata.roles import (
    Endpoint,
    IdentityProvider,
    Logo,
    RequestedAttribute,
    ServiceProvider,
)
from tests.actors.keys import new_ec_key
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
)
from tests.trust.metadata_readings import CERTIFICATE, OLD, read, said

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
