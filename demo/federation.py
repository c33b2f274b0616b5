"""What is in the demo, read from config/demo."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

CONFIG = Path(__file__).resolve().parent.parent / "config" / "demo"

ProtocolName = Literal["saml", "oidc"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Row):
    username: str
    given_name: str
    infix: str = ""
    surname: str
    affiliation: Literal["student", "employee"]
    number: str
    group: str = ""
    national_eck_id: bool = False

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.infix, self.surname)))


class School(_Row):
    protocol: ProtocolName
    brin: str
    name: str
    town: str
    realm: str
    people: tuple[Person, ...]

    def person(self, username: str) -> Person | None:
        return next((one for one in self.people if one.username == username), None)

    def attributes(self, person: Person) -> dict[str, str]:
        """What the school says of a person, under the names of Entree Federatie."""
        uid = f"{person.username}@{self.realm}"
        said = {
            "uid": uid,
            "eckId": _national_eck_id(uid) if person.national_eck_id else "",
            "eduPersonAffiliation": person.affiliation,
            "nlEduPersonHomeOrganizationId": self.brin,
            "nlEduPersonHomeOrganization": self.name,
            "givenName": person.given_name,
            "nlEduPersonTussenvoegsels": person.infix,
            "sn": person.surname,
            "mail": uid,
            "employeeNumber": person.number,
            "nlEduPersonUnit": person.group,
        }
        return {name: value for name, value in said.items() if value}


class Exercise(_Row):
    number: int
    question: str
    answer: str


class Paragraph(_Row):
    chapter: int
    number: str
    title: str
    text: str
    exercises: tuple[Exercise, ...]

    def exercise(self, number: int) -> Exercise | None:
        return next((one for one in self.exercises if one.number == number), None)


class AskedAttribute(_Row):
    name: str
    purpose: str
    granted_by: tuple[str, ...]
    """BRINs of the schools that allow it."""


class DeepLink(_Row):
    paragraph: str
    exercise: int


class Supplier(_Row):
    protocol: ProtocolName
    name: str
    service: str
    subject: str
    slug: str
    deep_link: DeepLink
    """Where the start page's link points at."""
    asks: tuple[AskedAttribute, ...]
    paragraphs: tuple[Paragraph, ...]

    @property
    def deep_path(self) -> str:
        return f"/{self.slug}/{self.deep_link.paragraph}/{self.deep_link.exercise}"

    def paragraph(self, number: str) -> Paragraph | None:
        return next((one for one in self.paragraphs if one.number == number), None)


class Federation(_Row):
    schools: tuple[School, ...]
    suppliers: tuple[Supplier, ...]

    def school(self, protocol: ProtocolName) -> School:
        return next(one for one in self.schools if one.protocol == protocol)

    def supplier(self, protocol: ProtocolName) -> Supplier:
        return next(one for one in self.suppliers if one.protocol == protocol)


@cache
def load() -> Federation:
    rows: dict[str, object] = {}
    for name in ("schools", "suppliers"):
        rows |= tomllib.loads((CONFIG / f"{name}.toml").read_text(encoding="utf-8"))
    return Federation.model_validate(rows)


def _national_eck_id(uid: str) -> str:
    """In the form of the national pilot; a hash of an invented name, so nobody's."""
    return f"https://ketenid.nl/pilot/{hashlib.sha512(f'demo {uid}'.encode()).hexdigest()}"
