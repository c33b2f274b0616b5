"""From what a school asserted to a person: its school, its id, its words (entree.md A4)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.identify import Asserted, identify, mapping_of
from gateway.core.model import Affiliation, Brin, Identity, School, parse_brin
from gateway.errors import ForeignSchool, MissingAttribute
from tests.core.people import CONNECTION, NATIONAL, NOW, SCHOOL, VOCABULARY, brins

HOME = "nlEduPersonHomeOrganizationId"
BRANCH = "nlEduPersonHomeOrganizationBranchId"


def person(
    said: dict[str, list[str]] | None = None,
    *,
    subject: str = "leerling-1",
    own: tuple[str, ...] = ("99XA",),
    chosen: str = "",
    config: dict[str, object] | None = None,
) -> Identity:
    schools = [School(Brin(brin), f"School {brin}", "Dorp aan Zee", "idp-one") for brin in own]
    asserted = Asserted(subject, said or {}, NOW, "password")
    connection = replace(CONNECTION, config=config or {})
    return identify(asserted, connection, schools, Brin(chosen or own[0]), VOCABULARY)


@pytest.mark.parametrize(
    ("said", "own", "chosen", "found"),
    [
        pytest.param("99XA", ["99XA"], "99XA", "99XA", id="itself"),
        pytest.param("99XA02", ["99XA02"], "99XA02", "99XA02", id="itself, with branch"),
        pytest.param("99xa", ["99XA"], "99XA", "99XA", id="lower case"),
        pytest.param(" 99XA\n", ["99XA"], "99XA", "99XA", id="spaces"),
        pytest.param("99XA02", ["99XA"], "99XA", "99XA", id="branch of a registered school"),
        pytest.param("99XA02", ["99XA", "99XA02"], "99XA", "99XA02", id="branch itself first"),
        pytest.param("99XA", ["99XA02"], "99XA02", "99XA02", id="the only branch"),
        pytest.param("99XA", ["99XA02", "99XA03"], "99XA03", "99XA03", id="the chosen branch"),
        pytest.param("99XA", ["99XA02", "99XB"], "99XB", "99XA02", id="said, not chosen"),
        pytest.param("99XB", ["99XA", "99XB"], "99XA", "99XB", id="another of the connection"),
    ],
)
@pytest.mark.parametrize("name", [HOME, BRANCH])
def test_the_school_is_the_one_asserted_and_registered(
    name: str, said: str, own: list[str], chosen: str, found: str
) -> None:
    assert person({name: [said]}, own=tuple(own), chosen=chosen).school == found


@pytest.mark.parametrize(
    ("said", "chosen", "found"),
    [
        (["99XB", "99XA"], "99XA", "99XA"),
        (["99XB", "99XA02"], "99XA", "99XA"),
        (["99XB", "99XA"], "99XB", "99XB"),
        (["99XB", "99XA"], "99XC", "99XB"),
        (["99XD", "99XB", "99XA"], "99XC", "99XB"),
        (["99XD", "99XB"], "99XD", "99XB"),
    ],
)
def test_of_several_schools_that_are_asserted_it_is_the_chosen_one_else_the_first(
    said: list[str], chosen: str, found: str
) -> None:
    """Somebody of two schools; 99XD is asserted and not registered here."""
    assert person({HOME: said}, own=("99XA", "99XB", "99XC"), chosen=chosen).school == found


def test_the_chosen_school_counts_among_both_attributes() -> None:
    said = {BRANCH: ["99XB02"], HOME: ["99XA"]}
    assert person(said, own=("99XA", "99XB"), chosen="99XA").school == "99XA"


@pytest.mark.parametrize(
    ("own", "chosen"),
    [
        (["99XA02", "99XA03"], "99XA03"),
        (["99XA", "99XA02"], "99XA"),
        (["99XA", "99XA02", "99XA03"], "99XA03"),
    ],
)
def test_a_branch_beside_its_institution_is_the_persons_whatever_was_chosen(
    own: list[str], chosen: str
) -> None:
    """Entree asserts both (entree.md A4): else the click would say who the pupil is."""
    said = {BRANCH: ["99XA02"], HOME: ["99XA"]}
    assert person(said, own=tuple(own), chosen=chosen).school == "99XA02"


def test_a_branch_that_is_not_registered_is_not_replaced_by_the_one_that_was_chosen() -> None:
    said = {BRANCH: ["99XA02"], HOME: ["99XA"]}
    assert person(said, own=("99XA", "99XA03"), chosen="99XA03").school == "99XA"
    with pytest.raises(ForeignSchool, match="99XA02"):
        person(said, own=("99XA03", "99XA04"), chosen="99XA03")


BRANCHES = ["99XA01", "99XA02", "99XA03"]


@given(
    branch=st.sampled_from(BRANCHES),
    home=st.sampled_from([None, "99XA"]),
    others=st.sets(st.sampled_from(["99XA", *BRANCHES, "99XB"])),
    chosen=st.sampled_from(["99XA", *BRANCHES, "99XB"]),
)
def test_what_was_chosen_does_not_change_a_branch_that_is_asserted_and_registered(
    branch: str, home: str | None, others: set[str], chosen: str
) -> None:
    said = {BRANCH: [branch], **({HOME: [home]} if home else {})}
    own = tuple({*others, branch})
    assert person(said, own=own, chosen=chosen).school == branch


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("99XB", ["99XA"]),
        ("99XB", ["99XA", "99XC"]),
        ("99XA03", ["99XA02"]),
        ("99XB02", ["99XB03", "99XA"]),
        ("99XA", ["99XA02", "99XA03"]),
    ],
)
def test_a_brin_that_is_not_of_the_connection_is_refused(said: str, own: list[str]) -> None:
    """No school speaks for another."""
    with pytest.raises(ForeignSchool, match=said):
        person({HOME: [said]}, own=tuple(own), chosen="99XD")


@given(said=brins(), own=st.lists(brins(), min_size=1, max_size=4, unique=True))
def test_whatever_is_asserted_the_school_is_a_registered_one_of_that_institution(
    said: Brin, own: list[Brin]
) -> None:
    try:
        found = person({HOME: [said]}, own=tuple(own)).school
    except ForeignSchool:
        assert said not in own
        return
    assert found in own
    assert found[:4] == said[:4]
    assert found.startswith(said) or said.startswith(found)


@pytest.mark.parametrize(
    "said", ["x", "", "99X", "99XA0", "99XA0\uff12", "XA99", "0123", "99XA02 99XB"]
)
def test_what_is_no_brin_is_refused_and_not_repeated(said: str) -> None:
    if not said:
        assert person({HOME: [said]}).school == "99XA"  # nothing was asserted
        return
    with pytest.raises(ForeignSchool, match=f"^{HOME} is not a BRIN$"):
        person({HOME: [said]})


def test_without_a_brin_the_only_school_of_the_connection_counts() -> None:
    assert person().school == "99XA"


def test_without_a_brin_one_of_several_can_not_be_told() -> None:
    with pytest.raises(MissingAttribute, match=HOME):
        person(own=("99XA", "99XB"))


@pytest.mark.parametrize("text", ["01AB", "01ab02", " 27XY \t"])
def test_a_brin_has_four_or_six_characters(text: str) -> None:
    assert parse_brin(text) == text.strip().upper()


@pytest.mark.parametrize(
    "text", ["", "1AB", "01A", "01AB2", "01AB021", "0\uff11AB", "01-AB", "01ÄB"]
)
def test_what_is_not_a_brin(text: str) -> None:
    with pytest.raises(ValueError, match="a BRIN is like 01AB"):
        parse_brin(text)


GIVEN = "Noor"
KNOWN_AS = [
    ("givenName", "givenName"),
    ("urn:oid:2.5.4.42", "givenName"),
    ("urn:mace:dir:attribute-def:givenName", "givenName"),
    ("given_name", "givenName"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "givenName"),
    ("urn:oid:2.5.4.4", "sn"),
    ("family_name", "sn"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "sn"),
    ("urn:oid:0.9.2342.19200300.100.1.3", "mail"),
    ("urn:mace:dir:attribute-def:mail", "mail"),
    ("email", "mail"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "mail"),
    ("http://schemas.microsoft.com/identity/claims/displayname", "displayName"),
    ("nlEduPersonUnit", "nlEduPersonUnit"),
    ("urn:mace:dir:attribute-def:nlEduPersonUnit", "nlEduPersonUnit"),
    ("ou", "nlEduPersonUnit"),
    ("nlEduPersonRealId", "nlEduPersonRealId"),
]


@pytest.mark.parametrize(("asserted", "name"), KNOWN_AS)
def test_entree_oid_mace_and_entra_names_are_known(asserted: str, name: str) -> None:
    assert person({asserted: [GIVEN]}).attributes == {name: (GIVEN,)}


@given(name=st.text().filter(lambda name: VOCABULARY.recognise(name) is None))
def test_what_is_not_in_the_vocabulary_is_forgotten(name: str) -> None:
    assert person({name: [GIVEN]}).attributes == {}


def test_a_mapping_of_the_school_adds_its_own_words() -> None:
    config = {"attribute_map": {"voornaam": "givenName", "vestiging": HOME, "sn": "displayName"}}
    found = person({"voornaam": [GIVEN], "vestiging": ["99XA"], "sn": ["Smit"]}, config=config)
    assert found.attributes["givenName"] == (GIVEN,)
    assert found.attributes["displayName"] == ("Smit",)
    assert "sn" not in found.attributes
    with pytest.raises(ForeignSchool):
        person({"vestiging": ["99XB"]}, config=config)


ORDERS = [["voornaam", "givenName"], ["givenName", "voornaam"]]


@pytest.mark.parametrize(
    "order",
    [
        ORDERS[0],
        ORDERS[1],
    ],
)
def test_the_schools_mapping_goes_before_the_vocabulary(order: list[str]) -> None:
    said = {name: [name] for name in order}
    found = person(said, config={"attribute_map": {"voornaam": "givenName"}})
    assert found.attributes["givenName"] == ("voornaam",)


def test_empty_values_are_left_out() -> None:
    assert person({"nlEduPersonUnit": ["", "3h1", ""]}).attributes["nlEduPersonUnit"] == ("3h1",)


def test_the_subject_is_the_protocols_own_without_a_setting() -> None:
    assert person({"uid": ["ander"]}).subject == "leerling-1"
    assert mapping_of(CONNECTION).subject_attribute is None


def test_the_subject_is_the_attribute_that_was_set_by_the_name_as_asserted() -> None:
    config = {"subject_attribute": "uid"}
    assert person({"uid": ["u-7", "u-8"]}, config=config).subject == "u-7"
    with pytest.raises(MissingAttribute, match="uid"):
        person({"UID": ["u-7"]}, config=config)


@pytest.mark.parametrize("values", [[], [""], ["x" * 1025]])
def test_a_person_without_a_usable_id_does_not_come_in(values: list[str]) -> None:
    with pytest.raises(MissingAttribute, match=r"unchanging id \(uid\)"):
        person({"uid": values}, config={"subject_attribute": "uid"})
    with pytest.raises(MissingAttribute, match=r"unchanging id \(subject\)"):
        person(subject="".join(values))


@pytest.mark.parametrize(
    "name", ["eckId", "urn:mace:surf.nl:attribute-def:eckid", "urn:mace:dir:attribute-def:eckId"]
)
def test_the_national_eckid_is_taken_in_its_urn_forms_and_is_no_attribute(name: str) -> None:
    found = person({name: [NATIONAL]})
    assert found.national_eckid == NATIONAL
    assert "eckId" not in found.attributes


@pytest.mark.parametrize("value", ["12345", NATIONAL.upper(), NATIONAL[:-1], f" {NATIONAL}"])
def test_what_has_not_the_national_form_is_no_national_eckid(value: str) -> None:
    assert person({"eckId": [value]}).national_eckid is None
    assert person({"eckId": [value, NATIONAL]}).national_eckid == NATIONAL


@pytest.mark.parametrize(
    ("values", "roles"),
    [
        (["student"], [Affiliation.STUDENT]),
        (["Leerling"], [Affiliation.STUDENT]),
        (["docent", "teacher", "medewerker"], [Affiliation.EMPLOYEE]),
        (["staff", "employee"], [Affiliation.STAFF, Affiliation.EMPLOYEE]),
        (["affiliate", "alumni"], [Affiliation.AFFILIATE]),
        (["directeur"], []),
    ],
)
def test_affiliations_in_entrees_four_words(values: list[str], roles: list[Affiliation]) -> None:
    found = person({"eduPersonAffiliation": values})
    assert found.affiliations == tuple(roles)
    assert "eduPersonAffiliation" not in found.attributes


def test_the_login_itself_is_kept() -> None:
    found = person()
    assert (found.authenticated_at, found.authn_context) == (NOW, "password")
    assert found.connection_id == SCHOOL.connection_id


@pytest.mark.parametrize("value", ["Noor\ud83d", "Noor\0", "No\x0bor"])
def test_a_value_that_no_xml_can_hold_is_left_out(value: str) -> None:
    """XML 1.0 §2.2; JSON claims may hold half a character (RFC 8259 §8.2)."""
    assert person({"givenName": [value, GIVEN]}).attributes == {"givenName": (GIVEN,)}
