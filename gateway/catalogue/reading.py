"""What a reader gives: the publications, where each stands, and what was passed over and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from gateway.core.materials import Publication
from gateway.core.model import Service
from gateway.core.publishing import MOST_FAULTS, problems
from gateway.errors import ContentRefused, Fault


@dataclass(frozen=True, slots=True)
class Reading:
    """`places` says where in what was delivered each publication stands; `parts`, where it is no
    JSON, where each of its fragments does, by key."""

    publications: tuple[Publication, ...]
    places: tuple[str, ...]
    parts: tuple[Mapping[str, str], ...] = ()
    passed_over: tuple[str, ...] = ()


@dataclass(slots=True)
class Faults:
    """Collects what is wrong, so that a supplier hears it in one go."""

    found: list[Fault] = field(default_factory=list)

    def add(self, place: str, text: str) -> None:
        self.found.append(Fault(place, text))

    def refuse_any(self) -> None:
        """Raises ContentRefused when there is a fault."""
        if self.found:
            raise ContentRefused(self.found)


def refuse_problems(service: Service, reading: Reading) -> None:
    """Raises ContentRefused with all that keeps a service from publishing what was read."""
    found: list[Fault] = []
    first: dict[str, str] = {}
    for number, (publication, place) in enumerate(
        zip(reading.publications, reading.places, strict=True)
    ):
        if (earlier := first.setdefault(publication.key, place)) != place:
            found.append(Fault(place, f"{earlier} is the same material: it has this key too"))
        faults = problems(service, publication)
        found += (Fault(_place(reading, number, each.place), each.text) for each in faults)
        if len(found) >= MOST_FAULTS:
            break
    if found:
        raise ContentRefused(found)


def _place(reading: Reading, number: int, within: str) -> str:
    """A place within a publication (RFC 6901) as a place in what was delivered."""
    place = reading.places[number]
    if place.startswith("/"):
        return place + within
    steps, parts = within.split("/")[1:], reading.publications[number].parts
    while len(steps) > 1 and steps[0] == "parts":
        part = parts[int(steps[1])]
        place = reading.parts[number].get(part.key, place) if reading.parts else place
        steps, parts = steps[2:], part.parts
    return ", ".join([place, *steps[:1]])


def pointer(parts: Iterable[str | int]) -> str:
    """A place in JSON (RFC 6901)."""
    escaped = (str(part)[:80].replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{part}" for part in escaped)


def faults_of(error: ValidationError, own: Mapping[str, str] | None = None) -> list[Fault]:
    """What pydantic found, in places of JSON and plain sentences; `own` are those of a form."""
    sentences = {**_SENTENCES, **(own or {})}
    return [
        Fault(pointer(each["loc"]), sentences.get(each["type"], each["msg"]))
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]


_SENTENCES = {
    "extra_forbidden": "this field is not known",
    "missing": "this field is needed",
    "string_pattern_mismatch": "control characters are not accepted",
    "string_unicode": "not a text that can be written in UTF-8",
    "model_type": "an object is needed here",
    "dict_type": "an object is needed here",
    "list_type": "a list is needed here",
    "string_type": "a text is needed here",
    "int_type": "a whole number is needed here",
    "string_too_short": "this may not be empty",
    "recursion_loop": "nested too deeply",
}
