"""What `ketenpoort doctor` looks at: a module for each thing that a gateway stands on."""

from dataclasses import dataclass

NEAR_DAYS = 60
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is ok, warning or error; `cure` says what to do."""

    level: str
    what: str
    cure: str = ""


def haste(days: float) -> str:
    """How soon an end is near: by the bands of 60, 30 and 7 days; none when it is far."""
    bands = {7: ": at once", 30: ": this week", NEAR_DAYS: ": soon"}
    return next((word for end, word in bands.items() if days < end), "")
