"""Back to, and from, each page of ours: it still does what it says, or says where to begin."""

import pytest
from playwright.sync_api import Error, Page, expect

from tests.actors.people import OIDC_PUPIL
from tests.browser.conftest import Arrive
from tests.browser.person import Person, code_of, ways_on
from tests.browser.sites import ESDOORN, MEIDOORN, Sites
from tests.browser.test_logout import SLOWEST, WILG, sign_out, still_in
from tests.browser.test_second_click import BUTTON
from tests.browser.test_two_tabs import HOME
from tests.parts.holding_proxy import LONGEST_SECONDS

BROWSER = "__Host-kp_browser"


def at_start_page(person: Person) -> Page:
    page = person.open(f"{person.sites.base}/")
    page.click("main a.button:not(.quiet)")
    person.choose(page)
    person.fill_in(page)
    page.wait_for_url(f"{person.sites.base}/")
    return page


def flow_of(person: Person) -> str:
    """The address of the login that is under way, without what the school brought to it."""
    return (
        [one.url for one in person.seen if "/school?flow=" in one.url][-1]
        .replace("/school?flow=", "/flow/")
        .partition("&")[0]
    )


def test_back_at_the_schools_page_another_school_is_chosen(sites: Sites, device: Arrive):
    """The first choice was wrong: nothing of it is left in what the supplier learns."""
    person = device()
    page = person.open(sites.wilg.exercise)
    person.choose(page)
    person.go_back(page, 1)
    page.wait_for_url(f"{sites.base}/school?*")
    person.who, person.school = OIDC_PUPIL, MEIDOORN
    assert person.go_on(page, sites.wilg) == ["chooser", "form"]
    assert person.learned(page)[HOME] == OIDC_PUPIL.brin


@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_back_to_an_error_page(sites: Sites, pupil: Person, kind: str):
    """From where its button led: it is the same page, and its button leads there again."""
    page = pupil.open(getattr(sites.wilg, kind))
    pupil.context.clear_cookies(name=BROWSER)
    page.reload()
    assert code_of(page) == "KP-102"
    ways_on(page).click()
    page.wait_for_selector("input[name=q]")
    page.go_back()
    assert code_of(page) == "KP-102"
    assert pupil.go_on(page, sites.wilg) == ["KP-102", "chooser", "form"]


@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_back_from_an_error_page_to_the_chooser(sites: Sites, pupil: Person, kind: str):
    page = pupil.open(getattr(sites.wilg, kind))
    page.wait_for_selector("input[name=q]")
    page.goto(f"{sites.base}/school?flow=verloren")
    assert code_of(page) == "KP-101"
    page.go_back()
    assert pupil.go_on(page, sites.wilg) == ["chooser", "form"]


def test_back_from_and_to_the_page_that_carries_the_answer(sites: Sites, device: Arrive):
    """Without script, so that it waits for its button. Chromium does not send the school's form
    again by itself; from there it comes forward to a page that was not kept."""
    person = device(script=False)
    page = person.open(sites.wilg.exercise)
    person.choose(page)
    person.fill_in(page)
    page.click(BUTTON)
    page.wait_for_selector("text=Doorgaan")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    page.wait_for_url("chrome-error://**")
    page.go_forward()
    page.click("text=Doorgaan")
    person.arrive(page, sites.wilg)


def test_the_address_of_a_login_under_way_goes_on_in_another_tab(sites: Sites, pupil: Person):
    """To the school that was chosen; the tab that comes second has one way on."""
    first = pupil.open(sites.wilg.exercise)
    pupil.choose(first)
    second = pupil.open(flow_of(pupil))
    pupil.go_on(second, sites.wilg)
    pupil.fill_in(first)
    assert pupil.go_on(first, sites.wilg) in ([], ["KP-101"])


def test_back_to_the_start_page_and_another_time_into_the_material(sites: Sites, pupil: Person):
    page = at_start_page(pupil)
    for _ in range(2):
        page.click("main a:has-text('Lezen bij Wilg')")
        page.wait_for_url(f"{sites.wilg.site}/protected/**")
        page.go_back()
        page.wait_for_url(f"{sites.base}/")
        assert "Lezen bij Wilg" in page.inner_text("main")


@pytest.mark.parametrize("steps", [1, 2])
def test_back_from_the_start_page_into_the_login_that_led_there(
    sites: Sites, pupil: Person, steps: int
):
    page = at_start_page(pupil)
    pupil.go_back(page, steps)
    page.wait_for_selector("main h1:has-text('voorbij')")
    assert code_of(page) == "KP-101"
    ways_on(page).click()
    page.wait_for_url(f"{sites.base}/")
    assert "Lezen bij Wilg" in page.inner_text("main")


def test_back_from_the_question_whether_to_sign_out(sites: Sites, pupil: Person):
    page = pupil.open(sites.wilg.exercise)
    pupil.go_on(page, sites.wilg)
    page.goto(f"{sites.base}/logout")
    page.go_back()
    pupil.arrive(page, sites.wilg)
    pupil.arrive(pupil.open(sites.els.exercise), sites.els)


def test_back_to_the_question_after_it_was_answered(sites: Sites, pupil: Person):
    """Its button works once more, though the device has forgotten all."""
    page = pupil.open(f"{sites.base}/sign-in?to=/")
    pupil.choose(page)
    pupil.fill_in(page)
    page.wait_for_url(f"{sites.base}/")
    sign_out(page, sites)
    page.go_back()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.locator("h1")).to_have_text("Je bent uitgelogd")
    assert pupil.cookies(sites.base) == set()


def test_two_tabs_that_ask_whether_to_sign_out(sites: Sites, pupil: Person):
    """The second is answered when all is forgotten already: it is not an error."""
    pupil.go_on(pupil.open(sites.wilg.exercise), sites.wilg)
    tabs = [pupil.open(f"{sites.base}/logout") for _ in range(2)]
    for tab in tabs:
        tab.get_by_role("button", name="Uitloggen").click()
        expect(tab.locator("h1")).to_have_text("Je bent uitgelogd")


def test_a_second_click_on_its_button_tells_the_services_too(sites: Sites, pupil: Person):
    """It breaks off the page that the first one brought, with the frames in it."""
    pupil.go_on(pupil.open(sites.wilg.exercise), sites.wilg)
    page = pupil.open(f"{sites.base}/logout")
    page.clock.set_fixed_time(0)  # as in sign_out
    box = page.get_by_role("button", name="Uitloggen").bounding_box()
    assert box
    with sites.network.hold("POST", "/logout") as hold:
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        assert hold.answered.wait(LONGEST_SECONDS)
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        expect(page.locator("h1")).to_have_text("Je bent uitgelogd", timeout=SLOWEST)
        assert hold.came == 2
    expect(page.locator("#told li")).to_have_text([WILG], timeout=SLOWEST)
    assert pupil.cookies(sites.base) == set()
    assert not still_in(pupil, sites.wilg)


def test_a_reload_of_the_page_that_says_so(sites: Sites, pupil: Person):
    pupil.go_on(pupil.open(sites.wilg.exercise), sites.wilg)
    page = pupil.open(f"{sites.base}/")
    sign_out(page, sites)
    page.reload()
    expect(page.locator("h1")).to_have_text("Je bent uitgelogd")


@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_who_was_signed_in_goes_back_into_a_login_after_leaving(
    sites: Sites, pupil: Person, kind: str
):
    """The login of another tab, begun before: the person is asked once more who it is."""
    waiting = pupil.open(getattr(sites.els, kind))
    waiting.wait_for_selector("input[name=q]")
    page = pupil.open(sites.wilg.exercise)
    pupil.go_on(page, sites.wilg)
    sign_out(page, sites)
    waiting.fill("input[name=q]", ESDOORN.split()[0])
    waiting.press("input[name=q]", "Enter")
    done = pupil.go_on(waiting, sites.els)
    assert done[0] == "KP-102", done
