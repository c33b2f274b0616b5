"""School, gateway and supplier on three sites, and a browser that blocks third-party cookies."""

import pytest

from tests.browser.person import Person, answers_of_school
from tests.browser.sites import Sites


def test_the_browser_blocks_third_party_cookies(sites: Sites, pupil: Person):
    """What the other tests stand on: even a cookie that asks for it does not travel."""
    page = pupil.open(f"{sites.base}/")
    cookie = {"name": "probe", "value": "1", "url": sites.base, "sameSite": "None", "secure": True}
    pupil.context.add_cookies([cookie])
    reach = "address => fetch(address, {mode: 'no-cors', credentials: 'include'})"
    page.evaluate(reach, f"{sites.base}/healthz")
    page.goto(sites.wilg.site)
    page.evaluate(reach, f"{sites.base}/healthz")
    same, cross = (one for one in pupil.seen if one.url == f"{sites.base}/healthz")
    assert "probe=1" in same.all_headers()["cookie"]
    assert "cookie" not in cross.all_headers()


def test_the_schools_answer_needs_no_cookie(sites: Sites, pupil: Person):
    """The POST arrives without any of ours, and the login still ends in the exercise."""
    page = pupil.open(sites.wilg.exercise)
    pupil.choose(page)
    pupil.fill_in(page)
    pupil.arrive(page, sites.wilg)
    (post,) = answers_of_school(pupil.seen)
    assert "cookie" not in post.all_headers()
    assert post.all_headers()["origin"] == sites.school


def test_a_second_supplier_asks_nothing(sites: Sites, pupil: Person):
    """Single sign-on: our Lax cookie comes with a navigation from another site."""
    pupil.go_on(pupil.open(sites.wilg.exercise), sites.wilg)
    pupil.arrive(pupil.open(sites.els.exercise), sites.els)
    assert len(answers_of_school(pupil.seen)) == 1


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_code_that_is_typed_leads_over_sites(sites: Sites, pupil: Person, signed_in: bool):
    """Our form may end at another site (CSP3 §6.4.1): at once, where nobody has to be asked."""
    page = pupil.open(f"{sites.base}/d")
    if signed_in:
        pupil.go_on(pupil.open(sites.els.exercise), sites.els)
    page.fill("input[name=typed]", sites.wilg.link.rpartition("/")[2])
    page.press("input[name=typed]", "Enter")
    if not signed_in:
        page.wait_for_selector("input[name=q]")
        pupil.go_on(page, sites.wilg)
    pupil.arrive(page, sites.wilg)
