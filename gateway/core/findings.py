"""What was found when something of a party was looked at: got, expected, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Whether it works; `WARN`: it does, but ought to be mended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, for the party's developer: in English, as its software's own
    messages are. `check` names it, or the place in a document."""

    check: str
    outcome: Outcome
    got: str
    expected: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What one integration check found; `made_at` in seconds since the epoch. Who has the id, which
    nobody guesses, may read it."""

    id: str
    service_id: str
    made_at: int
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of all."""
        found = {finding.outcome for finding in self.findings}
        worst = (Outcome.FAIL, Outcome.WARN)
        return next((each for each in worst if each in found), Outcome.OK)
