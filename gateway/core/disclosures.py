"""What was shared of a person, with whom and when: a record without a profile.

It lies under a name and is sealed by a key that both follow from the person's root, which we do
not keep: only the person's own login finds and opens it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.core.model import Release


@dataclass(frozen=True, slots=True)
class Whose:
    """The name under which a person's record lies, and its key (64 bytes for AES-SIV)."""

    name: str = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Names of attributes, never values; `day` is yyyy-mm-dd."""

    day: str
    service_id: str
    attributes: tuple[str, ...]


def of_release(release: Release, day: str) -> Disclosure:
    return Disclosure(day, release.service_id, tuple(sorted(release.attributes)))


def to_bytes(disclosure: Disclosure) -> bytes:
    """Without the day: that lies beside it."""
    return json.dumps([disclosure.service_id, *disclosure.attributes]).encode()


def from_bytes(day: str, data: bytes) -> Disclosure:
    service_id, *attributes = json.loads(data)
    return Disclosure(day, service_id, tuple(attributes))


@dataclass(frozen=True, slots=True)
class ToldService:
    """All that one service heard of a person: what, and the first and the last day."""

    service_id: str
    attributes: tuple[str, ...]
    first: str
    last: str


def by_service(disclosures: Iterable[Disclosure]) -> list[ToldService]:
    """The one told last comes first."""
    found: dict[str, list[Disclosure]] = {}
    for one in disclosures:
        found.setdefault(one.service_id, []).append(one)
    told = [
        ToldService(
            service_id=service_id,
            attributes=tuple(sorted({name for one in each for name in one.attributes})),
            first=min(one.day for one in each),
            last=max(one.day for one in each),
        )
        for service_id, each in found.items()
    ]
    return sorted(told, key=lambda one: (one.last, one.service_id), reverse=True)
