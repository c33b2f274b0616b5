"""A course structure in JSON: `CMI5.CourseStructure` of SEM's Course API (course.v1.yaml).

Fields that we have no use for (moveOn, launchMethod, streams, ...) may be there or not.
"""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.catalogue.course import Course, Node, reading_of
from gateway.catalogue.reading import Faults, Reading, faults_of, pointer
from gateway.catalogue.words import Wording, in_dutch
from gateway.core.model import JsonValue
from gateway.errors import ContentRefused


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _LangString(_Form):
    lang: str = ""
    langstring: str = ""


_Texts = list[_LangString]


class _Objective(_Form):
    id: str
    title: str | _Texts | None = None


class _Unit(_Form):
    id: str
    title: _Texts
    url: str = Field(min_length=1)
    activity_type: str | None = Field(None, alias="activityType")
    entitlement: str | None = Field(None, alias="entitlementKey")
    objectives: list[str] = []


class _Block(_Form):
    id: str
    title: _Texts
    blocks: list["_Block"] = []
    aus: list[_Unit] = []


class _About(_Form):
    id: str
    title: _Texts
    description: _Texts = []
    image: str | None = None
    streamcode: str | None = None


class _Structure(_Form):
    course: _About
    objectives: list[_Objective] = []
    aus: list[_Unit] = []
    blocks: list[_Block] = []


def read(value: JsonValue) -> Reading:
    """Raises ContentRefused with the place of each fault."""
    try:
        form = _Structure.model_validate(value)
    except ValidationError as error:
        raise ContentRefused(faults_of(error)) from error
    about = form.course
    course = Course(
        place="/course",
        id=about.id,
        title=_wordings(about.title),
        description=_wordings(about.description),
        objectives={each.id: _title(each) for each in form.objectives},
        parts=_nodes(form.aus, form.blocks, ()),
        stream_code=about.streamcode or None,
        image=about.image or None,
    )
    return reading_of(course, Faults())


def _nodes(
    units: list[_Unit], blocks: list[_Block], above: tuple[str | int, ...]
) -> tuple[Node, ...]:
    return (
        *(_unit(each, (*above, "aus", number)) for number, each in enumerate(units)),
        *(_block(each, (*above, "blocks", number)) for number, each in enumerate(blocks)),
    )


def _unit(form: _Unit, place: tuple[str | int, ...]) -> Node:
    return Node(
        place=pointer(place),
        id=form.id,
        title=_wordings(form.title),
        url=form.url,
        activity_type=form.activity_type or None,
        entitlement=form.entitlement or None,
        objectives=tuple(form.objectives),
    )


def _block(form: _Block, place: tuple[str | int, ...]) -> Node:
    return Node(
        place=pointer(place),
        id=form.id,
        title=_wordings(form.title),
        parts=_nodes(form.aus, form.blocks, place),
    )


def _title(form: _Objective) -> str:
    title = in_dutch(_wordings(form.title)) if isinstance(form.title, list) else form.title
    return title or form.id


def _wordings(texts: _Texts) -> tuple[Wording, ...]:
    return tuple(Wording(each.lang, each.langstring.strip()) for each in texts)
