"""What `ketenpoort doctor` looks at: a module for each thing that a gateway stands on."""

from dataclasses import dataclass

from gateway.core.expiry import STEPS_DAYS, step_of

NEAR_DAYS = max(STEPS_DAYS)
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is ok, warning or error; `cure` says what to do."""

    level: str
    what: str
    cure: str = ""


def haste(days: float) -> str:
    """How soon somebody must act before an end so many days away; none when it is far."""
    words = {0: ": at once", 7: ": at once", 30: ": this week", 60: ": soon"}
    step = step_of(days * DAY_SECONDS, 0)
    return "" if step is None else words[step]
