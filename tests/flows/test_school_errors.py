"""A school's answer that can not be used: a page with a way on, in the same login."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import Attempt
from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER
from tests.actors.saml_xml import STATUS
from tests.actors.scripted_school import ReceivedRequest
from tests.flows.hub import SCHOOL_NAME, Hub, answer_fields
from tests.parts.registration import add_link

REFUSALS = ["AuthnFailed", "NoPassive", "RequestDenied", None]


def begin_again(browser: Browser, page: Page) -> Page:
    """By the one button of a page that says what went wrong, and a choice in the chooser."""
    assert page.status >= 400
    chooser = browser.click(page, "Opnieuw beginnen")
    return browser.click(browser.submit(chooser, {"q": "esdoorn"}), SCHOOL_NAME)


@pytest.mark.parametrize("sub_status", REFUSALS)
def test_core_3_2_2_2_school_that_refuses(hub: Hub, person: Browser, sub_status: str | None):
    """As when the person presses Cancel there: no assertion, a status that says so."""
    attempt = hub.client.begin(school=SAML_SCHOOL)
    asked = hub.asked_of_school(person.open(attempt.url))
    status = {"status": STATUS + "Responder", "sub_status": sub_status and STATUS + sub_status}
    page = hub.post(person, hub.school.answer(asked, PUPIL, **status).build_response(), asked)
    assert (page.status, page.redirect) == (403, None)
    assert "KP-203" in page.words
    page = hub.at_school(person, begin_again(person, page))
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"audiences": ("http://ander.test",)},
        {"signing": None},
        {"not_on_or_after": -600},
        {"name_id": None, "attributes": {}},
        {"attributes": {**PUPIL.attributes(), "nlEduPersonHomeOrganizationId": ["00ZZ"]}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_wrong_answer_does_not_end_the_login(hub: Hub, person: Browser, wrong: dict[str, object]):
    attempt = hub.client.begin()
    chooser = person.open(attempt.url)
    page = person.click(person.submit(chooser, {"q": "esdoorn"}), SCHOOL_NAME)
    page = hub.at_school(person, page, PUPIL, **wrong)
    page = hub.at_school(person, begin_again(person, page))
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]


def test_answer_posted_twice_at_once_is_no_replay(hub: Hub):
    """A double click at the school: whichever of the two pages the browser shows goes on."""
    for _ in range(12):
        with hub.browser() as person, ThreadPoolExecutor(2) as pool:
            page = person.open(hub.client.begin(school=SAML_SCHOOL).url)
            asked = hub.asked_of_school(page)
            fields = hub.school.fields(hub.school.answer(asked, PUPIL).build(), asked)
            answers = list(pool.map(_post, [hub.school.acs] * 2, [fields] * 2))
            assert [answer.status_code for answer in answers] == [303, 303]
            page = person.open(hub.gateway.base + answers[1].headers["Location"])
            assert "code=" in page.redirect.url


REFUSED = {"status": STATUS + "Responder", "sub_status": STATUS + "AuthnFailed"}


@pytest.mark.parametrize("request_id", [None, "_van-een-ander"])
def test_core_3_2_2_refusal_of_another_request(hub: Hub, person: Browser, request_id: str | None):
    """Anybody can write one: it needs no signature. So it must know what we asked."""
    attempt = hub.client.begin(school=SAML_SCHOOL)
    asked = hub.asked_of_school(person.open(attempt.url))
    refusal = hub.school.answer(asked, PUPIL, **REFUSED, in_response_to=request_id)
    page = hub.post(person, refusal.build_response(), asked)
    assert page.status == 403
    assert "KP-218" in page.words
    page = hub.at_school(person, begin_again(person, page))
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]


def test_success_without_an_assertion_is_no_refusal(hub: Hub, person: Browser):
    asked = hub.asked_of_school(person.open(hub.client.begin(school=SAML_SCHOOL).url))
    page = hub.post(person, hub.school.answer(asked, PUPIL).build_response(), asked)
    assert page.status == 400
    assert "KP-210" in page.words


def test_way_back_from_a_refusal_is_for_the_browser_that_began(hub: Hub, person: Browser):
    asked = hub.asked_of_school(person.open(hub.client.begin(school=SAML_SCHOOL).url))
    refusal = hub.school.answer(asked, PUPIL, **REFUSED).build_response()
    with hub.browser() as other:
        page = other.click(hub.post(other, refusal, asked), "Opnieuw beginnen")
        assert page.status == 400
        assert "KP-102" in page.words


def test_second_click_after_the_login_arrives_as_well(hub: Hub, person: Browser):
    """Without a page in between, from the session of the first."""
    attempt, asked, fields = _half_way(hub, person)
    page = person.post(hub.school.acs, fields, initiator=hub.school.base)
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]
    session = _session(hub, person)
    page = person.post(hub.school.acs, fields, initiator=hub.school.base)
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]
    assert _session(hub, person) == session
    assert asked.relay_state not in page.redirect.url


@pytest.mark.parametrize("changes", [{}, {"prompt": "login"}, {"max_age": "0"}])
def test_second_click_broke_off_the_page_of_the_first(
    hub: Hub, person: Browser, changes: dict[str, str]
):
    """The login was done and its cookie never came: nobody has to log in a second time."""
    attempt, _, fields = _half_way(hub, person, **changes)
    _break_off(hub, person, fields)
    page = person.post(hub.school.acs, fields, initiator=hub.school.base)
    assert hub.client.finish(attempt, page.redirect.url).claims["sub"]
    assert "code=" in person.open(hub.client.begin(prompt="none").url).redirect.url


def test_second_click_on_the_way_to_a_deep_link(hub: Hub, person: Browser):
    target = f"{hub.supplier.base}/boek/7"
    page = person.open(add_link(hub.gateway, hub.service, target))
    page = person.click(person.submit(page, {"q": "esdoorn"}), SCHOOL_NAME)
    asked = hub.asked_of_school(page)
    fields = hub.school.fields(hub.school.answer(asked, PUPIL).build(), asked)
    for _ in range(3):
        page = person.post(hub.school.acs, fields, initiator=hub.school.base)
        assert hub.supplier.receive(answer_fields(page), None).relay_state == target


def test_second_click_is_not_for_another_browser(hub: Hub, person: Browser):
    """Who has the whole answer, and another browser, has nothing."""
    _, _, fields = _half_way(hub, person)
    person.post(hub.school.acs, fields, initiator=hub.school.base)
    with hub.browser() as thief:
        page = thief.post(hub.school.acs, fields, initiator=hub.school.base)
        assert (page.status, page.redirect) == (400, None)
        assert "KP-102" in page.words
        assert _session(hub, thief) is None


def test_second_click_after_logging_out_does_not_log_in_again(hub: Hub, person: Browser):
    _, _, fields = _half_way(hub, person)
    person.post(hub.school.acs, fields, initiator=hub.school.base)
    person.submit(person.open(f"{hub.gateway.base}/logout"), button="Uitloggen")
    page = person.post(hub.school.acs, fields, initiator=hub.school.base)
    assert (page.status, page.redirect) == (400, None)
    assert "KP-101" in page.words
    assert _session(hub, person) is None


def test_second_click_does_not_bring_the_first_person_into_anothers_session(
    hub: Hub, person: Browser
):
    """Also while that of the first still lives: its cookie never came."""
    _, _, fields = _half_way(hub, person)
    _break_off(hub, person, fields)
    page = person.open(hub.client.begin(school=SAML_SCHOOL).url)
    assert "code=" in hub.at_school(person, page, TEACHER).redirect.url
    session = _session(hub, person)
    page = person.post(hub.school.acs, fields, initiator=hub.school.base)
    assert "KP-101" in page.words
    assert _session(hub, person) == session


def _half_way(
    hub: Hub, person: Browser, **changes: str
) -> tuple[Attempt, ReceivedRequest, dict[str, str]]:
    """A login up to the form on the school's page."""
    attempt = hub.client.begin(school=SAML_SCHOOL, **changes)
    asked = hub.asked_of_school(person.open(attempt.url))
    return attempt, asked, hub.school.fields(hub.school.answer(asked, PUPIL).build(), asked)


def _session(hub: Hub, person: Browser) -> str | None:
    found = {cookie.name: cookie.value for cookie in person.cookies.of(hub.gateway.base)}
    return found.get("kp_session")


def _break_off(hub: Hub, person: Browser, fields: dict[str, str]) -> None:
    """A click of which the gateway does all, and the browser hears nothing."""
    (own,) = [c for c in person.cookies.of(hub.gateway.base) if c.name == "kp_browser"]
    with hub.browser() as unheard:
        unheard.cookies.of(hub.gateway.base).set("kp_browser", str(own.value))
        page = unheard.post(hub.school.acs, fields, initiator=hub.school.base)
        assert "code=" in page.redirect.url


def _post(acs: str, fields: dict[str, str]) -> requests.Response:
    return requests.post(acs, data=fields, allow_redirects=False, timeout=30)
