"""What a school shares, for its administrators and its privacy officer: each attribute of each
service with why, since when and by whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.core.attributes import Vocabulary
from gateway.core.model import Decision, Grants, Service, Standing

_NOTHING = Grants()


class Share(StrEnum):
    """`WISHED`: asked, and the school has not said yes. `KEPT`: allowed once and asked no
    more, so it is not sent."""

    ALWAYS = "always"
    ALLOWED = "allowed"
    WISHED = "wished"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Shared:
    """One attribute towards one service. `purpose` is the service's own word, empty for what
    every service gets; `decision` is None when nobody decided or it is older than our record."""

    attribute: str
    share: Share
    purpose: str
    decision: Decision | None


def shared_with(service: Service, grants: Grants, vocabulary: Vocabulary) -> list[Shared]:
    """In the order of the vocabulary."""
    purposes = {ask.attribute: ask.purpose for ask in service.asks}
    return [
        Shared(name, share, purposes.get(name, ""), grants.decisions.get(name))
        for name, word in vocabulary.items()
        if (share := _share(name, word.always, purposes, grants))
    ]


def _share(name: str, always: bool, purposes: Mapping[str, str], grants: Grants) -> Share | None:
    if always:
        return Share.ALWAYS
    if name in purposes:
        return Share.ALLOWED if name in grants.attributes else Share.WISHED
    return Share.KEPT if name in grants.attributes else None


def decided(old: Grants, wanted: Grants, by: str, at: int) -> Grants:
    """The school's new word: what it allows anew is signed and dated, what stays keeps its date."""
    decisions = {
        name: old.decisions[name]
        if name in old.attributes and name in old.decisions
        else Decision(at, by)
        for name in wanted.attributes
    }
    return Grants(
        attributes=wanted.attributes,
        switched_off=wanted.switched_off,
        roles=wanted.roles,
        groups=wanted.groups,
        locations=wanted.locations,
        decisions=decisions,
    )


def for_schools(services: Iterable[Service]) -> Iterator[Service]:
    """Those that a school can decide about, by name."""
    there = (s for s in services if s.active and s.standing is Standing.APPROVED)
    yield from sorted(there, key=lambda service: (service.name.casefold(), service.id))


def overview(
    services: Iterable[Service], grants: Mapping[str, Grants], vocabulary: Vocabulary
) -> Iterator[tuple[Service, Grants, list[Shared]]]:
    """All that may reach a service now, for the annex of the privacy covenant."""
    for service in for_schools(services):
        given = grants.get(service.id, _NOTHING)
        sent = [
            one
            for one in shared_with(service, given, vocabulary)
            if one.share in {Share.ALWAYS, Share.ALLOWED}
        ]
        if not given.switched_off:
            yield service, given, sent
