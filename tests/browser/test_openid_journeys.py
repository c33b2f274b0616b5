"""A login never strands where all speak OpenID: an OpenID school, suppliers by query and by
form_post, and a client that pushes its requests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.actors.people import PASSWORD
from tests.actors.people import Person as Somebody
from tests.browser.conftest import Arrive
from tests.browser.openid_sites import (
    BERK,
    BRIN,
    EIKENLAAN,
    LINDE,
    PUPILS,
    OpenidSites,
    run_openid_sites,
)
from tests.browser.person import Person, code_of, ways_on
from tests.browser.sites import Book, Sites
from tests.browser.test_logout import SLOWEST, WILG, sign_out, still_in
from tests.browser.test_long_wait import HOUR
from tests.parts.holding_proxy import LONGEST_SECONDS

# A supplier's page that posts by script may leave an entry behind, or not.
EMPTY_CHOOSER_FOUND = 3
CALLBACK = "/school/oidc/callback"
SLOW = [CALLBACK, "/flow/"]
HOME = "OIDC_CLAIM_nlEduPersonHomeOrganizationId="
by_supplier = pytest.mark.parametrize("supplier", ["berk", "linde"])


@pytest.fixture(scope="module")
def openid(sites: Sites) -> Iterator[OpenidSites]:
    with run_openid_sites(sites) as running:
        yield running


@pytest.fixture(scope="module")
def pupils() -> Iterator[Somebody]:
    return iter(PUPILS)


@pytest.fixture
def person(
    openid: OpenidSites, device: Arrive, pupils: Iterator[Somebody]
) -> Person:  # the school must be there
    return device(who=next(pupils), school=EIKENLAAN)


def answers_brought(person: Person) -> list[str]:
    """The addresses with which the school's answers came to us."""
    return [one.url for one in person.seen if CALLBACK in one.url]


@by_supplier
@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_login(openid: OpenidSites, person: Person, supplier: str, kind: str):
    book: Book = getattr(openid, supplier)
    page = person.open(getattr(book, kind))
    assert person.go_on(page, book) == ["chooser", "form"]
    person.arrive(page, book)
    assert f"{HOME}{BRIN}" in page.inner_text("body")


@by_supplier
def test_back_at_the_schools_page(sites: Sites, openid: OpenidSites, person: Person, supplier: str):
    book: Book = getattr(openid, supplier)
    page = person.open(book.exercise)
    person.choose(page)
    person.go_back(page, 1)
    page.wait_for_url(f"{sites.base}/school?*")
    assert person.go_on(page, book) == ["chooser", "form"]


def arrives(page: Page, book: Book, kind: str) -> None:
    """At the exercise, if a link led there: else the supplier's request did not say where."""
    page.wait_for_url(book.exercise if kind == "link" else f"{book.site}/protected/")
    assert book.proof in page.inner_text("body")


@by_supplier
@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_back_at_the_supplier(openid: OpenidSites, person: Person, supplier: str, kind: str):
    """Over the school's own page to one of a login that has ended: one button, no password."""
    book: Book = getattr(openid, supplier)
    page = person.open(getattr(book, kind))
    person.go_on(page, book)
    person.go_back(page, page.evaluate("history.length") - EMPTY_CHOOSER_FOUND)
    page.wait_for_selector("main h1")
    assert code_of(page) == "KP-101"
    ways_on(page).click()
    arrives(page, book, kind)


@pytest.mark.parametrize("slow", SLOW)
def test_the_schools_answer_comes_twice(
    sites: Sites, openid: OpenidSites, person: Person, slow: str
):
    """The second breaks off the first, which has redeemed the code."""
    page = person.open(openid.berk.exercise)
    person.choose(page)
    page.fill("input[name=username]", person.who.uid)
    page.fill("input[name=password]", PASSWORD)
    with sites.network.hold("GET", slow) as hold:
        with page.expect_request(lambda one: CALLBACK in one.url) as brought:
            page.evaluate("setTimeout(() => document.forms[0].submit())")
        assert hold.answered.wait(LONGEST_SECONDS)
        page.goto(brought.value.url)
        person.arrive(page, openid.berk)
        assert hold.came == 2
    assert len(answers_brought(person)) == 2


def test_an_hour_at_the_schools_page_is_not_too_long(
    sites: Sites, openid: OpenidSites, person: Person
):
    with sites.clock_moved(-HOUR):
        page = person.open(openid.linde.link)
        person.choose(page)
    person.fill_in(page)
    person.arrive(page, openid.linde)


@by_supplier
@pytest.mark.parametrize("kind", ["exercise", "link"])
def test_after_the_flows_lifetime_one_button_begins_again(
    sites: Sites, openid: OpenidSites, person: Person, supplier: str, kind: str
):
    book: Book = getattr(openid, supplier)
    page = person.open(getattr(book, kind))
    person.choose(page)
    with sites.clock_moved(3 * HOUR):
        person.fill_in(page)
        page.wait_for_selector("main h1")
        assert code_of(page) == "KP-101"
    ways_on(page).click()
    page.click(f"main a:has-text('{EIKENLAAN}')")
    arrives(page, book, kind)


def came(person: Person, openid: OpenidSites) -> list[str]:
    """The addresses to which the client of the test was answered; a form as a query."""
    address = openid.client.redirect_uri
    return [
        f"{address}?{one.post_data}" if one.method == "POST" else one.url
        for one in person.seen
        if one.url.startswith(address)
    ]


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_a_pushed_request(sites: Sites, openid: OpenidSites, person: Person, mode: str):
    """Loaded again and gone back in at each step, it is still the same login."""
    attempt = openid.client.push(response_mode=mode)
    page = person.open(attempt.url)
    page.wait_for_selector("input[name=q]")
    page.goto(attempt.url)
    person.choose(page)
    person.go_back(page, 1)
    page.wait_for_url(f"{sites.base}/school?*")
    person.choose(page)
    found = page.evaluate("history.length") - 1
    person.fill_in(page)
    page.wait_for_url(f"{openid.client.redirect_uri}**")
    (address,) = came(person, openid)
    claims = openid.client.finish(attempt, address).claims
    assert claims["nlEduPersonHomeOrganizationId"] == BRIN
    person.go_back(page, page.evaluate("history.length") - found)
    page.wait_for_selector("main h1:has-text('voorbij')")
    assert ways_on(page).get_attribute("href") == openid.client.start


def test_a_pupil_of_another_school_is_signed_in(
    sites: Sites, openid: OpenidSites, pupil: Person, person: Person
):
    """The service says for which school it asks: the session of Esdoorn does not serve."""
    pupil.go_on(pupil.open(sites.wilg.exercise), sites.wilg)
    person.context = pupil.context
    attempt = openid.client.push(school=BRIN)
    page = person.open(attempt.url)
    assert page.url.startswith(openid.school)
    person.fill_in(page)
    page.wait_for_url(f"{openid.client.redirect_uri}**")
    claims = openid.client.finish(attempt, *came(person, openid)).claims
    assert claims["nlEduPersonHomeOrganizationId"] == BRIN


def test_another_person_through_a_services_request(
    openid: OpenidSites, person: Person, pupils: Iterator[Somebody]
):
    """`prompt=login`: the next pupil is not taken for the one before, nor is the next request."""
    page, subjects = person.open("about:blank"), []
    for prompt in (None, "login", None):
        attempt = openid.client.push(school=BRIN, prompt=prompt)
        page.goto(attempt.url)
        if page.url.startswith(openid.school):
            person.fill_in(page)
            person.who = next(pupils)
        page.wait_for_url(f"{openid.client.redirect_uri}**")
        subjects.append(openid.client.finish(attempt, came(person, openid)[-1]).claims["sub"])
    first, second, third = subjects
    assert first != second == third


def knows(person: Person, book: Book) -> bool:
    """Whether the supplier has a session of its own: else it asks us, who no longer know."""
    return book.proof in person.open(book.exercise).inner_text("body")


def test_a_logout_reaches_who_can_be_reached(sites: Sites, openid: OpenidSites, person: Person):
    """Berk behind the browser, Wilg by its answer to the frame. Linde's frame has no cookie of
    its own there, so the page does not say that it knows."""
    for book in (openid.berk, openid.linde, sites.wilg):
        page = person.open(book.exercise)
        person.go_on(page, book)
    sign_out(page, sites)
    expect(page.locator("#told li")).to_have_text([BERK, WILG], timeout=SLOWEST)
    expect(page.locator("#asked li")).to_have_text([LINDE])
    assert not still_in(person, sites.wilg)
    assert not knows(person, openid.berk)


def test_who_leaves_at_an_openid_supplier_gets_back_there(
    sites: Sites, openid: OpenidSites, person: Person
):
    for book in (sites.wilg, openid.berk):
        page = person.open(book.exercise)
        person.go_on(page, book)
    back = f"{openid.berk.site}/"
    page.goto(f"{openid.berk.site}/protected/oidc-callback?logout={back}", wait_until="commit")
    page.wait_for_url(back)
    assert not still_in(person, sites.wilg)
    assert "__Host-kp_session" not in person.cookies(sites.base)
