"""Two tabs to two suppliers, with two schools' choosers open at once."""

import pytest
from playwright.sync_api import Page

from tests.actors.people import OIDC_PUPIL, PUPIL, SAML_SCHOOL
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.browser.sites import ESDOORN, MEIDOORN, Book, Sites

HOME = "MELLON_nlEduPersonHomeOrganizationId"


def as_pupil(person: Person) -> None:
    person.who, person.school = PUPIL, ESDOORN


def as_other(person: Person) -> None:
    person.who, person.school = OIDC_PUPIL, MEIDOORN


@pytest.mark.parametrize("first_begun_is_first", [True, False])
def test_each_tab_ends_in_its_own_exercise_as_its_own_pupil(
    sites: Sites, device: Arrive, first_begun_is_first: bool
):
    """Both stand at their school's form; the second answer begins a session anew."""
    person = device()
    tabs: list[tuple[Page, Book, object, str]] = []
    for book, become, brin in (
        (sites.wilg, as_pupil, PUPIL.brin),
        (sites.els, as_other, OIDC_PUPIL.brin),
    ):
        tabs.append((person.open(book.exercise), book, become, brin))
    for tab, _, become, _ in tabs:
        become(person)
        person.choose(tab)
    for tab, book, become, brin in tabs if first_begun_is_first else reversed(tabs):
        become(person)
        person.fill_in(tab)
        person.arrive(tab, book)
        assert person.learned(tab)[HOME] == brin


@pytest.mark.parametrize("first_begun_is_first", [True, False])
def test_the_second_chooser_is_answered_from_the_session_of_the_first(
    sites: Sites, pupil: Person, first_begun_is_first: bool
):
    """One login at the school serves both tabs, whichever is finished first."""
    tabs = [(pupil.open(book.exercise), book) for book in (sites.wilg, sites.els)]
    first, second = tabs if first_begun_is_first else reversed(tabs)
    pupil.choose(first[0])
    pupil.fill_in(first[0])
    pupil.arrive(*first)
    page, book = second
    page.fill("input[name=q]", SAML_SCHOOL)
    page.click(f"main a:has-text('{ESDOORN}')")
    pupil.arrive(page, book)


def test_a_tab_that_was_forgotten_in_the_chooser_goes_on_by_a_reload(sites: Sites, pupil: Person):
    first, second = (pupil.open(book.exercise) for book in (sites.wilg, sites.els))
    pupil.go_on(first, sites.wilg)
    second.reload()
    pupil.go_on(second, sites.els)
