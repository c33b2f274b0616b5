"""Whose logins are failing now: the first Monday of the year in one look."""

import pytest

from gateway.core.logins import LoginCount, by_school, by_service

HOUR = 1_800_000_000


def counts(*outcomes: tuple[str, int]) -> list[LoginCount]:
    return [LoginCount(HOUR, "99XA", "svc-1", outcome, number) for outcome, number in outcomes]


@pytest.mark.parametrize(
    ("outcomes", "school", "service"),
    [
        ([("", 5)], False, False),
        ([("", 5), ("KP-215", 4)], False, False),
        ([("", 5), ("KP-215", 5)], True, False),
        ([("KP-215", 2)], False, False),
        ([("KP-215", 2), ("KP-212", 1)], True, False),
        ([("KP-304", 3)], False, True),
        ([("KP-306", 30)], False, False),
        ([("KP-307", 30)], False, False),
        ([("", 3), ("KP-306", 30), ("KP-215", 3)], True, False),
    ],
)
def test_who_fails_by_its_own_doing(
    outcomes: list[tuple[str, int]], school: bool, service: bool
) -> None:
    """A service that the operator stopped or the school switched off is no failing login; neither
    is one person's mistake."""
    (of_school,), (of_service,) = by_school(counts(*outcomes)), by_service(counts(*outcomes))
    assert (of_school.is_failing, of_service.is_failing) == (school, service)


def test_all_that_went_wrong_is_counted_and_named() -> None:
    (health,) = by_school(counts(("", 7), ("KP-306", 1), ("KP-215", 4)))
    assert (health.good, health.bad, health.own) == (7, 5, 4)
    assert health.codes == ("KP-215", "KP-306")


def test_who_fails_comes_first_then_the_busiest() -> None:
    many = [
        LoginCount(HOUR, "99XA", "svc-1", "", 10),
        LoginCount(HOUR, "99XB", "svc-1", "", 900),
        LoginCount(HOUR, "99XC", "svc-1", "KP-202", 3),
        LoginCount(HOUR - 3600, "99XB", "svc-1", "", 1),
        LoginCount(HOUR, "", "svc-1", "KP-302", 1),
    ]
    assert [each.party for each in by_school(many)] == ["99XC", "99XB", "99XA"]
