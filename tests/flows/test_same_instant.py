"""One flow asked for several times at the same instant, by one browser: each request arrives; and
signing out twice, while services are still told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import requests

from tests.actors.browser import Browser
from tests.actors.html import read_text
from tests.actors.people import PUPIL
from tests.flows.hub import Hub, hinted
from tests.flows.test_oidc_logout import back_channel, run_listener, sign_in

AT_ONCE, ROUNDS = 4, 5


def brought(hub: Hub) -> tuple[requests.Session, str]:
    """A browser, and the address to which the school's answer sends it on."""
    browser = requests.Session()
    began = browser.get(
        hinted(hub.supplier.redirect_url(hub.supplier.request())), allow_redirects=False
    )
    asked = hub.school.read_request(began.headers["Location"])
    fields = hub.school.fields(hub.school.answer(asked, PUPIL).build(), asked)
    posted = browser.post(hub.school.acs, fields, allow_redirects=False)
    return browser, hub.gateway.base + posted.headers["Location"]


def ask_at_once(address: str, cookies: dict[str, str]) -> list[requests.Response]:
    start = Barrier(AT_ONCE)

    def ask(_number: int) -> requests.Response:
        start.wait()
        return requests.get(address, cookies=cookies, allow_redirects=False, timeout=30)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(ask, range(AT_ONCE)))


def test_each_of_several_requests_at_once_brings_the_answer(hub: Hub):
    for _ in range(ROUNDS):
        browser, address = brought(hub)
        answers = ask_at_once(address, browser.cookies.get_dict())
        assert [answer.status_code for answer in answers] == [200] * AT_ONCE
        assert all("SAMLResponse" in answer.text for answer in answers)


def test_another_browser_at_the_same_instant_is_still_refused(hub: Hub):
    """And so is the own browser with another answer than the one that ended the flow."""
    browser, address = brought(hub)
    for answer in ask_at_once(address, {}):
        assert (answer.status_code, "KP-102" in answer.text) == (400, True)
    assert browser.get(address, allow_redirects=False).status_code == 200
    wrong = address[:-4] + "0000"
    refused = ask_at_once(wrong, browser.cookies.get_dict()) + ask_at_once(address, {})
    assert {answer.status_code for answer in refused} == {400}
    assert not [answer for answer in refused if "SAMLResponse" in answer.text]


def test_each_of_several_sign_outs_at_once_says_who_was_told(hub: Hub, person: Browser):
    """The second click is answered while the first still tells the services, or after it."""
    address = f"{hub.gateway.base}/logout"
    with run_listener() as listener:
        sign_in(hub, person, back_channel(hub, listener, "Traag bij Lork"))
        (form,) = person.open(address).forms
        cookies = person.cookies.sent("POST", address, cross_site=False)
        listener.answers.clear()

        def press(_number: int) -> str:
            return requests.post(address, form.fields, cookies=cookies, timeout=30).text

        with ThreadPoolExecutor(AT_ONCE) as threads:
            under_way = [threads.submit(press, number) for number in range(AT_ONCE)]
            assert listener.came.wait(30)
            listener.answers.set()
            pages = [each.result() for each in under_way] + [press(AT_ONCE)]
        assert len(listener.told) == 1
    for page in pages:
        told = read_text(page).partition("Daar ook uitgelogd")[2]
        assert "Traag bij Lork" in told
