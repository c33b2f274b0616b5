"""What software of a school sends to make a link, and what it gets."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from gateway.catalogue.json_form import Text, Words
from gateway.catalogue.reading import faults_of
from gateway.core.days import last_end, usual_end
from gateway.core.model import Audience, Brin, Json, Link
from gateway.core.strict_json import JsonRefused, read_json
from gateway.errors import ContentRefused, Fault, MalformedBody

Node = dict[str, Any]
_TIME = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _seconds(value: object) -> int:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError
    return int(datetime.fromisoformat(value.upper()).timestamp())


Time = Annotated[
    int,
    BeforeValidator(_seconds),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{_TIME.pattern}$"}),
]
"""A time of RFC 3339 in this century; seconds since the epoch."""


def _left_out(meaning: str) -> str:
    """A field that may be left out, and has no value of its own then."""
    field: str = Field("", description=meaning, json_schema_extra=_without_default)
    return field


def _without_default(schema: Node) -> None:
    schema.pop("default")


class LinkForm(BaseModel):
    """A deep link (dieplink) to a place: `fragment`, or `service` and `target`."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        json_schema_extra={
            "oneOf": [
                {"required": ["fragment"], "properties": {"service": False, "target": False}},
                {"required": ["service", "target"], "properties": {"fragment": False}},
            ]
        },
    )

    fragment: Words = _left_out("Id of a place in a material.")
    service: Words = _left_out("Id of a service.")
    target: Annotated[Words, Field(max_length=2048)] = _left_out("An address of the service.")
    title: Annotated[Text, Field(max_length=200)] = Field(
        "", description="That of the place when it is left out."
    )
    note: Annotated[Text, Field(max_length=1000)] = ""
    valid_from: Time | None = None
    valid_until: Time | None = Field(
        None,
        description="At most three years from now; the end of the school year when it is left out.",
    )
    audience: Literal["school", "everyone"] = Field(
        "school", description="Who may follow it: everyone, or this school's people alone."
    )
    groups: Annotated[list[Annotated[Words, Field(max_length=100)]], Field(max_length=50)] = Field(
        [], description="Class groups (nlEduPersonUnit) of this school; none: all."
    )

    def ends_at(self, now: float) -> int:
        """A link always ends, as a teacher's does, so that the number of live codes is bounded."""
        return self.valid_until or usual_end(max(now, self.valid_from or 0))

    def for_whom(self, school: Brin) -> Audience:
        if self.audience == "everyone":
            return Audience()
        return Audience(school, frozenset(self.groups))


class LinkMade(BaseModel):
    """A link that was made."""

    code: str = Field(description="What is typed at /d.")
    url: str = Field(description="The address that people follow.")
    service: str
    fragment: str | None = Field(description="The place that the link follows, when it is known.")
    target: str
    title: str


def read_link(data: bytes, now: float) -> LinkForm:
    """Raises MalformedBody, ContentRefused."""
    try:
        form = LinkForm.model_validate(read_json(data))
    except JsonRefused as error:
        raise MalformedBody(str(error)) from error
    except ValidationError as error:
        raise ContentRefused(faults_of(error, SENTENCES)) from error
    if faults := _faults(form, now):
        raise ContentRefused(faults)
    return form


SENTENCES = {"value_error": "a time such as 2026-09-01T08:30:00+02:00 is needed here"}


def made_form(link: Link, base_url: str) -> Json:
    made = LinkMade(
        code=link.code,
        url=f"{base_url}/d/{link.code}",
        service=link.service_id,
        fragment=link.fragment_id,
        target=link.target,
        title=link.title,
    )
    form: Json = made.model_dump()
    return form


def _faults(form: LinkForm, now: float) -> list[Fault]:
    faults = []
    by_address = (bool(form.service), bool(form.target))
    if any(by_address) if form.fragment else not all(by_address):
        faults.append(Fault("", "give fragment, or service and target"))
    if form.groups and form.audience == "everyone":
        faults.append(Fault("/groups", "groups are of a school: audience is not everyone then"))
    until = form.ends_at(now)
    if until <= max(now, form.valid_from or 0):
        faults.append(Fault("/valid_until", "it lies before valid_from or in the past"))
    elif until > last_end(now):
        faults.append(Fault("/valid_until", "a link lasts three years at most"))
    return faults
