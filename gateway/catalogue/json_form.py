"""Materials in our own JSON: what `PUT /api/v1/services/{id}/materials` takes and GET gives."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gateway.catalogue.reading import Reading, faults_of, pointer
from gateway.core.materials import Objective, Publication, PublishedFragment
from gateway.core.model import JsonValue
from gateway.core.strict_json import JsonRefused, read_json
from gateway.errors import ContentRefused, MalformedBody

# A zero byte can not be kept, and the others are never meant; tab and line ends are text.
_PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Text = Annotated[str, StringConstraints(pattern=_PRINTABLE)]
Words = Annotated[str, StringConstraints(pattern=_PRINTABLE, min_length=1)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ObjectiveForm(_Form):
    """A learning objective (leerdoel)."""

    title: Words
    identifier: Words | None = Field(None, description="Its address or id in a vocabulary.")


class FragmentForm(_Form):
    """A place in a material: a chapter, paragraph or exercise."""

    key: Words = Field(description="Names it for ever within the material; links follow it.")
    title: Words
    kind: Words = Field("part", description="chapter, paragraph, exercise, ...")
    locator: Words | None = Field(None, description="Its address (deeplink); none for a heading.")
    activity_type: Words | None = Field(None, description="Oefening, Theorie, Test, ...")
    objectives: list[ObjectiveForm] = []
    custom: dict[Words, Text] = Field({}, description="LTI custom parameters of this place.")
    product: Words | None = Field(
        None, description="Its product and that of all below it, when not the material's."
    )
    parts: list["FragmentForm"] = []


class MaterialForm(_Form):
    """A material (leermiddel) with its parts."""

    key: Words = Field(description="Its ISBN, EAN or product id; never changes.")
    title: Words
    isbn: Words | None = None
    product: Words | None = Field(None, description="What a deep link tells in ?product=.")
    description: Text = ""
    subjects: list[Words] = []
    levels: list[Words] = []
    years: list[Annotated[int, Field(ge=1, le=12)]] = Field([], description="School years.")
    languages: list[Words] = Field([], description="BCP 47, such as nl.")
    cover: Words | None = Field(None, description="Address of a picture.")
    access_link: Words | None = Field(None, description="The product's toegangslink.")
    objectives: list[ObjectiveForm] = []
    parts: list[FragmentForm] = []


class MaterialsForm(_Form):
    """All materials of a service."""

    materials: list[MaterialForm]


def read(data: bytes) -> Reading:
    """Raises MalformedBody for what is not JSON, ContentRefused with the place of each fault."""
    try:
        return read_value(read_json(data))
    except JsonRefused as error:
        raise MalformedBody(str(error)) from error


def read_value(value: JsonValue) -> Reading:
    """Raises ContentRefused with the place of each fault."""
    try:
        form = MaterialsForm.model_validate(value)
    except ValidationError as error:
        raise ContentRefused(faults_of(error)) from error
    publications = tuple(_publication(each) for each in form.materials)
    places = tuple(pointer(("materials", number)) for number in range(len(publications)))
    return Reading(publications, places)


def write(publication: Publication) -> JsonValue:
    """A material in the form that `read` takes; what is empty is left out."""
    return _plain(publication)


def _publication(form: MaterialForm) -> Publication:
    return Publication(
        key=form.key,
        title=form.title,
        isbn=form.isbn,
        product=form.product,
        description=form.description,
        subjects=tuple(form.subjects),
        levels=tuple(form.levels),
        years=tuple(form.years),
        languages=tuple(form.languages),
        cover=form.cover,
        access_link=form.access_link,
        objectives=_objectives(form.objectives),
        parts=tuple(_fragment(each) for each in form.parts),
    )


def _fragment(form: FragmentForm) -> PublishedFragment:
    return PublishedFragment(
        key=form.key,
        title=form.title,
        kind=form.kind,
        locator=form.locator,
        activity_type=form.activity_type,
        objectives=_objectives(form.objectives),
        custom=form.custom,
        product=form.product,
        parts=tuple(_fragment(each) for each in form.parts),
    )


def _objectives(forms: Iterable[ObjectiveForm]) -> tuple[Objective, ...]:
    return tuple(Objective(each.title, each.identifier) for each in forms)


def _plain(value: object) -> JsonValue:
    """The forms have the names of the nouns."""
    match value:
        case Publication() | PublishedFragment() | Objective():
            filled = ((each.name, getattr(value, each.name)) for each in fields(value))
            return {name: _plain(given) for name, given in filled if given}
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return dict(value)
        case str() | int():
            return value
        case _:
            raise TypeError(type(value).__name__)
