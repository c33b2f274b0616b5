"""Who may: whom a school lets into a service, whom it has a material for, whom a link is for."""

from dataclasses import replace

import pytest

from gateway.core.access import check_audience, check_grants, check_licence
from gateway.core.model import Affiliation, Audience, Brin, Grants, Identity
from gateway.errors import (
    LinkForOtherGroup,
    LinkForOtherSchool,
    MaterialNotForGroup,
    ServiceNotForGroup,
)
from tests.core.people import PUPIL

IN_2A = replace(PUPIL, attributes={"nlEduPersonUnit": ("2A", "2A-wiskunde")})
TEACHER = replace(PUPIL, affiliations=(Affiliation.EMPLOYEE,), attributes={})
STAFF = replace(TEACHER, affiliations=(Affiliation.AFFILIATE, Affiliation.STAFF))
PARENT = replace(TEACHER, affiliations=(Affiliation.AFFILIATE,))
SCHOOL = PUPIL.school
OTHER = Brin("99ZZ")
IN_NONE = replace(PUPIL, attributes={})


@pytest.mark.parametrize("identity", [IN_2A, IN_NONE, TEACHER])
def test_link_for_everybody_and_for_the_school(identity: Identity) -> None:
    check_audience(Audience(), identity)
    check_audience(Audience(SCHOOL), identity)
    check_audience(Audience(Brin(SCHOOL[:4])), identity)


@pytest.mark.parametrize("identity", [IN_2A, TEACHER])
def test_link_for_another_school(identity: Identity) -> None:
    """Also where a class there has the same name."""
    for audience in (Audience(OTHER), Audience(OTHER, frozenset({"2A"}))):
        with pytest.raises(LinkForOtherSchool) as refused:
            check_audience(audience, identity)
        assert refused.value.school == OTHER


def test_link_for_a_class() -> None:
    audience = Audience(SCHOOL, frozenset({"2A", "2B"}))
    for identity in (IN_2A, TEACHER, STAFF):
        check_audience(audience, identity)
    for identity in (IN_NONE, PARENT, replace(IN_2A, attributes={"nlEduPersonUnit": ("2a",)})):
        with pytest.raises(LinkForOtherGroup) as refused:
            check_audience(audience, identity)
        assert refused.value.groups == {"2A", "2B"}


def test_service_for_roles_and_classes() -> None:
    check_grants(Grants(), PARENT)
    pupils = Grants(roles=frozenset({Affiliation.STUDENT}))
    check_grants(pupils, IN_NONE)
    in_2b = Grants(groups=frozenset({"2B"}))
    check_grants(in_2b, TEACHER)
    both = Grants(roles=pupils.roles, groups=in_2b.groups)
    refused = [(pupils, TEACHER), (in_2b, IN_2A), (in_2b, PARENT), (both, TEACHER), (both, IN_2A)]
    for grants, identity in refused:
        with pytest.raises(ServiceNotForGroup):
            check_grants(grants, identity)


def test_material_for_classes() -> None:
    """Nothing said is for all; else for the classes named and those who teach."""
    for identity in (IN_2A, IN_NONE, TEACHER, PARENT):
        check_licence(frozenset(), identity)
    for identity in (IN_2A, TEACHER, STAFF):
        check_licence(frozenset({"2A"}), identity)
    for identity in (IN_NONE, PARENT):
        with pytest.raises(MaterialNotForGroup):
            check_licence(frozenset({"2A"}), identity)
