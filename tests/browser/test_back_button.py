"""The back button at every step: a page with one way on, or the exercise."""

import pytest

from tests.browser.person import Person
from tests.browser.sites import Sites

BEGINNINGS = ["exercise", "link"]
# The pages that go on by themselves are no steps; the school's form is replaced by our page.
EMPTY_CHOOSER_FOUND_SCHOOL_ANSWER_EXERCISE = 5


def beginning(sites: Sites, kind: str) -> str:
    return str(getattr(sites.wilg, kind))


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_back_and_forward_at_the_chooser(sites: Sites, pupil: Person, kind: str):
    page = pupil.open(sites.wilg.site)
    page.goto(beginning(sites, kind))
    page.wait_for_selector("input[name=q]")
    page.go_back()
    assert page.url == f"{sites.wilg.site}/"
    page.go_forward()
    pupil.go_on(page, sites.wilg)


@pytest.mark.parametrize("kind", BEGINNINGS)
@pytest.mark.parametrize("steps", [1, 2])
def test_back_at_the_schools_page(sites: Sites, pupil: Person, kind: str, steps: int):
    """To what was found, or to the empty chooser: choose once more."""
    page = pupil.open(beginning(sites, kind))
    pupil.choose(page)
    pupil.go_back(page, steps)
    page.wait_for_url(f"{sites.base}/school?*")
    assert "chooser" in pupil.go_on(page, sites.wilg)


@pytest.mark.parametrize("kind", BEGINNINGS)
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_back_at_the_supplier(sites: Sites, pupil: Person, kind: str, steps: int):
    """From the exercise to any page before it: one button, and no password again."""
    page = pupil.open(beginning(sites, kind))
    pupil.choose(page)
    pupil.fill_in(page)
    pupil.arrive(page, sites.wilg)
    assert page.evaluate("history.length") == EMPTY_CHOOSER_FOUND_SCHOOL_ANSWER_EXERCISE
    pupil.go_back(page, steps)
    page.wait_for_selector("main h1")
    assert pupil.go_on(page, sites.wilg) == ["KP-101"]
