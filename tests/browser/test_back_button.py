"""The back button at every step: a page with one way on, or the exercise."""

import pytest

from tests.browser.person import Person
from tests.browser.sites import Sites

BEGINNINGS = ["exercise", "link"]


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
    page.evaluate(f"history.go(-{steps})")
    page.wait_for_url(f"{sites.base}/school?*")
    assert "chooser" in pupil.go_on(page, sites.wilg)


@pytest.mark.parametrize("kind", BEGINNINGS)
@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_back_at_the_supplier(sites: Sites, pupil: Person, kind: str, steps: int):
    """From the exercise to any page before it."""
    page = pupil.open(beginning(sites, kind))
    pupil.choose(page)
    pupil.fill_in(page)
    pupil.arrive(page, sites.wilg)
    page.evaluate(f"history.go(-{steps})")
    page.wait_for_timeout(1000)
    print(kind, steps, page.evaluate("history.length"), page.url, page.title())
    print(pupil.go_on(page, sites.wilg))
