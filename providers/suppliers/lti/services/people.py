"""Whom a tool knows at a school: who launched it there.

Two things are kept, in the short-lived store alone and sealed. The members of a context, for
as long as a session lasts: what their launch said of them. And that a learner has been there,
without more, for as long as work is graded afterwards.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.core.model import Place, Release
from gateway.core.ports import State
from gateway.services import Parts

_GRADED_SECONDS = 90 * 24 * 3600
_SLICES = 8
_LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
_NAMES = ("givenName", "nlEduPersonTussenvoegsels", "sn", "displayName", "mail")


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the launches of this context said; `places` are those that were opened."""

    pseudonym: str
    roles: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    places: frozenset[str]


def person_digest(service_id: str, pseudonym: str) -> str:
    """Names a person in a tool's gradebook; a pseudonym holds too many bits to be searched."""
    return hashlib.sha256(f"{service_id}\n{pseudonym}".encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class People:
    """Members lie in sets of an eighth of a session each, so that one leaves in time though
    others come: nobody stays longer than a session from the last launch."""

    parts: Parts

    def remember_member(
        self, school: str, release: Release, roles: Sequence[str], place: Place
    ) -> None:
        names = {n: release.attributes[n] for n in _NAMES if n in release.attributes}
        record = json.dumps([release.pseudonym, roles, names, place.id], separators=(",", ":"))
        key = members_key(release.service_id, school, self._slice())
        self._state.add(key, record, self.parts.settings.session_seconds)

    def members(self, service_id: str, school: str) -> Sequence[Member]:
        """In the order of their digests, so that pages hold together."""
        last, found = self._slice(), dict[str, Member]()
        for number in range(last - _SLICES + 1, last + 1):
            for text in self._state.members(members_key(service_id, school, number)):
                member = _member(text)
                found[member.pseudonym] = _joined(found.get(member.pseudonym), member)
        return sorted(found.values(), key=lambda one: person_digest(service_id, one.pseudonym))

    def remember_learner(self, school: str, release: Release, roles: Sequence[str]) -> None:
        """A person without the role of a learner is not graded."""
        if _LEARNER in roles:
            person = person_digest(release.service_id, release.pseudonym)
            key = learner_key(release.service_id, school, person)
            self._state.put(key, b"1", _GRADED_SECONDS)

    def is_learner(self, service_id: str, school: str, person: str) -> bool:
        """Whether a person is graded here: has been in this context, or has a score in it."""
        return self._state.get(
            learner_key(service_id, school, person)
        ) is not None or self.parts.gradebook.has_score(service_id, school, person)

    @property
    def _state(self) -> State:
        return self.parts.state

    def _slice(self) -> int:
        return int(self.parts.clock() * _SLICES / self.parts.settings.session_seconds)


def _member(text: str) -> Member:
    pseudonym, roles, names, place = json.loads(text)
    values = {name: tuple(found) for name, found in names.items()}
    return Member(pseudonym, tuple(roles), values, frozenset({place}))


def _joined(earlier: Member | None, later: Member) -> Member:
    """The later launch says who somebody is; the places are of all."""
    if earlier is None:
        return later
    return Member(later.pseudonym, later.roles, later.names, earlier.places | later.places)


def members_key(service_id: str, school: str, number: int) -> str:
    return f"lti-members:{service_id} {school} {number}"


def learner_key(service_id: str, school: str, person: str) -> str:
    return f"lti-learner:{service_id} {school} {person}"
