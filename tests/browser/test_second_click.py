"""An impatient click: the same answer posted twice, while ours to the first is still on its way."""

import pytest

from tests.browser.person import Person, answers_of_school
from tests.browser.sites import Sites

SLOW = [("POST", "/school/saml/acs"), ("GET", "/flow/")]


@pytest.mark.parametrize("slow", SLOW, ids=["the answer's POST", "the page after it"])
@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_the_second_click_arrives(sites: Sites, pupil: Person, kind: str, slow: tuple[str, str]):
    """The first request breaks off, with the cookies that its answer brought."""
    page = pupil.open(getattr(sites.wilg, kind))
    pupil.choose(page)
    with sites.network.hold(*slow) as hold:
        page.fill("input[name=username]", pupil.who.uid)
        page.fill("input[name=password]", "lang-en-verzonnen")
        page.press("input[name=password]", "Enter", no_wait_after=True)
        page.wait_for_timeout(200)
        hold.wait_for_answer()
        print(page.url, page.content()[:1500])
        page.evaluate("document.forms[0].submit()")
        assert hold.second.wait(10)
        hold.release()
    pupil.arrive(page, sites.wilg)
    assert len(answers_of_school(pupil.seen)) == 2
