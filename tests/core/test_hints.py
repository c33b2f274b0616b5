"""Which school a named BRIN means: itself, its institution, its only branch, or none."""

from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.hints import school_meant
from gateway.core.model import Brin, School, institution
from gateway.core.ports import Registry
from gateway.errors import UnknownSchool
from tests.core.people import brins


@dataclass(frozen=True, slots=True)
class Schools:
    """The part of a registry that is asked."""

    brins: tuple[str, ...]

    def school(self, brin: str) -> School:
        if brin not in self.brins:
            raise UnknownSchool(brin)
        return School(Brin(brin), "", "", "idp-one")

    def schools_at(self, brin: Brin) -> list[School]:
        return [self.school(each) for each in self.brins if institution(Brin(each)) == brin]


def meant(named: str, *registered: str) -> Brin | None:
    return school_meant(named, cast("Registry", Schools(registered)))


@pytest.mark.parametrize(
    ("named", "registered", "found"),
    [
        ("99XA", ["99XA", "99XA02"], "99XA"),
        ("99XA02", ["99XA", "99XA02"], "99XA02"),
        (" 99xa02\n", ["99XA02", "99XA03"], "99XA02"),
        ("99XA02", ["99XA"], "99XA"),
        ("99XA02", ["99XA", "99XA03"], "99XA"),
        ("99XA", ["99XA02"], "99XA02"),
        ("99XA", ["99XA02", "99XA03"], None),
        ("99XA02", ["99XA03"], None),
        ("99XB", ["99XA"], None),
        ("", ["99XA"], None),
        ("piet@school.test", ["99XA"], None),
        ("99XA0", ["99XA"], None),
    ],
)
def test_the_school_that_is_meant(named: str, registered: list[str], found: str | None) -> None:
    assert meant(named, *registered) == found


@given(named=brins(), registered=st.lists(brins(), max_size=4, unique=True))
def test_it_is_a_registered_one_of_the_same_institution(
    named: Brin, registered: list[Brin]
) -> None:
    found = meant(named, *registered)
    assert found is None or (found in registered and found[:4] == named[:4])


@given(named=st.text(max_size=20))
def test_whatever_is_named_nothing_breaks(named: str) -> None:
    assert meant(named, "99XA") in {None, "99XA"}
