"""An impatient click: the same answer posted twice, while ours to the first is still on its way.

Without script, so that the school's page and ours wait for their buttons; and with it, where the
school's page posts by itself and is made to do so once more.
"""

import pytest

from tests.browser.conftest import Arrive
from tests.browser.person import Person, answers_of_school
from tests.browser.sites import Sites
from tests.parts.holding_proxy import LONGEST_SECONDS

SLOW = [("POST", "/school/saml/acs"), ("GET", "/flow/")]
AGAIN = """addEventListener("load", () => {
    const form = document.querySelector("form[action$='/school/saml/acs']")
    if (form) setTimeout(() => HTMLFormElement.prototype.submit.call(form), 3000)
})"""
BUTTON = "form[action$='/school/saml/acs'] button"


@pytest.mark.parametrize("slow", SLOW, ids=["at the answer's POST", "at the page after it"])
@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_the_second_click_arrives(sites: Sites, device: Arrive, kind: str, slow: tuple[str, str]):
    """It breaks the first request off, and with that the cookies that its answer brought; no
    second login at the school, and no error page."""
    pupil = device(script=False)
    page = pupil.open(getattr(sites.wilg, kind))
    pupil.choose(page)
    pupil.fill_in(page)
    page.wait_for_load_state()  # its style moves the button
    box = page.locator(BUTTON).bounding_box()
    assert box
    with sites.network.hold(*slow) as hold:
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        assert hold.answered.wait(LONGEST_SECONDS)
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        page.click("text=Doorgaan")
        pupil.arrive(page, sites.wilg)
        assert hold.came == 2
    first, second = answers_of_school(pupil.seen)
    assert first.post_data == second.post_data
    assert "__Host-kp_session" in pupil.cookies(sites.base)


@pytest.mark.parametrize("slow", SLOW, ids=["at the answer's POST", "at the page after it"])
def test_the_second_answer_of_a_page_with_script_arrives(
    sites: Sites, pupil: Person, slow: tuple[str, str]
):
    pupil.context.add_init_script(AGAIN)
    page = pupil.open(sites.wilg.exercise)
    pupil.choose(page)
    with sites.network.hold(*slow) as hold:
        there = sites.wilg.exercise
        with page.expect_event("framenavigated", lambda frame: frame.url == there):
            pupil.fill_in(page)
        pupil.arrive(page, sites.wilg)
        assert hold.came == 2
    first, second = answers_of_school(pupil.seen)
    assert first.post_data == second.post_data
