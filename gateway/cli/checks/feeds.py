"""Addresses of metadata: one that fails, one that no timer reads, one that is never renewed."""

import time
from collections.abc import Iterable

from gateway.cli.checks import DAY_SECONDS, Finding, haste
from gateway.core.expiry import feed_ends
from gateway.core.feeds import Feed
from gateway.store.repositories import Repositories


def check_feeds(database: Repositories) -> Iterable[Finding]:
    feeds = database.feeds.all()
    for feed in feeds:
        yield from _look_at(feed, time.time())
    if feeds:
        yield Finding("ok", f"{len(feeds)} addresses of metadata")


def _look_at(feed: Feed, now: float) -> Iterable[Finding]:
    left = None if feed.valid_until is None else (feed.valid_until - now) / DAY_SECONDS
    ends = "" if left is None else f"; what we have ends in {left:.0f} days{haste(left)}"
    if feed.problem:
        yield Finding(
            "warning",
            f"{feed.address} could not be read again: {feed.problem}{ends}",
            "Tell its publisher; then run ketenpoort metadata refresh.",
        )
    elif now - (feed.checked_at or 0) > DAY_SECONDS:
        yield Finding(
            "warning",
            f"{feed.address} was not read for a day{ends}",
            "Let a timer run ketenpoort metadata refresh (docs/operator.md).",
        )
    elif feed_ends(feed, now):
        yield Finding(
            "warning",
            f"{feed.address} is read well{ends}",
            "Ask its publisher to renew it in time.",
        )
