"""Warnings 60, 30 and 7 days before something ends."""

from dataclasses import replace

import pytest

from gateway.core.expiry import Expiry, certificate_ends, expiring, feed_ends
from gateway.core.feeds import Feed, Reach
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


def test_while_a_key_is_changed_the_new_certificate_counts() -> None:
    """Both stand in the metadata during a rollover; what is no certificate has no end."""
    ends = {"old": NOW + DAY, "new": NOW + 900 * DAY, "enc": NOW + 8 * DAY}
    party = replace(
        SERVICE,
        config={
            "signing_certificates": ["old", "new", "none"],
            "encryption_certificates": ["enc"],
        },
    )
    assert certificate_ends(party, ends.get) == [
        Expiry("signing certificate", NOW + 900 * DAY),
        Expiry("encryption certificate", NOW + 8 * DAY),
    ]
    assert certificate_ends(replace(SERVICE, config={}), ends.get) == []


@pytest.mark.parametrize(
    ("problem", "days", "is_news"),
    [("", 14, False), ("", 3, False), ("", 1, True), ("status 503", 14, True), ("", -1, True)],
)
def test_metadata_that_is_read_well_is_renewed_in_time(
    problem: str, days: int, is_news: bool
) -> None:
    """A federation's list holds for some days or weeks, always."""
    feed = Feed("feed-1", "https://a.example", Reach.FEDERATION, problem=problem)
    found = feed_ends(replace(feed, valid_until=NOW + days * DAY), NOW)
    assert found == ([Expiry("metadata", NOW + days * DAY)] if is_news else [])
    assert feed_ends(feed, NOW) == []
