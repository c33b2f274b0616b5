"""What a service may know: asked, granted and sent; closed by default."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.model import Ask, Brin, BrinForm, Grants, Identity, Release, School, Service
from gateway.core.pseudonyms import Issuer, PseudonymKey, Pseudonyms
from gateway.core.release import Parties, ReleasePolicy
from gateway.errors import ServiceNotForSchool, ServiceOff
from tests.core.people import NATIONAL, PUPIL, SCHOOL, SERVICE, SUPPLIER, VOCABULARY

PSEUDONYMS = Pseudonyms([Issuer(PseudonymKey(1, "202611", bytes(64)), "https://eckid.test")])
POLICY = ReleasePolicy(VOCABULARY, PSEUDONYMS)
MINIMUM = {
    "eduPersonAffiliation",
    "nlEduPersonHomeOrganizationId",
    "nlEduPersonHomeOrganization",
    "eckId",
}
NAMES = st.frozensets(st.sampled_from(list(VOCABULARY)))
FULL = replace(PUPIL, attributes={name: (f"value of {name}",) for name in VOCABULARY})


def asking(*names: str) -> Service:
    return replace(SERVICE, asks=tuple(Ask(name, "omdat") for name in names))


def decide(
    service: Service = SERVICE,
    granted: frozenset[str] = frozenset(),
    person: Identity = FULL,
    school: School = SCHOOL,
) -> Release:
    parties = Parties(school, service, SUPPLIER, Grants(granted))
    return POLICY.decide(parties, person, "session-1")


def test_the_default_is_pseudonym_affiliation_and_school_and_nothing_else() -> None:
    found = decide()
    assert found.attributes == {
        "eduPersonAffiliation": ("student",),
        "nlEduPersonHomeOrganizationId": ("99XA",),
        "nlEduPersonHomeOrganization": ("De Kade",),
        "eckId": (found.pseudonym,),
    }


@given(asked=NAMES, granted=NAMES, sent=NAMES)
def test_beyond_the_default_it_is_the_intersection(
    asked: frozenset[str], granted: frozenset[str], sent: frozenset[str]
) -> None:
    person = replace(PUPIL, attributes=dict.fromkeys(sent, ("x",)))
    found = decide(asking(*asked), granted, person)
    beyond = set(found.attributes) - MINIMUM
    own = {"digiDeliveryId"}  # of the school's registration, whatever it sends
    none = {"nlEduPersonHomeOrganizationBranchId"}  # the school has no branch
    assert beyond == (asked & granted & (sent | own)) - none - MINIMUM
    assert set(found.attributes) >= MINIMUM


@pytest.mark.parametrize("name", sorted(set(VOCABULARY) - MINIMUM))
def test_asked_alone_or_granted_alone_is_not_released(name: str) -> None:
    assert name not in decide(asking(name)).attributes
    assert name not in decide(granted=frozenset({name})).attributes


def test_what_the_school_did_not_send_is_absent_not_empty() -> None:
    found = decide(asking("sn"), frozenset({"sn"}), replace(PUPIL, attributes={"sn": ()}))
    assert "sn" not in found.attributes


def test_nothing_of_the_person_but_the_pseudonym_names_them() -> None:
    person = replace(FULL, national_eckid=NATIONAL)
    shown = str([vars_of(decide(person=person))])
    assert person.subject not in shown
    assert NATIONAL not in shown


def vars_of(release: Release) -> list[object]:
    return [getattr(release, name) for name in Release.__slots__]


def test_school_role_and_pseudonym_come_from_what_was_checked_not_from_what_was_sent() -> None:
    """A school can not say by an attribute that it is another, or give a pseudonym."""
    found = decide(asking("digiDeliveryId"), frozenset({"digiDeliveryId"}))
    sent = {value for values in FULL.attributes.values() for value in values}
    assert sent.isdisjoint(value for values in found.attributes.values() for value in values)


def test_it_carries_the_login_and_the_session() -> None:
    found = decide()
    assert found.service_id == SERVICE.id
    assert found.authenticated_at == PUPIL.authenticated_at
    assert found.authn_context == PUPIL.authn_context
    assert found.session_index == "session-1"


def test_a_service_that_the_operator_switched_off_gets_nothing() -> None:
    with pytest.raises(ServiceOff):
        decide(replace(SERVICE, active=False))


def test_a_service_that_the_school_switched_off_gets_nothing() -> None:
    grants = Grants(frozenset({"mail"}), switched_off=True)
    with pytest.raises(ServiceNotForSchool):
        POLICY.decide(Parties(SCHOOL, asking("mail"), SUPPLIER, grants), FULL, "session-1")


@pytest.mark.parametrize(
    ("form", "registered", "of_person", "released"),
    [
        (BrinForm.AS_REGISTERED, "99XA", "99XA", "99XA"),
        (BrinForm.AS_REGISTERED, "99XA02", "99XA02", "99XA02"),
        (BrinForm.INSTITUTION, "99XA", "99XA", "99XA"),
        (BrinForm.INSTITUTION, "99XA02", "99XA02", "99XA"),
        (BrinForm.BRANCH, "99XA02", "99XA02", "99XA02"),
        (BrinForm.BRANCH, "99XA", "99XA", None),
        (BrinForm.DIGI_DELIVERY, "99XA", "99XA", "digi-99xa"),
    ],
)
def test_the_school_in_the_form_that_the_service_asks(
    form: BrinForm, registered: str, of_person: str, released: str | None
) -> None:
    school = replace(SCHOOL, brin=Brin(registered))
    person = replace(PUPIL, school=Brin(of_person))
    found = decide(replace(SERVICE, brin_form=form), person=person, school=school)
    expected = None if released is None else (released,)
    assert found.attributes.get("nlEduPersonHomeOrganizationId") == expected


def test_a_school_without_a_key_of_the_chain_has_none_to_release() -> None:
    school = replace(SCHOOL, digi_delivery_id=None)
    service = replace(asking("digiDeliveryId"), brin_form=BrinForm.DIGI_DELIVERY)
    found = decide(service, frozenset({"digiDeliveryId"}), school=school)
    assert "digiDeliveryId" not in found.attributes
    assert "nlEduPersonHomeOrganizationId" not in found.attributes


def test_the_branch_is_released_apart_from_the_institution() -> None:
    branch = "nlEduPersonHomeOrganizationBranchId"
    school, person = replace(SCHOOL, brin=Brin("99XA02")), replace(PUPIL, school=Brin("99XA02"))
    service = replace(asking(branch), brin_form=BrinForm.INSTITUTION)
    found = decide(service, frozenset({branch}), person, school).attributes
    assert found["nlEduPersonHomeOrganizationId"] == ("99XA",)
    assert found[branch] == ("99XA02",)
