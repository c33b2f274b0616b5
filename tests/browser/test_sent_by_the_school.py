"""A school sends somebody unasked, from its portal: a cross-site POST without a cookie of ours."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.actors.people import OIDC_PUPIL
from tests.browser.conftest import Arrive
from tests.browser.person import Person, answers_of_school, code_of, ways_on
from tests.browser.sites import MEIDOORN, Sites
from tests.browser.test_long_wait import HOUR
from tests.parts.effect import wait_for_changes

QUESTION = "main h1:has-text('Ben jij Noor')"
YES = "text=Ja, ga door"


@pytest.fixture(scope="module", autouse=True)
def allowed(sites: Sites) -> Iterator[None]:
    """Meidoorn may."""
    allow = ("school", "set", OIDC_PUPIL.brin)
    sites.gateway.ketenpoort(*allow, "--allow-unsolicited")
    wait_for_changes(sites.gateway)
    yield
    sites.gateway.ketenpoort(*allow, "--no-allow-unsolicited")
    wait_for_changes(sites.gateway)


@pytest.fixture
def person(device: Arrive) -> Person:
    return device(who=OIDC_PUPIL, school=MEIDOORN)


def sent(person: Person) -> Page:
    """By the tile of a link in the portal; the school asks who it is."""
    sites = person.sites
    asked = {"spentityid": f"{sites.base}/school/saml/metadata", "RelayState": sites.wilg.link}
    address = f"{sites.lyceum}/simplesaml/saml2/idp/SSOService.php"
    page = person.open(f"{address}?{urlencode(asked)}")
    person.fill_in(page)
    page.wait_for_selector(QUESTION)
    return page


def test_who_says_yes_arrives(sites: Sites, person: Person):
    page = sent(person)
    (post,) = answers_of_school(person.seen)
    assert "cookie" not in post.all_headers()
    assert "__Host-kp_session" not in person.cookies(sites.base)
    page.click(YES)
    person.arrive(page, sites.wilg)


def test_a_reload_of_the_question_asks_it_again(sites: Sites, person: Person):
    page = sent(person)
    page.reload()
    page.wait_for_selector(QUESTION)
    page.click(YES)
    person.arrive(page, sites.wilg)


def test_back_to_the_question_after_the_yes(sites: Sites, person: Person):
    """It was answered a moment ago: on to the exercise once more."""
    page = sent(person)
    page.click(YES)
    person.arrive(page, sites.wilg)
    there = sites.wilg.exercise
    with page.expect_event("framenavigated", lambda frame: frame.url == there):
        person.go_back(page, 1)
    person.arrive(page, sites.wilg)


def test_who_says_no_signs_in_at_a_school(sites: Sites, device: Arrive, person: Person):
    """It was somebody else: the link asks which school."""
    page = sent(person)
    page.click("text=Nee, log zelf in")
    pupil = device()
    pupil.context = person.context
    assert pupil.go_on(page, sites.wilg) == ["chooser", "form"]


def test_a_yes_after_hours_leads_to_the_link(sites: Sites, person: Person):
    page = sent(person)
    with sites.clock_moved(3 * HOUR):
        page.click(YES)
        page.wait_for_selector("main h1")
        assert code_of(page) == "KP-101"


def test_a_yes_of_a_browser_that_forgot_leads_to_the_link(sites: Sites, person: Person):
    """The device was signed out of all in another tab: nobody is let in by the yes."""
    page = sent(person)
    person.context.clear_cookies()
    page.click(YES)
    page.wait_for_selector("main h1:not(:has-text('Ben jij'))")
    assert code_of(page) == "KP-102"
    assert "__Host-kp_session" not in person.cookies(sites.base)
    assert ways_on(page).get_attribute("href") == sites.wilg.link.removeprefix(sites.base)
