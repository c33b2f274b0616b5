"""The days of a link are days in the Netherlands, also where the clock is put back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.days import (
    begin_of,
    days_before,
    end_of,
    last_day,
    latest_end,
    school_year_end,
    today,
)

days = st.dates(date(2001, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2026, 11, 24), datetime(2026, 11, 23, 23, tzinfo=UTC)),
        (date(2027, 7, 31), datetime(2027, 7, 30, 22, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_here(day: date, moment: datetime) -> None:
    assert begin_of(day) == moment.timestamp()


@pytest.mark.parametrize(("day", "hours"), [(28, 23), (27, 24)])
def test_the_day_on_which_summer_time_begins_is_shorter(day: int, hours: int) -> None:
    march = date(2027, 3, day)
    assert end_of(march) - begin_of(march) == hours * 3600


@given(days)
def test_what_a_teacher_chose_is_what_the_form_shows_again(day: date) -> None:
    assert last_day(end_of(day)) == day
    assert today(begin_of(day)) == day
    assert today(end_of(day) - 1) == day
    assert today(end_of(day)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 9, 1), date(2027, 7, 31)),
        (date(2027, 5, 31), date(2027, 7, 31)),
        (date(2027, 6, 1), date(2028, 7, 31)),
    ],
)
def test_a_link_lasts_until_the_school_year_ends(day: date, end: date) -> None:
    assert school_year_end(day) == end


@given(days)
def test_the_end_of_the_school_year_may_be_chosen(day: date) -> None:
    assert day < school_year_end(day) <= latest_end(day)
    assert days_before(day, 14)[-1] == day
    assert len(set(days_before(day, 14))) == 14
