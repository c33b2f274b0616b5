"""On a device of the school: one button ends everything at the gateway and leaves nothing behind."""

from playwright.sync_api import Page, expect

from tests.actors.people import PUPIL
from tests.browser.person import Person
from tests.browser.sites import Sites

PERSONAL = {PUPIL.given_name, PUPIL.surname, "Lezen bij Wilg"}


def sign_out(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.base}/logout")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.locator("h1")).to_have_text("Je bent uitgelogd")


def test_no_cookie_of_ours_is_left(sites: Sites, pupil: Person):
    page = pupil.open(sites.wilg.exercise)
    pupil.go_on(page, sites.wilg)
    page.goto(f"{sites.base}/?lang=en")
    page.goto(f"{sites.base}/")
    assert {"__Host-kp_session", "__Host-kp_browser", "__Host-kp_schools"} <= pupil.cookies(
        sites.base
    )
    page.goto(f"{sites.base}/?lang=nl")
    sign_out(page, sites)
    assert pupil.cookies(sites.base) == set()


def test_the_back_button_shows_nothing_of_who_left(sites: Sites, pupil: Person):
    """Not from the cache. Playwright lets Chromium keep no page alive: of those it says nothing."""
    page = pupil.open(f"{sites.base}/")
    page.goto(f"{sites.base}/sign-in?to=/")
    pupil.choose(page)
    pupil.fill_in(page)
    page.wait_for_url(f"{sites.base}/")
    assert "Lezen bij Wilg" in page.inner_text("main")
    sign_out(page, sites)
    shown = {}
    for _ in range(2):
        page.go_back()
        shown[page.url] = page.inner_text("body")
    assert f"{sites.base}/" in shown, "where the person's own page was"
    assert not [each for each in {*PERSONAL, pupil.who.uid} if each in "".join(shown.values())]


def test_the_next_person_at_the_device_begins_at_the_chooser(sites: Sites, pupil: Person):
    """No school is remembered, and the address of the login that was is of no use."""
    page = pupil.open(sites.wilg.link)
    pupil.go_on(page, sites.wilg)
    flows = [one.url for one in pupil.seen if f"{sites.base}/flow/" in one.url]
    sign_out(page, sites)
    page.goto(flows[-1])
    assert "KP-101" in page.inner_text("main")
    page.goto(sites.els.exercise)
    page.wait_for_selector("input[name=q]")
    assert page.locator("main ul.schools").count() == 0


def test_nothing_of_a_login_is_kept_in_the_cache(sites: Sites, pupil: Person):
    page = pupil.open(sites.wilg.link)
    pupil.go_on(page, sites.wilg)
    page.goto(f"{sites.base}/")
    ours = [one for one in pupil.seen if one.url.startswith(sites.base)]
    pages = [one.response() for one in ours if "/static/" not in one.url]
    kept = {answer.header_value("cache-control") for answer in pages if answer}
    assert kept == {"no-store"}
