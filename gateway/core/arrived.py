"""What a school's login brought of a person, and what is missing: for who sets the school up."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.core.attributes import ECK_ID, RULES, Attribute, Vocabulary
from gateway.core.model import Identity, Service


@dataclass(frozen=True, slots=True)
class Arrived:
    """One attribute: its values, or none and then the names under which a school may send it and
    the services that ask it."""

    word: Attribute
    values: tuple[str, ...]
    names: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()


def arrived(
    identity: Identity, services: Iterable[Service], vocabulary: Vocabulary
) -> tuple[list[Arrived], list[Arrived]]:
    """What came, and what did not though a service asks it or a login is better with it."""
    came, missing = [], []
    asking = _asking(services)
    for name, word in vocabulary.items():
        values = _values(name, identity)
        if values:
            came.append(Arrived(word, values))
        elif name in asking or name in {ECK_ID, "nlEduPersonUnit", "eduPersonAffiliation"}:
            names = (name, word.oid, *word.accept)
            missing.append(Arrived(word, (), tuple(dict.fromkeys(names)), asking.get(name, ())))
    return came, missing


def _asking(services: Iterable[Service]) -> dict[str, tuple[str, ...]]:
    asking: dict[str, tuple[str, ...]] = {}
    for service in services:
        for ask in service.asks:
            asking[ask.attribute] = (*asking.get(ask.attribute, ()), service.name)
    return asking


def _values(name: str, identity: Identity) -> tuple[str, ...]:
    """What the school itself sent; what we make (name of the school, pseudonym) did not come."""
    if name == "eduPersonAffiliation":
        return tuple(role.value for role in identity.affiliations)
    if name == ECK_ID:
        return (identity.national_eckid,) if identity.national_eckid else ()
    if name in RULES:
        return (identity.school,)
    return identity.attributes.get(name, ())
