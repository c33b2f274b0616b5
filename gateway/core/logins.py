"""Logins and failures by the hour: which school's login is failing now."""

from collections.abc import Iterable
from dataclasses import dataclass

_FEW = 3
_BAD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class LoginCount:
    """`hour` in seconds since the epoch; `outcome` is an error's code, empty when all went well;
    `school` and `service_id` are empty where they were not known."""

    hour: int
    school: str
    service_id: str
    outcome: str
    logins: int


@dataclass(frozen=True, slots=True)
class Health:
    """One party's logins; `codes` are the errors, the most frequent first."""

    party: str
    good: int
    bad: int
    codes: tuple[str, ...]

    @property
    def is_failing(self) -> bool:
        """Half of its logins or more fail, and it is not one person's mistake."""
        return self.bad >= _FEW and self.bad >= _BAD_SHARE * (self.good + self.bad)


def by_school(counts: Iterable[LoginCount]) -> list[Health]:
    return _health((one.school, one) for one in counts if one.school)


def by_service(counts: Iterable[LoginCount]) -> list[Health]:
    return _health((one.service_id, one) for one in counts if one.service_id)


def _health(named: Iterable[tuple[str, LoginCount]]) -> list[Health]:
    """Those that fail come first, then the busiest."""
    totals: dict[str, dict[str, int]] = {}
    for party, one in named:
        codes = totals.setdefault(party, {})
        codes[one.outcome] = codes.get(one.outcome, 0) + one.logins
    found = [_one(party, codes) for party, codes in totals.items()]
    return sorted(found, key=lambda one: (not one.is_failing, -one.bad - one.good, one.party))


def _one(party: str, codes: dict[str, int]) -> Health:
    bad = {code: number for code, number in codes.items() if code}
    ordered = sorted(bad, key=lambda code: (-bad[code], code))
    return Health(party, codes.get("", 0), sum(bad.values()), tuple(ordered))
