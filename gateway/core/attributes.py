"""The vocabulary of attributes, and the small rules that make their values.

`config/attributes.toml` lists them; a value that a rule makes (school, role, pseudonym)
never comes straight from what a school sent.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.core.model import Affiliation, BrinForm, Identity, School, Service, institution

ECK_ID = "eckId"
_BRANCH_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Attribute:
    """One word of the vocabulary, with its name towards each protocol."""

    name: str
    meaning: Mapping[str, str]
    plain: Mapping[str, str]
    sensitivity: int
    always: bool
    many: bool
    oid: str
    oidc: str
    accept: tuple[str, ...]

    def saml(self, names: str) -> str:
        """Its SAML name for a service that wants `entree` or `oid` names."""
        return self.oid if names == "oid" else self.name


class Vocabulary(Mapping[str, Attribute]):
    """All attributes by name."""

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self._by_name = {attribute.name: attribute for attribute in attributes}
        self.always = tuple(a.name for a in self._by_name.values() if a.always)
        self._accepted = {
            known: attribute.name
            for attribute in self._by_name.values()
            for known in (*attribute.accept, attribute.oidc, attribute.oid, attribute.name)
        }

    def __getitem__(self, name: str) -> Attribute:
        return self._by_name[name]

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def recognise(self, asserted: str) -> str | None:
        """Our name for an attribute as a school asserts it; None when we do not know it."""
        return self._accepted.get(asserted)


def load_vocabulary(path: Path) -> Vocabulary:
    """Read `config/attributes.toml`."""
    rows = tomllib.loads(path.read_text("utf-8"))
    return Vocabulary(
        Attribute(
            name=name,
            meaning=row["meaning"],
            plain=row["plain"],
            sensitivity=row["sensitivity"],
            always=row.get("always", False),
            many=row.get("many", False),
            oid=row.get("oid", name),
            oidc=row["oidc"],
            accept=tuple(row["accept"]),
        )
        for name, row in rows.items()
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule may look at: the person, the school, who asks, and the pseudonym made."""

    identity: Identity
    school: School
    service: Service
    pseudonym: str


def _home_organization_id(subject: Subject) -> tuple[str, ...]:
    return _one(_school_key(subject, subject.service.brin_form))


def _branch_id(subject: Subject) -> tuple[str, ...]:
    return _one(_school_key(subject, BrinForm.BRANCH))


def _school_key(subject: Subject, form: BrinForm) -> str:
    """The school in the form that the service asks; empty when the school has none."""
    match form:
        case BrinForm.INSTITUTION:
            return institution(subject.school.brin)
        case BrinForm.BRANCH:
            brin = subject.identity.school
            return brin if len(brin) == _BRANCH_LENGTH else ""
        case BrinForm.DIGI_DELIVERY:
            return subject.school.digi_delivery_id or ""
        case BrinForm.AS_REGISTERED:
            return subject.school.brin


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


RULES: Mapping[str, Callable[[Subject], tuple[str, ...]]] = {
    "eduPersonAffiliation": lambda s: tuple(role.value for role in s.identity.affiliations),
    "nlEduPersonHomeOrganizationId": _home_organization_id,
    "nlEduPersonHomeOrganizationBranchId": _branch_id,
    "nlEduPersonHomeOrganization": lambda s: _one(s.school.name),
    "digiDeliveryId": lambda s: _one(s.school.digi_delivery_id),
    ECK_ID: lambda s: _one(s.pseudonym),
}


def value(name: str, subject: Subject) -> tuple[str, ...]:
    """The values of an attribute for a service: by its rule, else as the school sent it."""
    rule = RULES.get(name)
    return rule(subject) if rule else subject.identity.attributes.get(name, ())


# What schools call roles, in Entree's four words (entree.md A4)
_ROLES = {
    "student": Affiliation.STUDENT,
    "pupil": Affiliation.STUDENT,
    "leerling": Affiliation.STUDENT,
    "onderwijsdeelnemer": Affiliation.STUDENT,
    "employee": Affiliation.EMPLOYEE,
    "teacher": Affiliation.EMPLOYEE,
    "faculty": Affiliation.EMPLOYEE,
    "docent": Affiliation.EMPLOYEE,
    "medewerker": Affiliation.EMPLOYEE,
    "onderwijsmedewerker": Affiliation.EMPLOYEE,
    "staff": Affiliation.STAFF,
    "affiliate": Affiliation.AFFILIATE,
    "betrokkene": Affiliation.AFFILIATE,
}


def affiliations(values: Iterable[str]) -> tuple[Affiliation, ...]:
    """The roles among the values that a school asserted; what is no role is left out."""
    found = {_ROLES[v.lower()]: None for v in values if v.lower() in _ROLES}
    return tuple(found)
