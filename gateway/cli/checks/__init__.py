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
