"""Logout in Chromium, which blocks third-party cookies: what the page says is true, and nobody who
hangs holds it."""

import re
from urllib.parse import quote

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.browser.sites import Book, Sites
from tests.browser.test_second_click import BUTTON

WILG, ELS = "Lezen bij Wilg", "Lezen bij Els"
SLOWEST = 30_000  # milliseconds in which a supplier answers its frame
STORED = "async () => localStorage.length + sessionStorage.length + (await caches.keys()).length"


def signed_in(sites: Sites, person: Person) -> Page:
    """At both suppliers."""
    person.go_on(person.open(sites.els.exercise), sites.els)
    page = person.open(sites.wilg.exercise)
    person.arrive(page, sites.wilg)
    return page


def sign_out(page: Page, sites: Sites) -> None:
    """At a page whose clock stands still: it asks for answers for as long as the test waits."""
    page.clock.set_fixed_time(0)
    page.goto(f"{sites.base}/logout")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.locator("h1")).to_have_text("Je bent uitgelogd")
    # With its lists; it is not loaded before each supplier has answered its frame.
    page.wait_for_load_state("domcontentloaded")


def sign_out_at(page: Page, book: Book) -> None:
    """By the supplier's own logout, which asks ours; what comes then goes on by itself."""
    back = quote(f"{book.site}/", safe="")
    page.goto(f"{book.site}/mellon/logout?ReturnTo={back}", wait_until="commit")


def hang(person: Person, book: Book) -> None:
    """The supplier's logout never answers any more."""

    def never(_route: Route) -> None:
        """Neither goes on nor ends."""

    person.context.route(f"{book.site}/mellon/logout*", never)


def still_in(person: Person, book: Book) -> bool:
    """Whether the supplier has a session of its own."""
    page = person.open(f"{book.site}/protected/")
    return "MELLON_NAME_ID=" in page.inner_text("body")


def test_the_page_says_who_ended_and_that_is_so(sites: Sites, pupil: Person):
    """In a frame a supplier gets no cookie of its own; what it answers decides."""
    page = signed_in(sites, pupil)
    sign_out(page, sites)
    expect(page.locator("#asked li")).to_have_count(0, timeout=SLOWEST)
    told = page.locator("#told li").all_inner_texts()
    left_open = page.locator("#open li").all_inner_texts()
    assert sorted(told + left_open) == [ELS, WILG]
    ended = [name for name, book in ((WILG, sites.wilg), (ELS, sites.els))
             if not still_in(pupil, book)]  # fmt: skip
    assert sorted(told) == sorted(ended)


def test_where_a_supplier_refuses_the_page_promises_nothing(sites: Sites, device: Arrive):
    """It has a session of the same person on another device, and takes that for the one meant."""
    elsewhere = device()
    elsewhere.go_on(elsewhere.open(sites.els.exercise), sites.els)
    here = device(who=elsewhere.who)
    page = signed_in(sites, here)
    sign_out(page, sites)
    expect(page.locator("#told li")).to_have_text([WILG], timeout=SLOWEST)
    expect(page.locator("#asked li")).to_have_text([ELS])
    assert still_in(elsewhere, sites.els)


def test_a_supplier_that_hangs_is_not_said_to_know(sites: Sites, pupil: Person):
    page = signed_in(sites, pupil)
    hang(pupil, sites.els)
    sign_out(page, sites)
    expect(page.locator("#told li")).to_have_text([WILG], timeout=SLOWEST)
    expect(page.locator("#asked li")).to_have_text([ELS])


def test_a_supplier_that_hangs_holds_nobody(sites: Sites, pupil: Person):
    """The other began the logout: the person gets back there by itself."""
    page = signed_in(sites, pupil)
    hang(pupil, sites.els)
    sign_out_at(page, sites.wilg)
    expect(page.locator("#asked li")).to_have_text([ELS])
    page.wait_for_url(f"{sites.wilg.site}/")
    assert not still_in(pupil, sites.wilg)


def test_who_leaves_at_a_supplier_gets_back_there_over_the_others(sites: Sites, pupil: Person):
    page = signed_in(sites, pupil)
    sign_out_at(page, sites.wilg)
    page.wait_for_url(f"{sites.wilg.site}/")
    asked = f"{sites.els.site}/mellon/logout?SAMLRequest="
    assert [one for one in pupil.seen if one.url.startswith(asked)], "the other, in a frame"


def test_who_leaves_at_the_school_gets_back_there_over_all(sites: Sites, pupil: Person):
    """The school's own logout asks ours, which ends the session and tells both suppliers."""
    page = signed_in(sites, pupil)
    back = f"{sites.school}/"
    address = f"{sites.school}/simplesaml/saml2/idp/SingleLogoutService.php"
    page.goto(f"{address}?ReturnTo={quote(back, safe='')}", wait_until="commit")
    page.wait_for_url(back)
    assert "__Host-kp_session" not in pupil.cookies(sites.base)
    assert not [book for book in (sites.wilg, sites.els) if still_in(pupil, book)]


def test_without_script_the_page_promises_no_more_than_it_knows(sites: Sites, device: Arrive):
    person = device(script=False)
    page = person.open(sites.els.exercise)
    person.choose(page)
    person.fill_in(page)
    page.click(BUTTON)
    page.click("text=Doorgaan")
    person.arrive(page, sites.els)
    sign_out(page, sites)
    expect(page.locator("#asked li")).to_have_text([ELS])
    expect(page.locator("#told")).to_be_hidden()


def test_nothing_is_stored_for_the_next_person(sites: Sites, pupil: Person):
    page = signed_in(sites, pupil)
    sign_out(page, sites)
    assert page.evaluate(STORED) == 0
    assert not re.search(r"__Host-kp_", " ".join(pupil.cookies(sites.base)))
