"""A feed in words, for the pages of the operator."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.core.expiry import step_of
from gateway.core.feeds import Feed, MetadataSigner
from gateway.web.times import day_of, moment


@dataclass(frozen=True, slots=True)
class FeedRow:
    """`checked`, `fetched` and `ends` are moments in words, empty when there is none; `step` is
    how near the end is, as `core.expiry` says it."""

    feed: Feed
    checked: str
    fetched: str
    ends: str
    step: int | None


@dataclass(frozen=True, slots=True)
class SignerRow:
    signer: MetadataSigner
    until: str


def row_of(feed: Feed, now: float) -> FeedRow:
    ends = feed.valid_until
    return FeedRow(
        feed=feed,
        checked=_moment(feed.checked_at),
        fetched=_moment(feed.fetched_at),
        ends=_moment(ends),
        step=None if ends is None else step_of(ends, now),
    )


def signer_rows(signers: Sequence[MetadataSigner]) -> list[SignerRow]:
    return [SignerRow(each, day_of(each.until)) for each in signers]


def _moment(seconds: int | None) -> str:
    return "" if seconds is None else moment(seconds)
