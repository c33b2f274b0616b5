"""What is in the demo, read from config/demo."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

CONFIG = Path(__file__).resolve().parent.parent / "config" / "demo"

ProtocolName = Literal["saml", "oidc"]
SupplierProtocol = Literal["saml", "oidc", "lti"]


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
    title: str
    question: str
    answer: str
    accepted: tuple[str, ...] = ()
    """The answers that the supplier marks as right; without them it does not mark."""

    @property
    def name(self) -> str:
        return f"Opgave {self.number}: {self.title}"

    def marks(self, answer: str) -> bool:
        return " ".join(answer.split()).casefold() in self.accepted


class Paragraph(_Row):
    number: str
    title: str
    text: str
    objective: str
    exercises: tuple[Exercise, ...]

    def exercise(self, number: int) -> Exercise | None:
        return next((one for one in self.exercises if one.number == number), None)


class Chapter(_Row):
    number: int
    title: str
    paragraphs: tuple[Paragraph, ...]


class Material(_Row):
    slug: str
    key: str
    title: str
    description: str
    subject: str
    level: str
    year: int
    chapters: tuple[Chapter, ...]

    def path(self, paragraph: str, exercise: int | None = None) -> str:
        return f"/{self.slug}/{paragraph}" + ("" if exercise is None else f"/{exercise}")


class Place(NamedTuple):
    """A paragraph and where it is."""

    material: Material
    chapter: Chapter
    paragraph: Paragraph


class AskedAttribute(_Row):
    name: str
    purpose: str
    granted_by: tuple[str, ...]
    """BRINs of the schools that allow it."""


class DeepLink(_Row):
    material: str
    paragraph: str
    exercise: int


class Supplier(_Row):
    protocol: SupplierProtocol
    name: str
    service: str
    deep_link: DeepLink
    """Where the start page's link points at."""
    asks: tuple[AskedAttribute, ...]
    materials: tuple[Material, ...]

    @property
    def deep_path(self) -> str:
        return self.deep_place.material.path(self.deep_link.paragraph, self.deep_link.exercise)

    @property
    def deep_place(self) -> Place:
        place = self.place(self.deep_link.material, self.deep_link.paragraph)
        assert place is not None
        return place

    @property
    def deep_exercise(self) -> Exercise:
        exercise = self.deep_place.paragraph.exercise(self.deep_link.exercise)
        assert exercise is not None
        return exercise

    def place(self, slug: str, number: str) -> Place | None:
        return next(
            (
                Place(material, chapter, paragraph)
                for material in self.materials
                if material.slug == slug
                for chapter in material.chapters
                for paragraph in chapter.paragraphs
                if paragraph.number == number
            ),
            None,
        )


class Federation(_Row):
    schools: tuple[School, ...]
    suppliers: tuple[Supplier, ...]

    def school(self, protocol: ProtocolName) -> School:
        return next(one for one in self.schools if one.protocol == protocol)

    def supplier(self, protocol: SupplierProtocol) -> Supplier:
        return next(one for one in self.suppliers if one.protocol == protocol)


@cache
def load() -> Federation:
    suppliers = _read("suppliers.toml")["suppliers"]
    materials = {one["protocol"]: _read(f"materials/{one['protocol']}.toml") for one in suppliers}
    return Federation.model_validate(
        _read("schools.toml")
        | {"suppliers": [one | materials[one["protocol"]] for one in suppliers]}
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONFIG / name).read_text(encoding="utf-8"))


def _national_eck_id(uid: str) -> str:
    """In the form of the national pilot; a hash of an invented name, so nobody's."""
    return f"https://ketenid.nl/pilot/{hashlib.sha512(f'demo {uid}'.encode()).hexdigest()}"
