"""Kantara's deployment profile, SAML2Int: what no other test says by its label (docs/saml.md)."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.keys import KeyPair, rsa_key
from tests.actors.people import PUPIL, SECOND_SAML_SCHOOL
from tests.actors.saml_metadata import sp_metadata
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import TRANSIENT, Element, find, inflate, parse
from tests.actors.scripted_school import ScriptedSchool
from tests.actors.scripted_supplier import Received, ScriptedSupplier
from tests.flows.hub import Hub, answer_fields, hinted, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import add_saml_school, add_saml_service, add_supplier

OWN, NEXT = rsa_key("dienst"), rsa_key("dienst-volgend")
SCHOOL_NEXT = rsa_key("school-volgend")
ROLE = "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"
SUBJECT_ID = "urn:oasis:names:tc:SAML:attribute:subject-id"
PAIRWISE_ID = "urn:oasis:names:tc:SAML:attribute:pairwise-id"
LIMIT = 256


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with run_directory("gateway") as directory:
        gateway = Gateway(directory, {})
        with run_gateway(gateway), run_hub(gateway) as running:
            yield running


@pytest.fixture(scope="module")
def supplier(hub: Hub) -> ScriptedSupplier:
    """A service that follows the profile: it need not sign, and is in the middle of a rollover."""
    new = ScriptedSupplier(hub.gateway.idp_metadata(), "http://volgens-profiel.test", OWN)
    metadata = sp_metadata(
        new.entity_id, [new.acs], [OWN, NEXT], signs_requests=False, encryption=[OWN]
    )
    add_saml_service(
        hub.gateway, add_supplier(hub.gateway, "Profiel"), metadata, profile="saml2int"
    )
    return new


@pytest.fixture(scope="module")
def school(hub: Hub) -> ScriptedSchool:
    """One with two signing keys in its metadata, and another BRIN."""
    new = ScriptedSchool(hub.gateway.sp_metadata(), "http://tweede-school.test")
    metadata = new.metadata(SCHOOL_NEXT)
    add_saml_school(hub.gateway, SECOND_SAML_SCHOOL, "Lijsterbes", "Voorbeelddam", metadata)
    return new


def asked(supplier: ScriptedSupplier, browser: Browser, brin: str, *, sign: bool = True) -> Page:
    request = supplier.request(name_id_format=None)
    return browser.open(hinted(supplier.redirect_url(request, sign=sign), brin))


def answered(hub: Hub, supplier: ScriptedSupplier, **changes: object) -> tuple[Received, Page]:
    """A login at the hub's school, and what the service learned."""
    request = supplier.request(name_id_format=None)
    with hub.browser(supplier.base) as browser:
        page = hub.at_school(
            browser, browser.open(hinted(supplier.redirect_url(request))), **changes
        )
    return supplier.receive(answer_fields(page), request), page


def answered_at(
    hub: Hub, supplier: ScriptedSupplier, school: ScriptedSchool, **changes: object
) -> Received:
    """The same at the other school."""
    request = supplier.request(name_id_format=None)
    with hub.browser(supplier.base, school.base) as browser:
        page = browser.open(hinted(supplier.redirect_url(request), SECOND_SAML_SCHOOL))
        received = school.read_request(page.redirect.url)
        said = {**PUPIL.attributes(), "nlEduPersonHomeOrganizationId": [SECOND_SAML_SCHOOL]}
        answer = school.answer(received, PUPIL, **{"attributes": said, **changes})
        fields = school.fields(answer.build(), received)
        page = browser.post(school.acs, fields, initiator=school.base)
    return supplier.receive(answer_fields(page), request)


def texts(element: Element) -> list[str]:
    """Every attribute and text, but what is cipher, signature or key."""
    found = []
    for each in element.iter():
        name = each.tag.rpartition("}")[2]
        if name not in {"CipherValue", "SignatureValue", "X509Certificate"}:
            found += [str(value) for value in each.attrib.values()] + [each.text or ""]
    return found


def test_g02_g03_idp08_idp10_idp11_the_answer(hub: Hub, supplier: ScriptedSupplier):
    """By POST; one assertion, encrypted as a whole; one AuthnStatement; short; no DTD."""
    received, page = answered(hub, supplier)
    response = received.response
    assert (page.message.url, page.message.method) == (supplier.acs, "POST")
    assert len(find(response, "./saml:EncryptedAssertion")) == 1
    assert not find(response, "./saml:Assertion")
    assert len(find(received.assertion, "./saml:AuthnStatement")) == 1
    assert len(find(received.assertion, "./saml:AttributeStatement")) <= 1
    assert not find(received.assertion, ".//saml:EncryptedID | .//saml:EncryptedAttribute")
    assert not response.getroottree().docinfo.doctype
    for text in [*texts(response), *texts(received.assertion)]:
        assert len(text) <= LIMIT, text


def test_g02_g04_our_names_and_what_our_metadata_says_is_short(hub: Hub):
    for document in (hub.gateway.idp_metadata(), hub.gateway.sp_metadata()):
        root = parse(document)
        address = urlsplit(root.get("entityID"))
        assert address.scheme
        assert address.netloc
        for text in texts(root):
            assert len(text) <= LIMIT, text


def test_idp04_unsigned_request_of_who_need_not_sign(hub: Hub, supplier: ScriptedSupplier):
    with hub.browser(supplier.base) as browser:
        page = asked(supplier, browser, PUPIL.brin, sign=False)
        assert hub.asked_of_school(page)


def test_idp05_a_wrong_signature_is_refused_where_none_is_needed(
    hub: Hub, supplier: ScriptedSupplier
):
    stranger = ScriptedSupplier(
        hub.gateway.idp_metadata(), supplier.base, rsa_key("vreemde-dienst")
    )
    with hub.browser(supplier.base) as browser:
        page = asked(stranger, browser, PUPIL.brin)
        assert (page.status, page.message, page.redirect) == (403, None, None)
        assert "KP-304" in page.words


@pytest.mark.parametrize("keys", [OWN, NEXT])
def test_idp32_each_signing_key_of_a_service_counts(
    hub: Hub, supplier: ScriptedSupplier, keys: KeyPair
):
    signer = ScriptedSupplier(hub.gateway.idp_metadata(), supplier.base, keys)
    with hub.browser(supplier.base) as browser:
        assert hub.asked_of_school(asked(signer, browser, PUPIL.brin))


def test_idp19_idp20_one_plain_value_an_element(hub: Hub, supplier: ScriptedSupplier):
    said = {**PUPIL.attributes(), "eduPersonAffiliation": ["employee", "student"]}
    received, _ = answered(hub, supplier, attributes=said)
    assert sorted(received.attributes[ROLE]) == ["employee", "student"]
    values = find(received.assertion, ".//saml:AttributeValue")
    assert not [value for value in values if len(value)]


def test_idp07_fresh_login_has_a_fresh_authn_instant(hub: Hub, supplier: ScriptedSupplier):
    with hub.browser(supplier.base) as browser:
        instants = []
        for changes in ({}, {"force_authn": "true"}):
            request = supplier.request(name_id_format=None, **changes)
            page = browser.open(hinted(supplier.redirect_url(request)))
            said = -60 if not changes else 0
            page = hub.at_school(browser, page, authn_instant=said)
            received = supplier.receive(answer_fields(page), request)
            (statement,) = find(received.assertion, "./saml:AuthnStatement")
            instants.append(statement.get("AuthnInstant"))
    assert instants[0] < instants[1]


def test_sp02_sp04_to_sp07_what_we_ask_of_a_school(hub: Hub, supplier: ScriptedSupplier):
    """By Redirect; the address of our metadata and no index; NameIDPolicy without Format; no
    RequestedAuthnContext, when no service asked for one."""
    with hub.browser(supplier.base) as browser:
        page = asked(supplier, browser, PUPIL.brin)
    assert hub.asked_of_school(page).acs == hub.school.acs
    request = inflate(parse_qs(urlsplit(page.redirect.url).query)["SAMLRequest"][0])
    assert request.get("AssertionConsumerServiceIndex") is None
    (policy,) = find(request, "./samlp:NameIDPolicy")
    assert dict(policy.attrib) == {"AllowCreate": "true"}
    assert not find(request, "./samlp:RequestedAuthnContext")


def without_uid(**more: list[str]) -> dict[str, list[str]]:
    said = {**PUPIL.attributes(), **more}
    del said["uid"]
    return said


@pytest.mark.parametrize("name", [SUBJECT_ID, PAIRWISE_ID])
@pytest.mark.parametrize("name_id", [{"name_id_format": TRANSIENT}, {"name_id": None}])
def test_sp14_sp15_a_subject_id_is_enough(
    hub: Hub, supplier: ScriptedSupplier, name: str, name_id: dict[str, str | None]
):
    """With a NameID that does not last, or none: the same person at each login."""
    seen = set()
    for _ in range(2):
        said = without_uid(**{name: [f"p-17@{name[-11:]}.test"]})
        received, _ = answered(hub, supplier, attributes=said, **name_id)
        seen.add(received.attributes[PAIRWISE_ID][0])
    assert len(seen) == 1


def test_sp17_sp18_a_subject_id_counts_for_the_school_that_said_it(
    hub: Hub, supplier: ScriptedSupplier, school: ScriptedSchool
):
    """Another school that asserts the same one, whatever its scope, makes nobody that person."""
    said = without_uid(**{SUBJECT_ID: ["p-17@esdoorn.test"]})
    here, _ = answered(hub, supplier, attributes=said, name_id_format=TRANSIENT)
    there = answered_at(
        hub, supplier, school, name_id_format=TRANSIENT,
        attributes={**said, "nlEduPersonHomeOrganizationId": [SECOND_SAML_SCHOOL]},
    )  # fmt: skip
    assert here.attributes[PAIRWISE_ID] != there.attributes[PAIRWISE_ID]


def test_sp20_an_attribute_may_have_more_values_than_we_use(hub: Hub, supplier: ScriptedSupplier):
    said = {**PUPIL.attributes(), "mail": ["a@school.test", "b@school.test"], "sn": ["A", "B"]}
    assert answered(hub, supplier, attributes=said)[0].name_id


@pytest.mark.parametrize("keys", [None, SCHOOL_NEXT])
def test_sp38_each_signing_key_of_a_school_counts(
    hub: Hub, supplier: ScriptedSupplier, school: ScriptedSchool, keys: KeyPair | None
):
    signing = Signing(keys or school.keys)
    assert answered_at(hub, supplier, school, signing=signing).name_id


@pytest.mark.parametrize("times", [{"not_before": 170}, {"not_on_or_after": -170}])
def test_g01_three_minutes_of_clock_skew_either_way(
    hub: Hub, supplier: ScriptedSupplier, times: dict[str, float]
):
    assert answered(hub, supplier, **times)[0].name_id


def test_sp12_a_person_of_whom_too_little_is_said_reads_whom_to_ask(
    hub: Hub, supplier: ScriptedSupplier
):
    with hub.browser(supplier.base) as browser:
        page = asked(supplier, browser, PUPIL.brin)
        said = without_uid()
        page = hub.at_school(browser, page, attributes=said, name_id_format=TRANSIENT)
    assert (page.status, page.message) == (403, None)
    assert "helpdesk van je school" in page.words
