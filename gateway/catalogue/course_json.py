"""A course structure in JSON: `CMI5.CourseStructure` of SEM's Course API (course.v1.yaml).

Fields that we have no use for (moveOn, launchMethod, streams, ...) may be there or not.
"""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.catalogue.course import Course, Node, reading_of
from gateway.catalogue.reading import Faults, Reading, faults_of, pointer
from gateway.catalogue.words import Wording, in_dutch, unique
from gateway.core.model import JsonValue
from gateway.errors import ContentRefused


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _LangString(_Form):
    lang: str = ""
    langstring: str = ""


_LEVELS = {
    "BO": "basisonderwijs",
    "SBO": "speciaal basisonderwijs",
    "SO": "speciaal onderwijs",
    "VSO": "voortgezet speciaal onderwijs",
    "VO-PRO": "praktijkonderwijs",
    "VO-VMBO-BB": "vmbo-b",
    "VO-VMBO-KB": "vmbo-k",
    "VO-VMBO-GL": "vmbo-g",
    "VO-VMBO-TL": "vmbo-t",
}
"""Those of course.v1.yaml whose word is another."""

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


class _Level(_Form):
    level: str
    year: int | None = Field(None, alias="levelYear")


class _LevelSubjects(_Form):
    levels: list[_Level] = []
    subject: str | None = Field(None, alias="subjectCode")


class _Structure(_Form):
    """A course structure, with `levelSubjects` of its Course beside it when they are there."""

    course: _About
    objectives: list[_Objective] = []
    aus: list[_Unit] = []
    blocks: list[_Block] = []
    level_subjects: list[_LevelSubjects] = Field([], alias="levelSubjects")


def read(value: JsonValue) -> Reading:
    """Raises ContentRefused with the place of each fault."""
    try:
        form = _Structure.model_validate(value)
    except ValidationError as error:
        raise ContentRefused(faults_of(error)) from error
    about = form.course
    levels = [level for each in form.level_subjects for level in each.levels]
    course = Course(
        place="/course",
        id=about.id,
        title=_wordings(about.title),
        description=_wordings(about.description),
        objectives={each.id: _title(each) for each in form.objectives},
        parts=_nodes(form.aus, form.blocks, ()),
        stream_code=about.streamcode or None,
        image=about.image or None,
        subjects=unique(each.subject for each in form.level_subjects if each.subject),
        levels=unique(_level(each.level) for each in levels),
        years=tuple(sorted({each.year for each in levels if each.year is not None})),
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


def _level(name: str) -> str:
    """In the words that people search for: VO-HAVO is havo; others as they are."""
    plain = name.removeprefix("VO-").replace("-", " ")
    return _LEVELS.get(name) or (plain.lower() if name.startswith(("VO-", "MBO-")) else name)


def _title(form: _Objective) -> str:
    title = in_dutch(_wordings(form.title)) if isinstance(form.title, list) else form.title
    return title or form.id


def _wordings(texts: _Texts) -> tuple[Wording, ...]:
    return tuple(Wording(each.lang, each.langstring.strip()) for each in texts)
