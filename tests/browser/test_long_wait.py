"""Somebody stays at the school's page for long: the gateway's clock is moved meanwhile."""

import pytest

from tests.actors.people import PASSWORD
from tests.browser.person import Person, code_of, ways_on
from tests.browser.sites import ESDOORN, Sites

HOUR = 3600


def test_an_hour_at_the_schools_page_is_not_too_long(sites: Sites, pupil: Person):
    """The flow began an hour ago, by the gateway's clock; the school's answer is of now."""
    with sites.clock_moved(-HOUR):
        page = pupil.open(sites.wilg.link)
        pupil.choose(page)
    pupil.fill_in(page)
    pupil.arrive(page, sites.wilg)


@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_after_the_flows_lifetime_one_button_begins_again_at_the_exercise(
    sites: Sites, pupil: Person, kind: str
):
    """The answer comes three hours later, to a flow of two: a page with one button. What was
    proved too late lets nobody in, and the school, where the person is now, asks no password."""
    page = pupil.open(getattr(sites.wilg, kind))
    pupil.choose(page)
    with sites.clock_moved(3 * HOUR):
        pupil.fill_in(page, PASSWORD)
        page.wait_for_selector("main h1")
        assert code_of(page) == "KP-101"
        assert "__Host-kp_session" not in pupil.cookies(sites.base)
    ways_on(page).click()
    page.wait_for_selector("input[name=q]")
    page.click(f"main a:has-text('{ESDOORN}')")
    pupil.arrive(page, sites.wilg)
