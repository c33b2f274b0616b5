"""The SAML supplier and the SAML school of the demo, joined directly over real HTTP."""

import base64
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from lxml import html
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

from demo.browser import Browser

EXERCISE = "/wiskunde/3.2/5?bron=elo&taak=7"


def login(browser: Browser, pair, person: str = "Sanne de Wit") -> None:
    browser.open(pair.supplier + EXERCISE)
    browser.press(person)


def school_answer(pair, address: str) -> dict[str, str]:
    """The fields that the school posts back, taken before the supplier sees them."""
    asked = hidden_fields(requests.get(address, timeout=5).text)
    form = {"username": "sanne", "request": asked["request"]}
    return hidden_fields(requests.post(f"{pair.school}/login", data=form, timeout=5).text)


def hidden_fields(page: str) -> dict[str, str]:
    found = html.fromstring(page).xpath("//input[@type='hidden']")
    return {one.get("name"): one.get("value") for one in found}


def request_of(pair, session: requests.Session) -> str:
    answer = session.get(pair.supplier + EXERCISE, allow_redirects=False, timeout=5)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_pupil_returns_to_exactly_the_exercise(saml_pair):
    browser = Browser()
    login(browser, saml_pair)
    assert browser.address == saml_pair.supplier + EXERCISE
    assert "Wiskunde: hoofdstuk 3, paragraaf 3.2, opgave 5" in browser.text


def test_two_tabs_of_one_browser_each_return_to_their_own_exercise(saml_pair):
    session = requests.Session()
    targets = [saml_pair.supplier + path for path in (EXERCISE, "/wiskunde/3.1")]
    begun = [session.get(one, allow_redirects=False, timeout=5) for one in targets]
    answers = [school_answer(saml_pair, one.headers["Location"]) for one in begun]
    for target, answer in zip(targets, answers, strict=True):
        landed = session.post(f"{saml_pair.supplier}/saml/acs", data=answer, timeout=5)
        assert landed.url == target


def test_whoami_shows_what_the_school_said(saml_pair):
    browser = Browser()
    login(browser, saml_pair)
    learned = browser.json(f"{saml_pair.supplier}/whoami")
    assert learned["pseudonym"] == "sanne@keten.example"
    assert learned["attributes"]["nlEduPersonHomeOrganizationId"] == ["99XA"]
    assert learned["attributes"]["eckId"][0].startswith("https://ketenid.nl/pilot/")
    assert browser.json(f"{saml_pair.supplier}/learned") == learned


def test_a_school_says_no_national_eck_id_of_a_person_without_one(saml_pair):
    browser = Browser()
    login(browser, saml_pair, "Yusuf")
    assert "eckId" not in browser.json(f"{saml_pair.supplier}/whoami")["attributes"]


def test_a_login_by_user_name(saml_pair):
    browser = Browser()
    browser.open(f"{saml_pair.supplier}/account")
    browser.fill("username", "m.jansen")
    assert browser.address == f"{saml_pair.supplier}/account"
    assert "employee" in browser.text


def test_an_unknown_user_name_is_refused(saml_pair):
    browser = Browser()
    browser.open(f"{saml_pair.supplier}/account")
    browser.fill("username", "niemand")
    assert "kent de school niet" in browser.text
    with pytest.raises(requests.HTTPError):
        browser.json(f"{saml_pair.supplier}/whoami")


def test_logging_out_at_the_supplier_forgets_the_person(saml_pair):
    browser = Browser()
    login(browser, saml_pair)
    browser.press("Uitloggen")
    with pytest.raises(requests.HTTPError):
        browser.json(f"{saml_pair.supplier}/whoami")


def test_the_school_refuses_a_request_whose_relay_state_was_changed(saml_pair):
    address = request_of(saml_pair, requests.Session())
    changed = address.replace("opgave", "x").replace("RelayState=http", "RelayState=https")
    assert changed != address
    answer = requests.get(changed, timeout=5)
    assert answer.status_code == 400
    assert "Sanne" not in answer.text


def test_bindings_3_4_4_1_the_school_reads_the_relay_state_that_was_signed(saml_pair):
    """A second one in another spelling of the name is not read."""
    parts = urlsplit(request_of(saml_pair, requests.Session()))
    connection = HTTPConnection(parts.netloc, timeout=5)  # which sends the address as it is
    connection.request("GET", f"{parts.path}?{parts.query}&Relay%53tate=http%3A%2F%2Felsewhere")
    asked = hidden_fields(connection.getresponse().read().decode())
    connection.close()
    form = {"username": "sanne", "request": asked["request"]}
    answered = requests.post(f"{saml_pair.school}/login", data=form, timeout=5)
    assert hidden_fields(answered.text)["RelayState"] == saml_pair.supplier + EXERCISE


def test_the_school_refuses_an_unsigned_request(saml_pair):
    parts = urlsplit(request_of(saml_pair, requests.Session()))
    kept = {"SAMLRequest": parse_qs(parts.query)["SAMLRequest"][0]}
    answer = requests.get(f"{saml_pair.school}/sso?{urlencode(kept)}", timeout=5)
    assert answer.status_code == 400
    assert "Sanne" not in answer.text


def test_the_school_refuses_a_login_page_that_it_did_not_make(saml_pair):
    form = {"username": "sanne", "request": "W10.x.y"}
    assert requests.post(f"{saml_pair.school}/login", data=form, timeout=5).status_code == 400


def test_the_language_switch_keeps_the_request_signed(saml_pair):
    browser = Browser()
    browser.open(f"{saml_pair.supplier}/account")
    browser.follow("English")
    assert "Choose who you are" in browser.text
    browser.press("Daan Bakker")
    assert browser.address == f"{saml_pair.supplier}/account"


def test_the_supplier_refuses_an_answer_a_second_time(saml_pair):
    session = requests.Session()
    first = school_answer(saml_pair, request_of(saml_pair, session))
    address = f"{saml_pair.supplier}/saml/acs"
    assert session.post(address, data=first, allow_redirects=False, timeout=5).status_code == 303
    again = session.post(address, data=first, allow_redirects=False, timeout=5)
    assert again.status_code == 403


def test_the_supplier_refuses_an_answer_in_another_browser(saml_pair):
    answer = school_answer(saml_pair, request_of(saml_pair, requests.Session()))
    other = requests.Session()
    refused = other.post(f"{saml_pair.supplier}/saml/acs", data=answer, timeout=5)
    assert refused.status_code == 403
    assert other.get(f"{saml_pair.supplier}/whoami", timeout=5).status_code == 401


def test_the_supplier_refuses_a_changed_assertion(saml_pair):
    session = requests.Session()
    answer = school_answer(saml_pair, request_of(saml_pair, session))
    document = base64.b64decode(answer["SAMLResponse"])
    changed = document.replace(b"sanne@keten.example", b"daan0@keten.example")
    assert changed != document
    answer["SAMLResponse"] = base64.b64encode(changed).decode()
    assert session.post(f"{saml_pair.supplier}/saml/acs", data=answer, timeout=5).status_code == 403


def test_the_supplier_opens_only_its_own_addresses_after_a_login(saml_pair):
    session = requests.Session()
    answer = school_answer(saml_pair, request_of(saml_pair, session))
    answer["RelayState"] = "http://127.0.0.1.evil.example/wiskunde/3.2/5"
    landed = session.post(
        f"{saml_pair.supplier}/saml/acs", data=answer, allow_redirects=False, timeout=5
    )
    assert landed.headers["Location"] == f"{saml_pair.supplier}/"


def test_the_metadata_of_the_school_is_read_by_python3_saml(saml_pair):
    document = requests.get(f"{saml_pair.school}/metadata", timeout=5).content
    found = OneLogin_Saml2_IdPMetadataParser.parse(document)["idp"]
    assert found["entityId"] == f"{saml_pair.school}/metadata"
    assert found["singleSignOnService"]["url"] == f"{saml_pair.school}/sso"
