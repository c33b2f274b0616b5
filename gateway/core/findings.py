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
