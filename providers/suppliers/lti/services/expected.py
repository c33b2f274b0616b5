"""A score that is waited for: a line item of its own, for as long as that takes."""

from dataclasses import dataclass

from gateway.core.grades import LineItem
from gateway.core.ports import Gradebook


@dataclass(frozen=True, slots=True)
class Expected:
    """Implements ports.ExpectedScore. A tool scores in this line item, or in one that it makes:
    there a score is only known to be new for who had none."""

    gradebook: Gradebook
    item: LineItem
    person: str
    earlier: bool

    def has_come(self) -> bool:
        item = self.item
        if self.gradebook.results(item.id, "", 1):
            return True
        scored = self.gradebook.has_score(item.service_id, item.school, self.person)
        return scored and not self.earlier

    def close(self) -> None:
        self.gradebook.remove(self.item.service_id, self.item.school, self.item.id)
