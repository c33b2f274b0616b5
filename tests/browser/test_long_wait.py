"""Somebody stays at the school's page for long: the gateway's clock is set back at the beginning."""

import pytest

from tests.browser.person import Person
from tests.browser.sites import Sites

HOUR = 3600


def test_an_hour_at_the_schools_page_is_not_too_long(sites: Sites, pupil: Person):
    with sites.clock_moved(-HOUR):
        page = pupil.open(sites.wilg.exercise)
        pupil.choose(page)
    pupil.fill_in(page)
    pupil.arrive(page, sites.wilg)


@pytest.mark.parametrize("kind", ["exercise", "link"])
@pytest.mark.parametrize("hours", [3, 20])
def test_after_the_end_of_the_flow_one_button_begins_again(
    sites: Sites, pupil: Person, kind: str, hours: int
):
    """One button; the school's own session then needs no password, and it is the exercise."""
    with sites.clock_moved(-hours * HOUR):
        page = pupil.open(getattr(sites.wilg, kind))
        pupil.choose(page)
    pupil.fill_in(page)
    done = pupil.go_on(page, sites.wilg)
    print(done)
    assert done[0] == "KP-101"


def test_a_session_that_expired_asks_the_school_again(sites: Sites, pupil: Person):
    """Ten hours: the next exercise begins with the school, where the person is still known."""
    with sites.clock_moved(-11 * HOUR):
        page = pupil.open(sites.wilg.exercise)
        pupil.choose(page)
    # the school's answer is judged by the right clock; the session begins with it
    pupil.fill_in(page)
    pupil.go_on(page, sites.wilg)
