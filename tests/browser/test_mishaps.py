"""What goes wrong at a person's own hands: a wrong password, a reload, a cookie that is lost."""

import pytest

from tests.browser.person import Person, answers_of_school, code_of, ways_on
from tests.browser.sites import Sites

BROWSER, SESSION = "__Host-kp_browser", "__Host-kp_session"


def test_a_wrong_password_is_between_person_and_school(sites: Sites, pupil: Person):
    page = pupil.open(sites.wilg.exercise)
    pupil.choose(page)
    with page.expect_navigation():
        pupil.fill_in(page, "vergeten")
    assert page.url.startswith(sites.school)
    assert answers_of_school(pupil.seen) == []
    pupil.fill_in(page)
    pupil.arrive(page, sites.wilg)


@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_a_reload_at_each_step(sites: Sites, pupil: Person, kind: str):
    page = pupil.open(getattr(sites.wilg, kind))
    page.wait_for_selector("input[name=q]")
    page.reload()
    page.fill("input[name=q]", "Esdoorn")
    page.press("input[name=q]", "Enter")
    page.wait_for_selector("main a:has-text('Esdoorn')")
    page.reload()
    page.click("main a:has-text('Esdoorn')")
    page.wait_for_selector("input[name=username]")
    page.reload()
    pupil.fill_in(page)
    pupil.arrive(page, sites.wilg)
    page.reload()
    pupil.arrive(page, sites.wilg)


@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_a_reload_of_the_page_that_sends_the_answer(sites: Sites, pupil: Person, kind: str):
    """Its script did not run: the reload gives the answer again, and it counts."""
    page = pupil.open(getattr(sites.wilg, kind))
    pupil.choose(page)
    page.route("**/autopost.js*", lambda route: route.abort())
    pupil.fill_in(page)
    page.wait_for_selector("text=Doorgaan")
    page.reload()
    page.wait_for_selector("main h1")
    page.unroute("**/autopost.js*")
    page.click("main a.button, main button")
    pupil.arrive(page, sites.wilg)


@pytest.mark.parametrize("kind", ["exercise", "link"])
@pytest.mark.parametrize("reaches", ["chooser", "answer"])
def test_a_browser_cookie_lost_in_between(sites: Sites, pupil: Person, kind: str, reaches: str):
    """The flow can no longer be this browser's: nobody is let in, and one button begins again."""
    page = pupil.open(getattr(sites.wilg, kind))
    if reaches == "answer":
        pupil.choose(page)
    pupil.context.clear_cookies(name=BROWSER)
    if reaches == "answer":
        pupil.fill_in(page)
    else:
        page.reload()
    page.wait_for_selector("main h1")
    assert code_of(page) == "KP-102"
    assert SESSION not in pupil.cookies(sites.base)
    ways_on(page).click()
    pupil.go_on(page, sites.wilg)


def test_a_session_cookie_lost_at_the_supplier(sites: Sites, pupil: Person):
    """The next exercise asks again which school; the school itself still knows the person."""
    pupil.go_on(pupil.open(sites.wilg.exercise), sites.wilg)
    pupil.context.clear_cookies(name=SESSION)
    page = pupil.open(sites.els.exercise)
    page.click("main a:has-text('Esdoorn')")
    pupil.arrive(page, sites.els)
