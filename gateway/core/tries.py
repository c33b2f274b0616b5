"""What a service would be sent of an invented person: a real release, with each reason."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.core import test_school
from gateway.core.attributes import Vocabulary
from gateway.core.model import Identity, Release, Service, Supplier
from gateway.core.release import Parties, ReleasePolicy


class Reason(StrEnum):
    """Why an attribute is sent or not."""

    ALWAYS = "always"
    ASKED = "asked"
    NOT_THERE = "not there"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Reasoned:
    """An attribute, its values when it is sent, and why; `purpose` is the supplier's word."""

    name: str
    values: tuple[str, ...]
    reason: Reason
    purpose: str = ""


def release_in_test(
    policy: ReleasePolicy, service: Service, supplier: Supplier, identity: Identity, session: str
) -> Release:
    """As `ReleasePolicy.decide` for somebody of the test school; raises what it raises."""
    grants = test_school.grants_of(service)
    return policy.decide(Parties(test_school.SCHOOL, service, supplier, grants), identity, session)


def reasons(vocabulary: Vocabulary, service: Service, release: Release) -> list[Reasoned]:
    """Each attribute of the vocabulary, in its order."""
    purposes = {ask.attribute: ask.purpose for ask in service.asks}
    found = []
    for name, word in vocabulary.items():
        values, purpose = release.attributes.get(name, ()), purposes.get(name, "")
        if not word.always and name not in purposes:
            reason = Reason.NOT_ASKED
        elif not values:
            reason = Reason.NOT_THERE
        else:
            reason = Reason.ALWAYS if word.always else Reason.ASKED
        found.append(Reasoned(name, values, reason, purpose))
    return found
