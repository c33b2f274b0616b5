"""Trying at will: codes of links can not be found by it, and nobody hides behind a header."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from gateway.web.guesses import network_of
from tests.actors.browser import Browser
from tests.flows.hub import Hub, answer_fields, hinted, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import add_link

TRIES = 600
WRONG_CODES = 20
PERSONS_CODES = 20


@pytest.fixture
def limited() -> Iterator[Gateway]:
    """A gateway with its limits on, and no proxy before it (`trusted_proxies` 0)."""
    with run_directory("gateway") as directory:
        gateway = Gateway(directory, {"RATE_LIMITS": "on"})
        with run_gateway(gateway):
            yield gateway


@pytest.fixture
def guarded(limited: Gateway) -> Iterator[Hub]:
    with run_hub(limited) as hub:
        yield hub


def forged(number: int) -> dict[str, str]:
    """Headers that name another address each time."""
    address = str(ipaddress.IPv4Address(number + 1))
    return {"X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}"}


def test_changing_x_forwarded_for_does_not_reset_the_limit(limited: Gateway):
    """It counts behind our own proxy alone. A minute may turn while we try: twice then."""
    with requests.Session() as session:
        for number in range(2 * TRIES):
            answer = session.get(
                f"{limited.base}/school?school=98ZZ", headers=forged(number), timeout=60
            )
            if answer.status_code == 429:
                break
            assert answer.status_code == 404
    assert answer.status_code == 429
    assert "KP-505" in answer.text
    assert number >= TRIES


def test_a_school_behind_one_address_gets_through(guarded: Hub):
    """Everybody opens a link in the same minute and looks for the school: what works counts for
    nothing. A minute may turn while we ask, so more than two times over."""
    link = hinted(add_link(guarded.gateway, guarded.service, f"{guarded.supplier.base}/boek/1"))
    with requests.Session() as session:
        session.headers["Sec-Fetch-Mode"] = "navigate"
        for address, status in ((link, 302), (f"{guarded.gateway.base}/school?q=esdoorn", 200)):
            for _ in range(2 * TRIES + 1):
                answer = session.get(address, allow_redirects=False, timeout=60)
                assert answer.status_code == status
                session.cookies.clear()


def test_who_tries_codes_signs_in_first_and_right_codes_go_on_working(guarded: Hub):
    """A pupil who tries them for fun shuts nobody out: class mates have the same address."""
    base = guarded.gateway.base
    link = add_link(guarded.gateway, guarded.service, f"{guarded.supplier.base}/boek/1")
    for number in range(WRONG_CODES):
        assert try_code(base, f"{number:010}".translate(DIGITS), number).status_code == 404
    for path in ("/d/bbbbbbbbbb", urlsplit(link).path):
        answer = try_code(base, path[3:], 99)
        assert answer.status_code == 302, "right or wrong, the same"
        assert parse_qs(urlsplit(answer.headers["Location"]).query)["to"] == [path]
    with guarded.browser() as browser:
        landed = guarded.at_school(browser, browser.open(hinted(link)))
        assert guarded.supplier.receive(answer_fields(landed), None).relay_state
        persons_codes_run_out(guarded, browser, link)


DIGITS = str.maketrans("0123456789", "bcdfghjklm")


def try_code(base: str, code: str, number: int) -> requests.Response:
    headers = {"Sec-Fetch-Mode": "navigate", **forged(number)}
    return requests.get(f"{base}/d/{code}", headers=headers, timeout=60, allow_redirects=False)


def persons_codes_run_out(hub: Hub, browser: Browser, link: str) -> None:
    """Who is signed in has wrong codes of his own; a minute may turn while we try."""
    statuses = []
    for number in range(2 * PERSONS_CODES + 1):
        code = f"{number:010}".translate(DIGITS)
        page = browser.open(f"{hub.gateway.base}/d/{code}")
        statuses.append(page.status)
        if page.status == 429:
            break
    assert statuses[:-1] == [404] * (len(statuses) - 1)
    assert (statuses[-1], "KP-505" in page.words) == (429, True)
    assert len(statuses) > PERSONS_CODES
    assert browser.open(link).status == 429, "a right code is no sign"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::1", "2001:db8:1::/48"),
        ("2001:db8:2::1", "2001:db8:2::/48"),
        ("fe80::1%eth0", "fe80::/48"),
    ],
)
def test_rfc_6177_addresses_that_one_subscriber_has_count_as_one(address: str, network: str):
    assert network_of(address) == network
