"""Each school's software with each supplier's, on each kind of store."""

import re

import pytest

from tests.actors.browser import Browser
from tests.interop.federation import Federation

EXERCISE = "hoofdstuk/3/opgave%207?stap=2&les=a%20b"
BOTH_SCHOOLS = pytest.mark.parametrize("school", ["simplesamlphp", "oidc-provider"])
BOTH_SUPPLIERS = pytest.mark.parametrize("supplier", ["mellon", "openidc"])


@BOTH_SCHOOLS
@BOTH_SUPPLIERS
def test_cold_login_reaches_the_exercise(
    federation: Federation, browser: Browser, school: str, supplier: str
):
    """The exact address, with the pseudonym, the affiliation and the school, and nothing else."""
    program = federation.suppliers[supplier].program
    chooser = browser.open(program.protected + EXERCISE)
    assert chooser.url.startswith(federation.gateway.base)
    page = federation.schools[school].choose_and_login(browser, chooser)
    assert (page.status, page.url) == (200, program.protected + EXERCISE)
    pupil = federation.schools[school].pupil
    learned = program.learned(page.text)
    assert learned["eduPersonAffiliation"] == pupil.affiliation
    assert learned["nlEduPersonHomeOrganizationId"] == pupil.brin
    assert learned["nlEduPersonHomeOrganization"] == federation.schools[school].name
    assert not [secret for secret in pupil.secrets if secret in page.text]
    assert pupil.surname not in page.text
    form = re.escape(federation.gateway.base) + r"/eckid/\w+/[0-9a-f]{128}"
    assert re.fullmatch(form, program.pseudonym(page.text))


@BOTH_SCHOOLS
@pytest.mark.parametrize(("first", "second"), [("mellon", "openidc"), ("openidc", "mellon")])
def test_second_supplier_opens_without_a_login_and_under_another_pseudonym(
    federation: Federation, browser: Browser, school: str, first: str, second: str
):
    start, other = (federation.suppliers[name].program for name in (first, second))
    chooser = browser.open(start.protected)
    page = federation.schools[school].choose_and_login(browser, chooser)
    before = len(browser.hops)
    other_page = browser.open(other.protected + EXERCISE)
    assert (other_page.status, other_page.url) == (200, other.protected + EXERCISE)
    entered = {hop.url.split("/", 3)[2] for hop in browser.hops[before:]}
    assert entered == {address.split("/")[2] for address in (federation.gateway.base, other.base)}
    assert start.pseudonym(page.text) != other.pseudonym(other_page.text)


@BOTH_SCHOOLS
@BOTH_SUPPLIERS
def test_next_login_brings_the_same_pseudonym(federation: Federation, school: str, supplier: str):
    program = federation.suppliers[supplier].program
    seen = set()
    for _ in range(2):
        with Browser() as fresh:
            chooser = fresh.open(program.protected)
            page = federation.schools[school].choose_and_login(fresh, chooser)
            seen.add(program.pseudonym(page.text))
    assert len(seen) == 1


@BOTH_SUPPLIERS
def test_second_school_of_one_identity_provider(
    federation: Federation, browser: Browser, supplier: str
):
    """Its pupil arrives under its own BRIN; the national ECK iD that it asserts stays inside."""
    school, program = (
        federation.schools["simplesamlphp-second"],
        federation.suppliers[supplier].program,
    )
    page = school.choose_and_login(browser, browser.open(program.protected))
    assert program.learned(page.text)["nlEduPersonHomeOrganizationId"] == school.pupil.brin
    assert school.pupil.eck_id not in page.text
