"""A context is one school as its tool knows it, in every form of a BRIN."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from gateway.core.attributes import Subject, value
from gateway.core.model import (
    Affiliation,
    Brin,
    BrinForm,
    Grants,
    Identity,
    Release,
    School,
    Service,
)
from providers.suppliers.lti.names import context_id, deployment_id
from providers.suppliers.lti.person import school_key
from providers.suppliers.lti.services.answers import ServiceError
from providers.suppliers.lti.services.contexts import Contexts

SCHOOLS = (
    School(Brin("99XA01"), "Esdoorn, Noord", "Voorbeelddam", "idp", "digi-1"),
    School(Brin("99XA02"), "Esdoorn, Zuid", "Voorbeelddam", "idp"),
    School(Brin("99XB"), "De Kade", "Dorp aan Zee", "idp", "digi-2"),
)
TOOL = Service("tool", "uitgever", "lti", "tool", "Tool", {})


@dataclass(frozen=True, slots=True)
class Registered:
    """The schools; those in `off` have switched the tool off."""

    off: frozenset[str] = frozenset()

    def schools(self) -> Sequence[School]:
        return SCHOOLS

    def grants(self, brin: Brin, service_id: str) -> Grants:
        return Grants(switched_off=brin in self.off)


@dataclass(frozen=True, slots=True)
class SomeParts:
    registry: Registered


def contexts(*off: str) -> Contexts:
    return Contexts(SomeParts(Registered(frozenset(off))))  # type: ignore[arg-type]


def known_to(school: School, service: Service) -> str:
    """The school as a launch tells it."""
    identity = Identity(school.brin, "idp", "1", None, (Affiliation.STUDENT,), {}, 0, "")
    subject = Subject(identity, school, service, "eck")
    names = ("nlEduPersonHomeOrganizationId", "nlEduPersonHomeOrganization")
    attributes = {name: found for name in names if (found := value(name, subject))}
    return school_key(Release(service.id, "eck", attributes, 0, "", ""))


@pytest.mark.parametrize("form", BrinForm)
@pytest.mark.parametrize("school", SCHOOLS, ids=lambda school: school.brin)
def test_the_context_of_a_launch_is_found_again(school: School, form: BrinForm) -> None:
    service = replace(TOOL, brin_form=form)
    known = known_to(school, service)
    found = contexts().find(service, context_id(service.id, known))
    assert found.school == known
    assert school in found.schools


def test_branches_share_a_context_where_the_tool_knows_the_institution() -> None:
    service = replace(TOOL, brin_form=BrinForm.INSTITUTION)
    name = context_id(service.id, "99XA")
    assert contexts().find(service, name).schools == SCHOOLS[:2]
    assert contexts("99XA01").find(service, name).schools == SCHOOLS[1:2]
    with pytest.raises(ServiceError) as refused:
        contexts("99XA01", "99XA02").find(service, name)
    assert refused.value.status == 403


def test_a_name_leads_to_one_tool_at_one_school() -> None:
    names = {
        make(tool, school)
        for make in (context_id, deployment_id)
        for tool in "ab"
        for school in "cd"
    }
    assert len(names) == 8
    assert all(name.islower() and len(name) == 32 for name in names)
    with pytest.raises(ServiceError) as refused:
        contexts().find(TOOL, context_id("ander", "99XB"))
    assert refused.value.status == 404
