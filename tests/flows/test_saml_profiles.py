"""The two profiles of a SAML service, and what it may want otherwise (`docs/saml.md`).

SAML2Int labels are those of Kantara's deployment profile.
"""

import re
from collections.abc import Sequence

import pytest
from lxml import etree

from tests.actors.browser import Browser
from tests.actors.keys import KeyPair, rsa_key
from tests.actors.people import PUPIL, SAML_SCHOOL
from tests.actors.saml_metadata import sp_metadata
from tests.actors.saml_proof import decrypt, verify
from tests.actors.saml_xml import (
    PERSISTENT,
    TRANSIENT,
    UNSPECIFIED,
    Element,
    decode,
    find,
    parse,
    text_of,
)
from tests.actors.scripted_supplier import Received, ScriptedSupplier
from tests.flows.hub import Hub, answer_fields, hinted
from tests.parts.registration import add_link, add_saml_service, add_supplier, grant
from tests.trust.metadata_documents import subject_id_requirement

URI = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
ROLE = {"saml2int": "urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "entree": "eduPersonAffiliation"}
GIVEN_NAME = {"saml2int": "urn:oid:2.5.4.42", "entree": "givenName"}
PAIRWISE_ID = "urn:oasis:names:tc:SAML:attribute:pairwise-id"
SUBJECT_ID = "urn:oasis:names:tc:SAML:attribute:subject-id"
OWN, NEXT = rsa_key("dienst"), rsa_key("dienst-volgend")


def supplier_of(
    hub: Hub, name: str, metadata: str = "", *, profile: str = "", more: Sequence[str] = ()
) -> tuple[ScriptedSupplier, str]:
    """A new supplier's service that may have a first name, and its id."""
    supplier = ScriptedSupplier(hub.gateway.idp_metadata(), f"http://{name}.test", OWN)
    service = add_saml_service(
        hub.gateway,
        add_supplier(hub.gateway, name),
        metadata or described(supplier, encryption=[OWN]),
        profile=profile,
        attributes={"givenName": "Aanspreken"},
        more=more,
    )
    grant(hub.gateway, SAML_SCHOOL, service, "givenName")
    return supplier, service


def described(
    supplier: ScriptedSupplier,
    *,
    encryption: Sequence[KeyPair] = (),
    methods: Sequence[str] = (),
    wants_signed: bool = True,
    name_id_format: str | None = None,
) -> str:
    """Metadata of a service provider, with its EncryptionMethods."""
    text = sp_metadata(
        supplier.entity_id, [supplier.acs], [OWN], encryption=encryption,
        name_id_format=name_id_format,
    )  # fmt: skip
    listed = "".join(f'<md:EncryptionMethod Algorithm="{method}"/>' for method in methods)
    key = re.compile(r'(<md:KeyDescriptor use="encryption">.*?)(</md:KeyDescriptor>)', re.DOTALL)
    text = key.sub(rf"\1{listed}\2", text)
    return text if wants_signed else text.replace('WantAssertionsSigned="true"', "")


def requiring(metadata: str, subject_id: str) -> str:
    """Metadata that says which lasting id of people the service must have."""
    begin, rest = metadata.split(">", 1)
    return f"{begin}>{subject_id_requirement(subject_id)}{rest}"


def party(name: str) -> ScriptedSupplier:
    return ScriptedSupplier("", f"http://{name}.test", OWN)


def login(hub: Hub, supplier: ScriptedSupplier, **changes: object) -> tuple[Received, Element]:
    """A whole login at the supplier: what it learned, and the Response as it came."""
    with hub.browser(supplier.base) as browser:
        request = supplier.request(**{"name_id_format": None, **changes})
        page = browser.open(hinted(supplier.redirect_url(request)))
        fields = answer_fields(hub.at_school(browser, page))
    return supplier.receive(fields, request), decode(fields["SAMLResponse"])


def unread(hub: Hub, supplier: ScriptedSupplier) -> Element:
    """The Response of a login, before anything of it was read."""
    with hub.browser(supplier.base) as browser:
        page = browser.open(hinted(supplier.redirect_url(supplier.request())))
        return decode(answer_fields(hub.at_school(browser, page))["SAMLResponse"])


def formats(received: Received) -> set[str]:
    return {str(each) for each in find(received.assertion, ".//saml:Attribute/@NameFormat")}


def methods_of(response: Element) -> list[str]:
    found = find(response, ".//xenc:EncryptionMethod/@Algorithm")
    return [str(method).rpartition("#")[2] for method in found]


@pytest.mark.parametrize("more", [(), ("--profile", "saml2int"), ("--attribute-names", "oid")])
def test_saml2int_is_the_profile_of_a_new_service(hub: Hub, more: Sequence[str]):
    """SAML2Int IDP09 to IDP12, IDP18: response signed, assertion encrypted, NameID transient."""
    supplier, service = supplier_of(hub, "-".join(("nieuw", *more[1:])), more=more)
    received, response = login(hub, supplier)
    verify(response, supplier.gateway.signing)
    assert methods_of(response) == ["aes256-gcm", "rsa-oaep-mgf1p"]
    assert not find(response, "./saml:Assertion")
    assert received.name_id_format == TRANSIENT
    assert formats(received) == {URI}
    assert received.attributes[ROLE["saml2int"]] == ["student"]
    assert received.attributes[GIVEN_NAME["saml2int"]] == [PUPIL.given_name]
    assert hub.gateway.ketenpoort_json("service", "show", service)["profile"] == "saml2int"


@pytest.mark.parametrize("more", [("--profile", "entree"), ("--attribute-names", "entree")])
def test_entree_is_what_dutch_education_is_used_to(hub: Hub, more: Sequence[str]):
    """entree.md A2, A5: plain names, the assertion signed and readable, whatever key it has."""
    supplier, service = supplier_of(hub, f"entree-{len(more[0])}", more=more)
    received, response = login(hub, supplier)
    assert not find(response, "./ds:Signature")
    (assertion,) = find(response, "./saml:Assertion")
    verify(assertion, supplier.gateway.signing)
    assert received.name_id_format == PERSISTENT
    assert received.name_id == received.attributes["eckId"][0]
    assert formats(received) == {BASIC}
    assert received.attributes[ROLE["entree"]] == ["student"]
    assert received.attributes[GIVEN_NAME["entree"]] == [PUPIL.given_name]
    assert PAIRWISE_ID not in received.attributes
    shown = hub.gateway.ketenpoort_json("service", "show", service)
    assert (shown["profile"], shown["signed"], shown["encryption"]) == (
        "entree", ["assertion"], "off",
    )  # fmt: skip


def test_saml2int_idp13_pairwise_id_is_the_pseudonym_in_another_form(hub: Hub):
    """SAML Subject Identifier Attributes §3.4: the same at each login, another at another
    supplier, within our scope (IDP14)."""
    seen = {}
    for name in ("paar-een", "paar-twee"):
        supplier, _ = supplier_of(hub, name)
        found = [login(hub, supplier)[0].attributes for _ in range(2)]
        assert found[0][PAIRWISE_ID] == found[1][PAIRWISE_ID]
        (seen[name],) = found[0][PAIRWISE_ID]
    assert len(set(seen.values())) == 2
    for value in seen.values():
        assert re.fullmatch(r"[a-z0-9]{52}@127\.0\.0\.1", value)


@pytest.mark.parametrize(
    ("requirement", "given"), [("pairwise-id", True), ("any", True), ("none", False)]
)
def test_saml2int_idp15_the_metadata_says_which_subject_id_it_needs(
    hub: Hub, requirement: str, given: bool
):
    name = f"eist-{requirement}"
    supplier, _ = supplier_of(hub, name, requiring(described(party(name)), requirement))
    received, _ = login(hub, supplier)
    assert (PAIRWISE_ID in received.attributes) is given
    assert SUBJECT_ID not in received.attributes


@pytest.mark.parametrize("profile", ["saml2int", "entree"])
def test_saml2int_idp16_a_subject_id_that_is_the_same_everywhere_is_not_given(
    hub: Hub, profile: str
):
    """The service that must have one is told so, before anybody signs in; `entree` knows no such
    ids, and asks nothing of who says so."""
    name = f"eist-subject-{profile}"
    metadata = requiring(described(party(name)), "subject-id")
    supplier, _ = supplier_of(hub, name, metadata, profile=profile)
    request = supplier.request(name_id_format=None)
    with hub.browser(supplier.base) as browser:
        page = browser.open(hinted(supplier.redirect_url(request)))
        if profile == "entree":
            assert hub.asked_of_school(page)
            return
    response = decode(answer_fields(page)["SAMLResponse"])
    verify(response, supplier.gateway.signing)
    codes = [str(code).rpartition(":")[2] for code in find(response, ".//samlp:StatusCode/@Value")]
    assert codes == ["Responder", "RequestUnsupported"]
    assert not find(response, "./saml:Assertion | ./saml:EncryptedAssertion")


@pytest.mark.parametrize(
    ("profile", "answered"), [("entree", UNSPECIFIED), ("saml2int", TRANSIENT)]
)
def test_core_8_3_1_unspecified_is_what_dutch_services_ask_for(
    hub: Hub, profile: str, answered: str
):
    """`entree` answers it by that name, with the pseudonym; for others it leaves us the choice
    (entree.md A2)."""
    assert UNSPECIFIED in hub.gateway.idp_metadata(), "advertised"
    supplier, _ = supplier_of(hub, f"onbepaald-{profile}", profile=profile)
    received, _ = login(hub, supplier, name_id_format=UNSPECIFIED)
    assert received.name_id_format == answered
    if profile == "entree":
        assert received.name_id == received.attributes["eckId"][0]


@pytest.mark.parametrize("published", [PERSISTENT, TRANSIENT])
def test_metadata_2_4_1_2_name_id_format_of_the_metadata(hub: Hub, published: str):
    name = "formaat-" + published[-4:]
    metadata = described(party(name), name_id_format=published)
    supplier, service = supplier_of(hub, name, metadata)
    assert login(hub, supplier)[0].name_id_format == published
    with hub.browser(supplier.base) as browser:
        page = browser.open(hinted(add_link(hub.gateway, service, f"{supplier.base}/les")))
        fields = answer_fields(hub.at_school(browser, page))
    assert supplier.receive(fields, None).name_id_format == published


def test_saml2int_idp09_a_signed_response_is_proof_enough(hub: Hub):
    """One signature where the metadata does not want the assertion's as well."""
    metadata = described(party("een-handtekening"), wants_signed=False)
    supplier, _ = supplier_of(hub, "een-handtekening", metadata)
    response = unread(hub, supplier)
    verify(response, supplier.gateway.signing)
    assert len(find(response, "//ds:Signature")) == 1


@pytest.mark.parametrize(
    ("more", "signed"),
    [
        (("--profile", "entree", "--sign-response"), ["samlp:Response", "saml:Assertion"]),
        (("--profile", "saml2int", "--no-sign-response"), ["saml:Assertion"]),
    ],
)
def test_the_response_is_signed_as_the_service_wants(
    hub: Hub, more: Sequence[str], signed: list[str]
):
    name = f"teken-{len(signed)}"
    metadata = described(party(name), wants_signed=False)
    supplier, _ = supplier_of(hub, name, metadata, more=more)
    response = unread(hub, supplier)
    parents = [each.getparent() for each in find(response, "//ds:Signature")]
    assert [f"{each.prefix}:{each.tag.rpartition('}')[2]}" for each in parents] == signed
    for each in parents:
        verify(parse(etree.tostring(each, with_tail=False)), supplier.gateway.signing)


@pytest.mark.parametrize(
    ("methods", "used"),
    [
        (["xmlenc11#aes128-gcm", "xmlenc11#aes256-gcm"], "aes128-gcm"),
        (["xmlenc#aes256-cbc", "xmlenc11#aes256-gcm", "xmlenc#rsa-oaep-mgf1p"], "aes256-gcm"),
        (["xmlenc#rsa-oaep-mgf1p"], "aes256-gcm"),
        (["xmlenc#aes128-cbc", "xmlenc#aes256-cbc"], None),
    ],
)
def test_alg01_the_metadata_chooses_among_the_gcms(hub: Hub, methods: list[str], used: str | None):
    """Metadata §2.4.1.1; with CBC alone nothing is encrypted, as CBC is not allowed."""
    name = f"methode-{used}-{len(methods)}"
    spaces = {"xmlenc": "http://www.w3.org/2001/04/", "xmlenc11": "http://www.w3.org/2009/"}
    full = [spaces[method.partition("#")[0]] + method for method in methods]
    metadata = described(party(name), encryption=[OWN], methods=full)
    supplier, _ = supplier_of(hub, name, metadata)
    _, response = login(hub, supplier)
    assert methods_of(response)[:1] == ([used] if used else [])


@pytest.mark.parametrize("wanted", ["aes128-gcm", "aes256-gcm", "off"])
@pytest.mark.parametrize("profile", ["entree", "saml2int"])
def test_core_2_3_4_encryption_by_service(hub: Hub, profile: str, wanted: str):
    name = f"{profile}-{wanted}"
    more = ("--encryption", wanted)
    supplier, service = supplier_of(hub, name, profile=profile, more=more)
    received, response = login(hub, supplier)
    used = [] if wanted == "off" else [wanted, "rsa-oaep-mgf1p"]
    assert methods_of(response) == used
    assert received.attributes[GIVEN_NAME[profile]] == [PUPIL.given_name]
    assert hub.gateway.ketenpoort_json("service", "show", service)["encryption"] == wanted


@pytest.mark.parametrize("held", [OWN, NEXT])
def test_core_2_3_4_each_of_two_encryption_keys_opens_it(hub: Hub, held: KeyPair):
    """A service in the middle of a rollover has one of its two keys (SAML2Int SP39)."""
    name = f"sleutels-{'eerste' if held is OWN else 'tweede'}"
    metadata = described(party(name), encryption=[OWN, NEXT])
    supplier, _ = supplier_of(hub, name, metadata)
    response = unread(hub, supplier)
    assert methods_of(response) == ["aes256-gcm", "rsa-oaep-mgf1p", "rsa-oaep-mgf1p"]
    (encrypted,) = find(response, "./saml:EncryptedAssertion")
    assertion = decrypt(encrypted, held)
    verify(assertion, supplier.gateway.signing)
    assert text_of(assertion, "./saml:Issuer") == supplier.gateway.entity_id


def test_nothing_of_a_person_is_readable_in_an_encrypted_answer(hub: Hub):
    supplier, _ = supplier_of(hub, "onleesbaar")
    response = unread(hub, supplier)
    words = "".join(response.itertext())
    assert find(response, "./saml:EncryptedAssertion")
    assert "student" not in words
    assert PUPIL.given_name not in words
    assert "eckid" not in words


def test_an_error_response_is_signed_in_both_profiles(hub: Hub, person: Browser):
    """SAML2Int IDP09; Core §3.2.2.2."""
    for profile in ("entree", "saml2int"):
        supplier, _ = supplier_of(hub, f"fout-{profile}", profile=profile)
        request = supplier.request(is_passive="true")
        with hub.browser(supplier.base) as browser:
            page = browser.open(supplier.redirect_url(request))
        response = decode(answer_fields(page)["SAMLResponse"])
        verify(response, supplier.gateway.signing)
        assert not find(response, "./saml:Assertion | ./saml:EncryptedAssertion")
