"""What is wrong with an entity's metadata, said so that its owner can mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error leaves the entity or a role of it out; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing: whose, where in the metadata, what it is and what takes it away."""

    severity: Severity
    entity_id: str
    place: str
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.entity_id}, {self.place}: {self.what} {self.cure}"


class Findings:
    """Collects the problems of one entity while it is read."""

    def __init__(self, entity_id: str) -> None:
        self._entity_id = entity_id
        self._problems: list[Problem] = []

    def error(self, place: str, what: str, cure: str) -> None:
        self._problems.append(Problem(Severity.ERROR, self._entity_id, place, what, cure))

    def warning(self, place: str, what: str, cure: str) -> None:
        self._problems.append(Problem(Severity.WARNING, self._entity_id, place, what, cure))

    def has_error(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self._problems)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._problems)
