"""Who reaches a service in test, and one that is approved: for the release of all protocols."""

from dataclasses import replace

import pytest

from gateway.core import test_school
from gateway.core.flow import Finish, Refuse, begin, next_step
from gateway.core.model import Brin, PageRequest, Session, Standing
from gateway.errors import GatewayError, InventedPersonElsewhere, ServiceInTest
from tests.core.people import NOW, PUPIL, SERVICE, SUPPLIER

INVENTED = test_school.identity_of(test_school.PEOPLE[0], SUPPLIER.id, NOW)
ELSEWHERE = test_school.identity_of(test_school.PEOPLE[0], "sup-two", NOW)


@pytest.mark.parametrize("standing", Standing)
def test_an_invented_person_reaches_its_own_supplier_alone(standing: Standing) -> None:
    service = replace(SERVICE, standing=standing)
    test_school.check_standing(service, INVENTED)
    with pytest.raises(InventedPersonElsewhere):
        test_school.check_standing(service, ELSEWHERE)


@pytest.mark.parametrize(
    ("standing", "error"),
    [
        (Standing.PENDING, ServiceInTest),
        (Standing.RETURNED, ServiceInTest),
        (Standing.APPROVED, None),
    ],
)
def test_a_real_person_reaches_what_is_approved(
    standing: Standing, error: type[GatewayError] | None
) -> None:
    service = replace(SERVICE, standing=standing)
    if error is None:
        test_school.check_standing(service, PUPIL)
    else:
        with pytest.raises(error):
            test_school.check_standing(service, PUPIL)


def test_a_supplier_whose_id_begins_as_another_does_is_another() -> None:
    longer = test_school.identity_of(test_school.PEOPLE[0], f"{SUPPLIER.id}-more", NOW)
    with pytest.raises(InventedPersonElsewhere):
        test_school.check_standing(SERVICE, longer)


def test_our_own_pages_are_not_for_invented_people() -> None:
    flow = begin("flow", PageRequest("/teacher"), NOW, 7200, None)
    session = Session("index", INVENTED, NOW + 3600, None)
    assert not isinstance(next_step(flow, session, NOW), Finish)
    step = next_step(replace(flow, identity=INVENTED), None, NOW)
    assert isinstance(step, Refuse)
    assert isinstance(step.error, InventedPersonElsewhere)


def test_the_school_of_an_invented_person_is_known_by_its_brin_alone() -> None:
    assert not test_school.is_invented(replace(PUPIL, connection_id="test:sup-one"))
    assert test_school.is_invented(replace(PUPIL, school=Brin("99TS")))
