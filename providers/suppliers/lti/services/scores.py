"""Scores that a tool gives, and the results that it reads back (AGS §3.3, §3.4).

Whom a score is of and what it says is sealed before it is kept.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.core.grades import LineItem, Score
from gateway.core.ports import Document
from gateway.services import Parts

from .addresses import Addresses
from .answers import (
    NO_STORE,
    ServiceError,
    as_number,
    document,
    needed_text,
    number,
    read_object,
    text,
)
from .contexts import Call, Context
from .line_items import LineItems
from .paging import read_page
from .people import People, person_digest

_SCORE = "application/vnd.ims.lis.v1.score+json"
_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
_COMMENT_LIMIT = 10_000
_ACTIVITY = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
_GRADING = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Given:
    """A score as a tool gave it; `share` of the maximum is None where there is no score."""

    user_id: str
    scored_at: int
    share: float | None
    comment: str | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Scores:
    parts: Parts
    addresses: Addresses
    items: LineItems
    people: People

    def take(self, call: Call) -> Document:
        """A score takes the place of an earlier one (AGS §3.4.7)."""
        context, item = call.context, self.items.of(call)
        given = given_of(read_object(call.request, _SCORE))
        if given.scored_at > self._latest():
            raise ServiceError(400, "timestamp is in our future")
        person = person_digest(context.service.id, given.user_id)
        if not self.people.is_learner(context.service.id, context.school, person):
            raise ServiceError(422, "userId is not a learner who launched the tool in this context")
        final = given.complete and given.share is not None
        sealed = self.parts.sealer.seal(
            json.dumps([given.user_id, given.share, given.comment], separators=(",", ":"))
        )
        if not self.parts.gradebook.put_score(
            item.id, Score(person, given.scored_at, final, sealed)
        ):
            raise ServiceError(409, "timestamp is not later than that of the score we have")
        self.parts.audit("lti.score", service=context.service.id, school=context.school)
        return Document(b"", _SCORE, 204, NO_STORE)

    def results(self, call: Call) -> Document:
        """The final scores, at the scale of the line item (AGS §3.3)."""
        context, item = call.context, self.items.of(call)
        page = read_page(call.request, ("user_id",))
        user_id = page.filters.get("user_id")
        person = None if user_id is None else person_digest(context.service.id, user_id)
        found = self.parts.gradebook.results(item.id, page.after, page.limit + 1, person)
        shown = found[: page.limit]
        container = self.addresses.results(context.id, item.id)
        more = len(found) > page.limit
        headers = page.next_link(container, shown[-1].person) if more else {}
        rows = [self._out(context, item, score) for score in shown]
        return document(rows, _RESULTS, headers=headers)

    def _out(self, context: Context, item: LineItem, score: Score) -> dict[str, Any]:
        user_id, share, comment = json.loads(self.parts.sealer.unseal(score.sealed))
        record = {
            "id": f"{self.addresses.results(context.id, item.id)}/{score.person}",
            "scoreOf": self.addresses.line_item(context.id, item.id),
            "userId": user_id,
            "resultScore": as_number(round(share * item.maximum, 6)),
            "resultMaximum": as_number(item.maximum),
        }
        return record if comment is None else record | {"comment": comment}

    def _latest(self) -> int:
        """Else one score from a clock that runs ahead would keep out all that follow."""
        return int((self.parts.clock() + self.parts.settings.clock_skew_seconds) * 1_000_000)


def given_of(record: Mapping[str, Any]) -> Given:
    """What a tool wrote, checked (AGS §3.4.2 to §3.4.9); raises ServiceError 400."""
    _one_of(record, "activityProgress", _ACTIVITY)
    grading = _one_of(record, "gradingProgress", _GRADING)
    return Given(
        user_id=needed_text(record, "userId"),
        scored_at=_moment(needed_text(record, "timestamp", 64)),
        share=_share(record),
        comment=text(record, "comment", _COMMENT_LIMIT) if record.get("comment") else None,
        complete=grading == "FullyGraded",
    )


def _share(record: Mapping[str, Any]) -> float | None:
    """More than the maximum is allowed (AGS §3.4.4)."""
    given, maximum = number(record, "scoreGiven"), number(record, "scoreMaximum")
    if given is None:
        return None
    if not maximum:
        raise ServiceError(400, "scoreMaximum must be a number above 0")
    return given / maximum


def _one_of(record: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = needed_text(record, name)
    if value not in known:
        raise ServiceError(400, f"{name} must be one of {', '.join(known)}")
    return value


def _moment(value: str) -> int:
    """In microseconds since the epoch."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901  # which has no zone
    if moment.tzinfo is None:
        raise ServiceError(400, "timestamp must be a time with its zone (ISO 8601)")
    return (moment - _EPOCH) // timedelta(microseconds=1)
