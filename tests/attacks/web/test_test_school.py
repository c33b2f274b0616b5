"""The test school is for the service's own supplier: nobody becomes its teacher elsewhere."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.core import test_school
from gateway.core.model import Service, Standing, Supplier
from gateway.core.staff import Role
from tests.consoles.house import BASE, CALLBACK, House, get, hidden, make_house, post


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return make_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def own(house: House) -> Supplier:
    return house.supplier("Wilg")


@pytest.fixture(scope="module")
def other(house: House) -> Supplier:
    return house.supplier("Berk")


@pytest.fixture(scope="module")
def pending(house: House, own: Supplier) -> Service:
    return house.client(own, Standing.PENDING)


@pytest.fixture(scope="module")
def approved(house: House, own: Supplier) -> Service:
    return house.client(own, Standing.APPROVED)


@pytest.fixture(scope="module")
def foreign(house: House, other: Supplier) -> Service:
    return house.client(other, Standing.APPROVED)


def login(service: Service, **more: str) -> str:
    fields = {
        "client_id": service.identifier,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid",
        "state": "state-of-the-client",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    return f"/oidc/authorize?{urlencode(fields | more)}"


def begun(browser: FlaskClient, service: Service, **more: str) -> TestResponse:
    """The page of the test school to which a login leads."""
    answer = get(browser, login(service, **more))
    assert answer.location.startswith(f"{BASE}/test-school?flow="), answer.location
    return get(browser, answer.location)


def picked(browser: FlaskClient, page: TestResponse, person: str = "teacher") -> TestResponse:
    chosen = post(browser, "/test-school", page, flow=hidden(page, "flow"), person=person)
    assert chosen.status_code == 303, chosen.text
    return get(browser, chosen.location)


def code_in(answer: TestResponse) -> bool:
    return answer.location is not None and "code=" in answer.location


def test_a_pending_service_leads_to_the_test_school_by_itself(
    house: House, own: Supplier, pending: Service
) -> None:
    browser = house.staff(own)
    assert code_in(picked(browser, begun(browser, pending)))


@pytest.mark.parametrize("role", [Role.OWNER, Role.DEVELOPER])
def test_all_people_reach_it(house: House, own: Supplier, pending: Service, role: Role) -> None:
    for person in test_school.PEOPLE:
        browser = house.staff(own, role)
        assert code_in(picked(browser, begun(browser, pending), person.key)), person.key


def test_an_approved_service_is_tried_by_asking_for_the_test_school(
    house: House, own: Supplier, approved: Service
) -> None:
    browser = house.staff(own)
    assert code_in(picked(browser, begun(browser, approved, school=test_school.BRIN)))


def assert_closed(browser: FlaskClient, page: TestResponse) -> None:
    """Neither shown the people, nor let be one without being shown."""
    assert page.status_code == 403
    assert 'name="person"' not in page.text
    token = get(browser, "/staff?to=/staff/keys")
    flow = parse_qs(urlsplit(page.request.url).query)["flow"][0]
    tried = post(browser, "/test-school", token, flow=flow, person="teacher")
    assert tried.status_code == 403
    assert "KP-524" in tried.text
    again = get(browser, f"/flow/{flow}?answer=x")
    assert not code_in(again)


@pytest.mark.parametrize("service", ["pending", "approved"])
@pytest.mark.parametrize("who", ["stranger", "other supplier", "operator"])
def test_it_is_closed_for_all_but_the_suppliers_staff(
    house: House,
    other: Supplier,
    pending: Service,
    approved: Service,
    service: str,
    who: str,
) -> None:
    browsers = {
        "stranger": house.stranger,
        "other supplier": lambda: house.staff(other),
        "operator": lambda: house.staff(None, Role.OPERATOR),
    }
    browser = browsers[who]()
    asked = {"pending": pending, "approved": approved}[service]
    assert_closed(browser, begun(browser, asked, school=test_school.BRIN))


def test_an_invented_person_does_not_reach_another_suppliers_service(
    house: House, own: Supplier, pending: Service, foreign: Service
) -> None:
    """The session at the gateway is there, and serves for the own supplier alone."""
    browser = house.staff(own)
    picked(browser, begun(browser, pending))
    answer = get(browser, login(foreign))
    assert answer.status_code == 403
    assert "KP-525" in answer.text
    assert "code=" not in answer.text


def test_nor_by_asking_the_test_school_for_it(
    house: House, own: Supplier, pending: Service, foreign: Service
) -> None:
    browser = house.staff(own)
    picked(browser, begun(browser, pending))
    page = begun(browser, foreign, school=test_school.BRIN, prompt="login")
    assert_closed(browser, page)


def test_nor_by_the_flow_of_another_browser(house: House, own: Supplier, pending: Service) -> None:
    """A stranger's flow, opened by the supplier's staff, is not the staff's to answer."""
    theirs = begun(house.stranger(), pending)
    browser = house.staff(own)
    page = get(browser, f"/test-school?{urlsplit(theirs.request.url).query}")
    assert page.status_code == 400
    assert "KP-102" in page.text


@pytest.mark.parametrize("path", ["/links", "/school-console", "/materials"])
def test_nor_our_own_pages(house: House, own: Supplier, pending: Service, path: str) -> None:
    browser = house.staff(own)
    picked(browser, begun(browser, pending))
    answer = get(browser, path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?")
    signing_in = get(browser, f"{answer.location}&school={test_school.BRIN}")
    page = get(browser, signing_in.location)
    assert page.status_code == 403
    assert "KP-525" in page.text


def test_a_stranger_goes_back_with_the_protocols_own_error(house: House, pending: Service) -> None:
    """OpenID Connect Core §3.1.2.6."""
    browser = house.stranger()
    page = begun(browser, pending)
    answer = post(browser, "/test-school/back", page, flow=hidden(page, "flow"))
    fields = parse_qs(urlsplit(answer.location).query)
    assert answer.location.startswith(CALLBACK)
    assert fields["error"] == ["access_denied"]
    assert fields["state"] == ["state-of-the-client"]


def test_a_passive_request_is_told_that_nobody_is_signed_in(house: House, pending: Service) -> None:
    answer = get(house.stranger(), login(pending, prompt="none"))
    assert "error=login_required" in answer.location


def test_nobody_announces_the_test_school(house: House) -> None:
    """Else a link could lead all later logins of somebody's browser to it."""
    browser = house.stranger()
    answer = get(browser, f"/school?school={test_school.BRIN}")
    assert answer.status_code == 404
    assert browser.get_cookie("kp_announced", domain="127.0.0.1") is None


def test_it_stands_in_no_list_and_is_nobodys_to_register(house: House) -> None:
    page = get(house.stranger(), "/school?q=testschool")
    assert test_school.BRIN not in page.text
    assert test_school.BRIN not in {school.brin for school in house.books.schools.all()}
