"""A login never strands: tabs, Back, lost flows, logout (design.md §7.2 to §7.4)."""

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SAML_SCHOOL, SECOND_PUPIL, SECOND_SAML_SCHOOL
from tests.actors.saml_xml import STATUS
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import SCHOOL_NAME, Hub, answer_fields, hinted
from tests.parts.registration import add_link, add_saml_school

TARGET = "http://supplier.test/boek/7?opgave=4"


def ended(page: Page, code: str = "KP-101") -> str | None:
    """A page that says the login has ended; the address of its one way on."""
    assert (page.status, page.redirect, page.message) == (400, None, None)
    assert code in page.words, page
    ways = [link.href for link in page.links if link.text == "Opnieuw beginnen"]
    return ways[0] if ways else None


@pytest.fixture(scope="module")
def second(hub: Hub) -> ScriptedSchool:
    """A second school with an identity provider of its own."""
    school = ScriptedSchool(hub.gateway.sp_metadata(), "http://tweede-school.test")
    add_saml_school(
        hub.gateway, SECOND_SAML_SCHOOL, "De Lijsterbes", "Proefstede", school.metadata()
    )
    return school


def test_two_tabs_with_two_schools_each_get_their_own_answer(hub: Hub, second: ScriptedSchool):
    """Begun one after the other, finished crosswise; the state of one is not the other's."""
    with hub.browser(second.base) as person:
        first_tab = hub.client.begin(school=SAML_SCHOOL)
        second_tab = hub.supplier.request()
        at_first = person.open(first_tab.url)
        at_second = person.open(
            hinted(hub.supplier.redirect_url(second_tab, "tab twee"), SECOND_SAML_SCHOOL)
        )
        asked = second.read_request(at_second.redirect.url)
        answer = second.answer(asked, SECOND_PUPIL).build()
        page = person.post(second.acs, second.fields(answer, asked), initiator=second.base)
        received = hub.supplier.receive(answer_fields(page), second_tab)
        assert received.relay_state == "tab twee"
        assert received.attributes["nlEduPersonHomeOrganizationId"] == [SECOND_SAML_SCHOOL]
        page = hub.at_school(person, at_first)
        claims = hub.client.finish(first_tab, page.redirect.url).claims
        assert claims["nlEduPersonHomeOrganizationId"] == SAML_SCHOOL


def test_two_tabs_in_the_chooser(hub: Hub, person: Browser):
    attempts = [hub.client.begin() for _ in range(2)]
    choosers = [person.open(attempt.url) for attempt in attempts]
    for attempt, chooser in zip(attempts, choosers, strict=True):
        found = person.submit(chooser, {"q": "esdoorn"})
        page = person.click(found, SCHOOL_NAME)
        if page.redirect.url.startswith(hub.school.base):
            page = hub.at_school(person, page)
        assert hub.client.finish(attempt, page.redirect.url).claims["sub"]


def test_back_to_the_chooser_and_another_school(hub: Hub, second: ScriptedSchool):
    """The person chose wrongly, goes Back and chooses again: the first answer no longer counts."""
    with hub.browser(second.base) as person:
        attempt = hub.client.begin()
        chooser = person.open(attempt.url)
        wrong = person.click(person.submit(chooser, {"q": "lijsterbes"}), "De Lijsterbes")
        asked = second.read_request(wrong.redirect.url)
        right = person.click(person.submit(chooser, {"q": "esdoorn"}), SCHOOL_NAME)
        answer = second.answer(asked, SECOND_PUPIL).build()
        late = person.post(second.acs, second.fields(answer, asked), initiator=second.base)
        assert late.status >= 400
        page = hub.at_school(person, right)
        claims = hub.client.finish(attempt, page.redirect.url).claims
        assert claims["nlEduPersonHomeOrganizationId"] == SAML_SCHOOL


def test_back_after_the_end_of_a_deep_link_starts_it_again(hub: Hub, person: Browser):
    link = add_link(hub.gateway, hub.service, TARGET)
    chooser = person.open(link)
    at_school = person.click(person.submit(chooser, {"q": "esdoorn"}), SCHOOL_NAME)
    page = hub.at_school(person, at_school)
    assert hub.supplier.receive(answer_fields(page), None).relay_state == TARGET
    flow_page = next(hop for hop in reversed(person.hops) if "/flow/" in hop.url)
    for address in (chooser.url, flow_page.url.partition("?")[0]):
        back = person.open(address)
        assert ended(back) == link.removeprefix(hub.gateway.base)
    again = person.open(link)
    assert hub.supplier.receive(answer_fields(again), None).relay_state == TARGET


def test_back_after_the_end_of_a_services_request_leads_to_the_service(hub: Hub, person: Browser):
    request, page = hub.saml_login(person)
    hub.supplier.receive(answer_fields(page), request)
    flow_page = next(hop for hop in reversed(person.hops) if "/flow/" in hop.url)
    back = person.open(flow_page.url.partition("?")[0])
    assert ended(back) == f"{hub.supplier.base}/boek"


def test_another_answer_of_the_school_after_the_end_leads_to_the_service(hub: Hub, person: Browser):
    """Back to the school's page and through it once more: no second login, and a way on."""
    request = hub.supplier.request()
    page = person.open(hinted(hub.supplier.redirect_url(request)))
    asked = hub.asked_of_school(page)
    first = hub.post(person, hub.school.answer(asked, PUPIL).build(), asked)
    hub.supplier.receive(answer_fields(first), request)
    again = hub.post(person, hub.school.answer(asked, PUPIL).build(), asked)
    assert ended(again) == f"{hub.supplier.base}/boek"


@pytest.mark.parametrize("flow", ["onbekend", "A" * 22, "..%2f..%2f", "%00"])
def test_lost_flow_is_a_page_with_words(hub: Hub, person: Browser, flow: str):
    for address in (f"/flow/{flow}", f"/school?flow={flow}"):
        page = person.open(hub.gateway.base + address)
        assert page.status in {400, 404}
        assert "KP-101" in page.words or "KP-502" in page.words


def test_flow_of_another_browser(hub: Hub, person: Browser):
    """Its address is not enough; the page leads to the material, not into the login."""
    link = add_link(hub.gateway, hub.service, TARGET)
    with hub.browser() as other:
        chooser = other.open(link)
    page = person.open(chooser.url)
    assert ended(page, "KP-102") == link.removeprefix(hub.gateway.base)


def test_logout_names_the_services_that_may_still_be_open(hub: Hub, person: Browser):
    hub.saml_received(person)
    hub.tokens(person)
    page = person.submit(person.open(f"{hub.gateway.base}/logout"), button="Uitloggen")
    assert "Lezen bij Wilg" in page.words
    assert "Rekenen bij Berk" in page.words
    silent = person.open(hub.client.begin(prompt="none").url)
    assert "error=login_required" in silent.redirect.url


def test_school_that_refuses_leaves_a_way_on(hub: Hub, person: Browser):
    """The person closes the school's page with Cancel: the same login can still be finished."""
    attempt = hub.client.begin(school=SAML_SCHOOL)
    at_school = person.open(attempt.url)
    asked = hub.asked_of_school(at_school)
    refusal = hub.school.answer(asked, PUPIL, status=f"{STATUS}Responder").build_response()
    page = hub.post(person, refusal, asked)
    assert "KP-203" in page.words
    page = hub.at_school(person, at_school)
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]
