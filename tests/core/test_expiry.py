"""Warnings 60, 30 and 7 days before something ends."""

import pytest

from gateway.core.expiry import Expiry, expiring
from tests.core.people import NOW, SERVICE

DAY = 24 * 3600


@pytest.mark.parametrize(
    ("days", "step"),
    [(-1, 0), (0, 0), (1, 7), (7, 7), (8, 30), (30, 30), (31, 60), (60, 60), (61, None)],
)
def test_the_smallest_step_that_is_left(days: int, step: int | None) -> None:
    found = list(expiring(SERVICE, [Expiry("a certificate", NOW + days * DAY)], NOW))
    assert [each.step for each in found] == ([] if step is None else [step])


def test_the_soonest_first() -> None:
    expiries = [Expiry("b", NOW + 20 * DAY), Expiry("a", NOW + DAY), Expiry("c", NOW + 900 * DAY)]
    found = expiring(SERVICE, expiries, NOW)
    assert [each.expiry.what for each in found] == ["a", "b"]
