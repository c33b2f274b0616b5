"""A person of another school is already signed in at the gateway."""

from tests.actors.people import OIDC_PUPIL
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.browser.sites import ESDOORN, MEIDOORN, Sites
from tests.browser.test_two_tabs import HOME


def test_a_link_for_another_school_leads_to_that_school(sites: Sites, device: Arrive):
    """`?school=` in the link: the session of Meidoorn does not serve; who signs in at Esdoorn
    comes as a pupil of Esdoorn."""
    person = device(who=OIDC_PUPIL, school=MEIDOORN)
    person.go_on(person.open(sites.wilg.link), sites.wilg)
    pupil = Person(sites, person.context)
    page = pupil.open(f"{sites.els.link}?school=99XA")
    page.wait_for_selector("input[name=username]")
    assert page.url.startswith(sites.school)
    pupil.fill_in(page)
    pupil.arrive(page, sites.els)
    assert pupil.learned(page)[HOME] == "99XA"


def test_a_school_that_was_announced_since_goes_before_the_session(sites: Sites, device: Arrive):
    """By its portal, or chosen without a login under way: the service's request, which names no
    school, leads there."""
    person = device(who=OIDC_PUPIL, school=MEIDOORN)
    person.go_on(person.open(sites.wilg.exercise), sites.wilg)
    pupil = device()
    pupil.context = person.context
    page = pupil.open(f"{sites.base}/school?q=Esdoorn")
    page.click(f"main a:has-text('{ESDOORN}')")
    page.goto(sites.els.exercise)
    assert page.url.startswith(sites.school)
    pupil.fill_in(page)
    pupil.arrive(page, sites.els)
    assert pupil.learned(page)[HOME] == "99XA"
