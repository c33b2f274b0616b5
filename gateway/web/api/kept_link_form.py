"""What a school's software sees of the school's links, and what it sends to change them."""

from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.catalogue.json_form import Text, Words
from gateway.catalogue.reading import faults_of
from gateway.core.days import last_end
from gateway.core.link_state import LinkState
from gateway.core.makers import mark_of
from gateway.core.ports import Whereabouts
from gateway.core.strict_json import JsonRefused, read_json
from gateway.errors import ContentRefused, Fault, MalformedBody
from gateway.web.api.link_form import SENTENCES, Time


class LinkKept(BaseModel):
    """A link of the school. `maker` is a mark of the teacher, the same on all links of one; null
    where software of the school made it."""

    code: str
    title: str
    service: str
    fragment: str | None
    state: LinkState = Field(description="What follows when somebody uses it now.")
    maker: str | None
    created_at: int = Field(description="Seconds since the epoch.")
    valid_until: int | None = Field(description="Seconds since the epoch.")

    @classmethod
    def of(cls, found: Whereabouts, state: LinkState) -> Self:
        link = found.link
        return cls(
            code=link.code,
            title=link.title or (found.fragment.title if found.fragment else ""),
            service=link.service_id,
            fragment=link.fragment_id,
            state=state,
            maker=mark_of(link.school, link.maker) if link.school and link.maker else None,
            created_at=link.created_at,
            valid_until=link.valid_until,
        )


class LinksKept(BaseModel):
    """A page of the school's links, the newest first."""

    links: list[LinkKept]
    next: str | None = Field(description="Where the next page is.")


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


F = TypeVar("F", bound=_Form)


class LinkChange(_Form):
    """What is to change of a link; what is left out stays."""

    title: Annotated[Text, Field(max_length=200)] | None = None
    note: Annotated[Text, Field(max_length=1000)] | None = None
    stopped: bool | None = Field(None, description="True stops it, false lets it work again.")
    valid_until: Time | None = Field(None, description="At most three years from now.")


class Takeover(_Form):
    """All links of one maker go on with another, who made a link before; both by their marks."""

    leaves: Words = Field(alias="from")
    stays: Words = Field(alias="to")


class TakenOver(BaseModel):
    """What was taken over."""

    links: int = Field(description="How many links went on with the other.")


def read_change(data: bytes, now: float) -> LinkChange:
    """Raises MalformedBody, ContentRefused."""
    change = _read(LinkChange, data)
    until = change.valid_until
    if until is not None and not now < until <= last_end(now):
        raise ContentRefused([Fault("/valid_until", "in the past, or more than three years ahead")])
    return change


def read_takeover(data: bytes) -> Takeover:
    """Raises MalformedBody, ContentRefused."""
    return _read(Takeover, data)


def _read(form: type[F], data: bytes) -> F:
    try:
        return form.model_validate(read_json(data))
    except JsonRefused as error:
        raise MalformedBody(str(error)) from error
    except ValidationError as error:
        raise ContentRefused(faults_of(error, SENTENCES)) from error
