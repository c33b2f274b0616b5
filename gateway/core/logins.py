"""Logins and failures by the hour: which school's login is failing now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gateway.errors import Mender, SchoolError, SupplierError

_FEW = 3
_BAD_SHARE = 0.5
# What goes wrong at a school, and at a supplier; a service that is switched off is neither's.
_OF_SCHOOL = frozenset(each.code for each in SchoolError.__subclasses__())
_OF_SUPPLIER = frozenset(
    each.code for each in SupplierError.__subclasses__() if each.mender is Mender.SUPPLIER
)


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
    """One party's logins; `codes` are the errors, the most frequent first. `own` are the failures
    that are its own to mend."""

    party: str
    good: int
    bad: int
    own: int
    codes: tuple[str, ...]

    @property
    def is_failing(self) -> bool:
        """Half of its logins or more fail by its own doing, and it is not one person's mistake."""
        return self.own >= _FEW and self.own >= _BAD_SHARE * (self.good + self.own)


def by_school(counts: Iterable[LoginCount]) -> list[Health]:
    return _health(((one.school, one) for one in counts if one.school), _OF_SCHOOL)


def by_service(counts: Iterable[LoginCount]) -> list[Health]:
    return _health(((one.service_id, one) for one in counts if one.service_id), _OF_SUPPLIER)


def _health(named: Iterable[tuple[str, LoginCount]], own: Collection[str]) -> list[Health]:
    """Those that fail come first, then the busiest."""
    totals: dict[str, dict[str, int]] = {}
    for party, one in named:
        codes = totals.setdefault(party, {})
        codes[one.outcome] = codes.get(one.outcome, 0) + one.logins
    found = [_one(party, codes, own) for party, codes in totals.items()]
    return sorted(found, key=lambda one: (not one.is_failing, -one.bad - one.good, one.party))


def _one(party: str, codes: dict[str, int], own: Collection[str]) -> Health:
    bad = {code: number for code, number in codes.items() if code}
    ordered = sorted(bad, key=lambda code: (-bad[code], code))
    of_own = sum(number for code, number in bad.items() if code in own)
    return Health(party, codes.get("", 0), sum(bad.values()), of_own, tuple(ordered))
