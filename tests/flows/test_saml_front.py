"""The SAML identity provider towards services (SAML Core §3.4, Bindings §3.4 and §3.5, Profiles §4.1)."""

import pytest
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

from tests.actors.browser import Browser
from tests.actors.saml_xml import (
    PERSISTENT,
    POST,
    REDIRECT,
    STATUS,
    TRANSIENT,
    UNSPECIFIED,
    decode,
    find,
    text_of,
)
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.flows.hub import Hub, answer_fields, hinted
from tests.parts.registration import add_link, add_saml_service, add_supplier

ODD_TEXTS = ["", "a b+c&d=e%20f", "http://supplier.test/boek?a=b&c=d#e", "é\"'<>;\\", "x" * 500]


def status_of(hub: Hub, page_fields: dict[str, str], request_id: str) -> list[str]:
    """The status codes, outer first, of an answer to this request that asserts nothing."""
    response = decode(page_fields["SAMLResponse"])
    assert response.get("InResponseTo") == request_id
    assert response.get("Destination") == hub.supplier.acs
    assert not find(response, ".//saml:Assertion | .//saml:EncryptedAssertion")
    return [
        code.get("Value").removeprefix(STATUS) for code in find(response, ".//samlp:StatusCode")
    ]


@pytest.mark.parametrize("relay_state", [*ODD_TEXTS, None])
@pytest.mark.parametrize("binding", [REDIRECT, POST])
def test_bindings_3_4_3_relay_state_comes_back_untouched(
    hub: Hub, person: Browser, binding: str, relay_state: str | None
):
    if binding == REDIRECT:
        request, page = hub.saml_login(person, relay_state=relay_state)
    else:
        address = hinted(hub.supplier.gateway.endpoints[POST])
        request = hub.supplier.request(destination=hub.supplier.gateway.endpoints[POST])
        fields = hub.supplier.post_fields(request, relay_state)
        page = hub.at_school(person, person.post(address, fields, initiator=hub.supplier.base))
    received = hub.supplier.receive(answer_fields(page), request)
    assert (received.relay_state or None) == (relay_state or None)


def test_core_3_4_1_consumer_service_by_address_or_by_index(hub: Hub, person: Browser):
    supplier = ScriptedSupplier(hub.gateway.idp_metadata(), "http://twee.test")
    addresses = [f"{supplier.base}/acs", f"{supplier.base}/acs/een", f"{supplier.base}/acs/twee"]
    metadata = supplier.metadata(acs=addresses)
    add_saml_service(hub.gateway, add_supplier(hub.gateway, "Twee"), metadata, name="Twee")
    asked = [
        ({"acs": None}, addresses[0]),
        *(({"acs": None, "acs_index": str(n)}, address) for n, address in enumerate(addresses)),
        *(({"acs": address}, address) for address in addresses),
    ]
    with hub.browser(supplier.base) as browser:
        hub.saml_received(browser)
        for changes, address in asked:
            request = supplier.request(**changes)
            page = browser.open(supplier.redirect_url(request))
            assert page.message.url == address
            supplier.receive(answer_fields(page), request, acs=address)


@pytest.mark.parametrize(
    "changes",
    [
        {"acs": "http://evil.test/acs"},
        {"acs": "http://supplier.test/acs/"},
        {"acs": "http://supplier.test/acs?x"},
        {"acs": "http://supplier.test:80/acs"},
        {"acs": None, "acs_index": "1"},
        {"acs": None, "acs_index": "-1"},
        {"acs": None, "acs_index": "00"},
    ],
)
def test_saml2int_idp06_no_other_consumer_service(
    hub: Hub, person: Browser, changes: dict[str, str | None]
):
    page = person.open(hub.supplier.redirect_url(hub.supplier.request(**changes)))
    assert (page.status, page.redirect, page.message) == (400, None, None)
    assert "KP-303" in page.words


@pytest.mark.parametrize("asked", [PERSISTENT, UNSPECIFIED, None])
def test_core_8_3_7_name_id_is_the_pseudonym(hub: Hub, person: Browser, asked: str | None):
    request, page = hub.saml_login(person, name_id_format=asked)
    received = hub.supplier.receive(answer_fields(page), request)
    assert received.name_id_format == (asked or PERSISTENT)
    assert received.name_id == received.attributes["eckId"][0]
    assert received.name_id == hub.saml_received(person).name_id


def test_core_8_3_8_transient_name_id_is_of_one_session(hub: Hub):
    """It says nothing twice, but within the session, which a logout names by it."""
    ids = []
    for _ in range(2):
        with hub.browser() as browser:
            for _ in range(2):
                request, page = hub.saml_login(browser, name_id_format=TRANSIENT)
                received = hub.supplier.receive(answer_fields(page), request)
                assert received.name_id_format == TRANSIENT
                assert received.name_id not in received.attributes["eckId"]
                ids.append(received.name_id)
    assert (ids[0], ids[2]) == (ids[1], ids[3])
    assert ids[0] != ids[2]


def test_core_3_4_1_1_format_that_we_do_not_give(hub: Hub, person: Browser):
    request = hub.supplier.request(
        name_id_format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    )
    page = person.open(hub.supplier.redirect_url(request, "terug"))
    fields = answer_fields(page)
    assert status_of(hub, fields, request.id) == ["Requester", "InvalidNameIDPolicy"]
    assert fields["RelayState"] == "terug"


@pytest.mark.parametrize("value", ["true", "1"])
def test_core_3_4_1_is_passive_without_session_is_no_passive(hub: Hub, person: Browser, value: str):
    request = hub.supplier.request(is_passive=value)
    page = person.open(hub.supplier.redirect_url(request, "terug"))
    fields = answer_fields(page)
    assert status_of(hub, fields, request.id) == ["Responder", "NoPassive"]
    assert fields["RelayState"] == "terug"
    assert len(person.hops) == 1


def test_core_3_4_1_is_passive_with_a_session(hub: Hub, person: Browser):
    first = hub.saml_received(person)
    request, page = hub.saml_login(person, is_passive="true")
    assert hub.supplier.receive(answer_fields(page), request).name_id == first.name_id


@pytest.mark.parametrize("value", ["true", "1"])
def test_core_3_4_1_force_authn_reaches_the_school(hub: Hub, person: Browser, value: str):
    first = hub.saml_received(person)
    request = hub.supplier.request(force_authn=value)
    page = person.open(hinted(hub.supplier.redirect_url(request)))
    assert hub.asked_of_school(page).force_authn
    second = hub.supplier.receive(answer_fields(hub.at_school(person, page)), request)
    assert second.name_id == first.name_id
    assert second.session_index != first.session_index


def test_core_3_4_1_2_idp_list_names_the_school(hub: Hub, person: Browser):
    request = hub.supplier.request(idp_list=["http://vreemd.test", hub.school.entity_id])
    page = person.open(hub.supplier.redirect_url(request))
    assert hub.asked_of_school(page).destination == hub.school.sso


def test_profiles_4_1_5_deep_link_ends_in_an_unsolicited_response(hub: Hub, person: Browser):
    target = f"{hub.supplier.base}/boek/7?opgave=4&x=%20y"
    page = person.open(hinted(add_link(hub.gateway, hub.service, target)))
    page = hub.at_school(person, page)
    assert page.message.url == hub.supplier.acs
    received = hub.supplier.receive(answer_fields(page), None)
    assert (received.in_response_to, received.relay_state) == (None, target)


def test_core_3_2_2_in_response_to_is_the_request_of_this_tab(hub: Hub, person: Browser):
    first, second = hub.supplier.request(), hub.supplier.request()
    pages = [person.open(hinted(hub.supplier.redirect_url(request))) for request in (first, second)]
    for request, page in reversed(list(zip((first, second), pages, strict=True))):
        received = hub.supplier.receive(answer_fields(hub.at_school(person, page)), request)
        assert received.in_response_to == request.id


def test_metadata_is_read_by_python3_saml(hub: Hub):
    found = OneLogin_Saml2_IdPMetadataParser.parse(hub.gateway.idp_metadata())["idp"]
    assert found["entityId"] == f"{hub.gateway.base}/saml/metadata"
    assert found["singleSignOnService"] == {
        "url": f"{hub.gateway.base}/saml/sso",
        "binding": REDIRECT,
    }
    assert found["singleLogoutService"]["url"] == f"{hub.gateway.base}/saml/slo"
    assert found["x509cert"] in "".join(hub.supplier.gateway.signing).replace("\n", "")


def test_core_2_7_2_answer_says_when_and_how_the_person_logged_in(hub: Hub, person: Browser):
    assertion = hub.saml_received(person).assertion
    context = text_of(assertion, ".//saml:AuthnContextClassRef")
    assert context.endswith("PasswordProtectedTransport")
    assert text_of(assertion, "./saml:AuthnStatement/@AuthnInstant").endswith("Z")
    (confirmation,) = find(assertion, ".//saml:SubjectConfirmationData")
    assert confirmation.get("Recipient") == hub.supplier.acs
    assert [a.text for a in find(assertion, ".//saml:Audience")] == [hub.supplier.entity_id]
