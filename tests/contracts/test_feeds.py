"""Addresses of metadata, and the leases of who reads them, on each database."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.core.feeds import Feed, Reach, is_due, readmitted
from gateway.errors import RegistrationRefused
from gateway.store.database import connect
from gateway.store.feeds import Leases
from gateway.store.repositories import Repositories
from tests.contracts.together import together

NOW = 1_800_000_000
HOUR = 3600
NEW = Feed("feed-1", "https://metadata.example/a.xml", Reach.PARTY)
READ = replace(
    NEW,
    reach=Reach.FEDERATION,
    certificate="-----BEGIN CERTIFICATE-----\n...",
    supplier_id="sup-1",
    checked_at=NOW,
    fetched_at=NOW - HOUR,
    valid_until=NOW + 14 * 86_400,
    problem="https://metadata.example:443/a.xml answers with status 503",
    taken=9998,
    skipped=2,
    reasons=("error: https://b.example: There is no usable key.",),
    excluded=frozenset({"https://oud.example"}),
    share=0.5,
)


@pytest.mark.parametrize("feed", [NEW, READ], ids=["new", "read"])
def test_a_feed_is_kept_whole_and_in_place_of_what_it_was(
    repositories: Repositories, feed: Feed
) -> None:
    repositories.feeds.save(replace(feed, problem="earlier"))
    repositories.feeds.save(feed)
    assert repositories.feeds.all() == [feed]
    assert repositories.feeds.find(feed.id) == repositories.feeds.at(feed.address) == feed
    assert repositories.feeds.at("https://elsewhere.example") is None
    repositories.feeds.remove(feed.id)
    assert repositories.feeds.all() == []
    with pytest.raises(RegistrationRefused, match="there is no feed feed-1"):
        repositories.feeds.find(feed.id)


def test_a_change_is_made_of_what_the_feed_is_at_that_moment(repositories: Repositories) -> None:
    """Of two that know an earlier state, neither undoes what the other did."""
    repositories.feeds.save(NEW)
    for name in ("https://a.example", "https://b.example"):
        repositories.feeds.change(
            NEW.id, lambda feed, name=name: replace(feed, excluded=feed.excluded | {name})
        )
    kept = repositories.feeds.find(NEW.id)
    assert kept.excluded == {"https://a.example", "https://b.example"}
    again = readmitted(replace(kept, checked_at=NOW), "https://a.example")
    assert (again.excluded, again.checked_at) == ({"https://b.example"}, None)


def test_a_feed_that_was_removed_is_not_brought_back_by_a_change(
    repositories: Repositories,
) -> None:
    repositories.feeds.save(NEW)
    repositories.feeds.remove(NEW.id)
    repositories.feeds.change(NEW.id, lambda feed: replace(feed, checked_at=NOW))
    assert repositories.feeds.all() == []


@pytest.mark.parametrize(
    ("changes", "age", "due"),
    [
        ({"checked_at": None}, 0, True),
        ({"problem": ""}, 6 * HOUR - 1, False),
        ({"problem": ""}, 6 * HOUR, True),
        ({}, HOUR - 1, False),
        ({}, HOUR, True),
        ({"problem": "", "valid_until": NOW + 2 * HOUR}, HOUR - 1, False),
        ({"problem": "", "valid_until": NOW + 2 * HOUR}, HOUR, True),
        ({"problem": "", "valid_until": NOW - HOUR}, 599, False),
        ({"problem": "", "valid_until": NOW - HOUR}, 600, True),
        ({"problem": "", "valid_until": None}, 6 * HOUR - 1, False),
    ],
)
def test_when_a_feed_is_due(changes: dict[str, object], age: int, due: bool) -> None:
    """Four times a day; hourly after a failure; halfway to its end, at most every ten minutes."""
    assert is_due(replace(READ, **changes), NOW + age) is due  # type: ignore[arg-type]


def test_a_lease_is_one_holders_until_it_ends_or_is_given_back(engine: Engine) -> None:
    leases = Leases(engine)
    assert leases.take("feed:1", "a", NOW, 60)
    assert leases.is_taken("feed:1", NOW + 59)
    assert not leases.is_taken("feed:1", NOW + 60)
    assert not leases.is_taken("feed:2", NOW)
    assert not leases.take("feed:1", "b", NOW + 59, 60)
    assert not leases.take("feed:1", "a", NOW + 59, 60)
    assert leases.take("feed:2", "b", NOW, 60)
    assert leases.take("feed:1", "b", NOW + 60, 60)
    leases.give_back("feed:1", "a")
    assert not leases.take("feed:1", "a", NOW + 60, 60)
    leases.give_back("feed:1", "b")
    assert leases.take("feed:1", "a", NOW + 60, 60)


def test_of_several_processes_at_one_instant_one_has_the_lease(
    engine: Engine, database_url: str
) -> None:
    assert engine.dialect.name in database_url
    assert sum(together(4, _take, database_url)) == 1


def _take(ready: Callable[[], object], number: int, url: str) -> bool:
    leases = Leases(connect(url))
    ready()
    return leases.take("feed:1", f"process {number}", NOW, 60)
