"""The nouns of a tool's gradebook (LTI Assignment and Grade Services 2.0 §2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineItem:
    """A column of a tool's gradebook at one school (AGS §3.2).

    `school` is the school as the tool knows it. `place_id` is the place (resource link) that it
    belongs to, if any; `resource_id` and `tag` are the tool's own words. `starts_at` and
    `ends_at` are as the tool wrote them (ISO 8601).
    """

    id: str
    service_id: str
    school: str
    label: str
    maximum: float
    place_id: str | None = None
    resource_id: str | None = None
    tag: str | None = None
    starts_at: str | None = None
    ends_at: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which line items are asked for (AGS §3.2.4); None: all."""

    place_id: str | None = None
    resource_id: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The latest score of a person in a line item (AGS §3.4).

    `person` is a digest of the pseudonym; `scored_at` is in microseconds since the epoch;
    `final`: there is a score and the grading is complete. What was scored is sealed.
    """

    person: str
    scored_at: int
    final: bool
    sealed: str
