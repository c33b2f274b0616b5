"""`/api/v1/licences`: software of a school says which class groups may use which material."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gateway.catalogue.json_form import Words
from gateway.catalogue.reading import faults_of
from gateway.core.api_tokens import Scope
from gateway.core.licence_list import LICENCES_LIMIT, match_licences
from gateway.core.strict_json import JsonRefused, read_json
from gateway.errors import ContentRefused, Fault, MalformedBody
from gateway.services import Parts
from gateway.web.api.bodies import answer, json_body
from gateway.web.api.callers import Callers
from gateway.web.licence_changes import licensable, set_licences

Group = Annotated[Words, StringConstraints(max_length=120, strip_whitespace=True)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LicenceForm(_Form):
    """A material and a class group that may use it."""

    material: Words = Field(description="Its id here, its ISBN, its product id or its key.")
    group: Group = Field(description="A class group (nlEduPersonUnit).")


class LicencesForm(_Form):
    """All licences of the school. A material that is not in it is for everyone who may use its
    service."""

    licences: list[LicenceForm] = Field(max_length=LICENCES_LIMIT)


@dataclass(frozen=True, slots=True)
class LicencesApi:
    parts: Parts
    callers: Callers

    def get(self) -> Response:
        """Raises TokenRefused, TokenNotFor, ScopeMissing."""
        school, _ = self.callers.school(Scope.LICENCES_READ)
        return _answer(self.parts.licences.of_school(school.brin))

    def put(self) -> Response:
        """In place of all that was there; nothing changes when one is wrong. Raises
        ContentRefused with the place of each."""
        school, token = self.callers.school(Scope.LICENCES_WRITE)
        form = _read(json_body(self.parts.settings.body_bytes))
        pairs = [(each.material, each.group) for each in form.licences]
        found = match_licences(pairs, licensable(self.parts))
        if found.faults:
            raise ContentRefused(
                [Fault(f"/licences/{each.line}/material", each.why) for each in found.faults]
            )
        set_licences(self.parts, f"token {token.id}", school.brin, found.groups)
        return _answer(found.groups)


def _read(data: bytes) -> LicencesForm:
    try:
        return LicencesForm.model_validate(read_json(data))
    except JsonRefused as error:
        raise MalformedBody(str(error)) from error
    except ValidationError as error:
        raise ContentRefused(faults_of(error)) from error


def _answer(groups: Mapping[str, Iterable[str]]) -> Response:
    """By our own ids, in the form in which it may be put back."""
    return answer(
        {
            "licences": [
                {"material": material, "group": group}
                for material in sorted(groups)
                for group in sorted(groups[material])
            ]
        }
    )
