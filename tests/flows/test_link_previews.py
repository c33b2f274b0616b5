"""Link previews, virus scanners and browsers that look ahead use nothing up and see little."""

import re
import time
from collections.abc import Iterator, Mapping

import pytest
import requests
from sqlalchemy import func, select

from gateway.core.model import Brin
from gateway.store.database import connect
from gateway.store.links import LinkBook
from gateway.store.tables import short_lived
from tests.actors.browser import Browser
from tests.actors.people import SAML_SCHOOL
from tests.flows.hub import SCHOOL_NAME, Hub, answer_fields, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.link_book import keep, open_links
from tests.parts.process import run_directory

TITLE = "Opgave 4 <voor> maandag"
NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}
# What programs send, by what they are; none brings a cookie.
MACHINES = {
    "previewer of a chat": {"Accept": "*/*"},
    "previewer that asks for pages": {"Accept": "text/html,application/xhtml+xml"},
    "mail scanner": {
        "Accept": "text/html",
        "User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140",
    },
    "script of a page": {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    "image of a page": {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
}
AHEAD = {
    "prefetch": {**NAVIGATES, "Sec-Purpose": "prefetch"},
    "prerender": {**NAVIGATES, "Sec-Purpose": "prefetch;prerender"},
    "old prefetch": {"Purpose": "prefetch"},
}


@pytest.fixture(scope="module")
def hub(store_settings: Mapping[str, str]) -> Iterator[Hub]:
    """A hub with its limits on, and its short-lived records where a test can count them."""
    settings = {**store_settings, "RATE_LIMITS": "on"}
    settings.pop("REDIS_URL", None)
    with run_directory("previews") as directory:
        gateway = Gateway(directory, settings)
        with run_gateway(gateway), run_hub(gateway) as running:
            yield running


@pytest.fixture
def book(hub: Hub) -> Iterator[LinkBook]:
    with open_links(hub.gateway) as found:
        yield found


def link(hub: Hub, book: LinkBook, **changes: object) -> str:
    changes = {"title": TITLE, "school": Brin(SAML_SCHOOL), **changes}
    return keep(hub.gateway, book, hub.service, f"{hub.supplier.base}/boek/7", **changes)


def ask(address: str, headers: Mapping[str, str], method: str = "GET") -> requests.Response:
    return requests.request(method, address, headers=headers, allow_redirects=False, timeout=30)


def records(hub: Hub) -> int:
    """How many short-lived records the gateway keeps: flows, sessions, all."""
    default = f"sqlite:///{hub.gateway.directory}/ketenpoort.db"
    engine = connect(hub.gateway.settings.get("DATABASE_URL", default))
    query = select(func.count()).select_from(short_lived).where(~short_lived.c.key.like("%:ping"))
    with engine.connect() as connection:
        found: int = connection.execute(query).scalar_one()
    engine.dispose()
    return found


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_machine_begins_nothing(hub: Hub, book: LinkBook, machine: str, method: str):
    """No redirect, no cookie, no flow; title and school only where whoever made it allowed it."""
    shown, hidden = link(hub, book, previewed=True), link(hub, book)
    before = records(hub)
    for address in (shown, hidden):
        answer = ask(address, MACHINES[machine], method)
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"
        sees = method == "GET" and address == shown
        assert ("Opgave 4 &lt;voor&gt; maandag" in answer.text) == sees
        assert (SCHOOL_NAME in answer.text) == sees
        assert hub.supplier.base not in answer.text
    assert records(hub) == before


def test_preview_says_it_in_the_open_graph(hub: Hub, book: LinkBook):
    text = ask(link(hub, book, previewed=True), MACHINES["previewer of a chat"]).text
    assert '<meta property="og:title" content="Opgave 4 &lt;voor&gt; maandag">' in text
    assert f'<meta property="og:description" content="{SCHOOL_NAME}">' in text
    text = ask(link(hub, book), MACHINES["previewer of a chat"]).text
    assert '<meta property="og:title" content="Een link naar lesmateriaal">' in text
    assert "og:description" not in text


@pytest.mark.parametrize(
    "changes", [{"stopped_at": 5}, {"valid_until": 5}, {"valid_from": 4_000_000_000}]
)
def test_preview_of_a_link_that_does_not_work_says_nothing_of_it(
    hub: Hub, book: LinkBook, changes: dict[str, int]
):
    still = link(hub, book, previewed=True, **changes)
    text = ask(still, MACHINES["previewer of a chat"]).text
    assert "maandag" not in text
    assert SCHOOL_NAME not in text


@pytest.mark.parametrize("element", ["iframe", "frame", "embed", "object"])
def test_in_a_frame_no_login_begins(hub: Hub, book: LinkBook, element: str):
    """Any site may show the page, which leads to the same address in a new window."""
    address, before = link(hub, book), records(hub)
    headers = {**NAVIGATES, "Sec-Fetch-Dest": element, "Sec-Fetch-Site": "cross-site"}
    answer = ask(f"{address}?school={SAML_SCHOOL}", headers)
    assert (answer.status_code, "Location" in answer.headers, records(hub)) == (200, False, before)
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    code = address.rpartition("/")[2]
    onward = f'<a class="button" href="/d/{code}?school={SAML_SCHOOL}" target="_blank"'
    assert onward in answer.text
    assert "maandag" not in answer.text


@pytest.mark.parametrize("ahead", AHEAD)
@pytest.mark.parametrize("signed_in", [False, True])
def test_browser_that_looks_ahead_is_told_to_come_back(
    hub: Hub, book: LinkBook, person: Browser, ahead: str, signed_in: bool
):
    """Also with a session: nobody has arrived yet."""
    address = link(hub, book)
    if signed_in:
        hub.saml_received(person)
    jar = person.cookies.of(hub.gateway.base)
    before = records(hub)
    answer = requests.get(address, headers=AHEAD[ahead], cookies=jar, allow_redirects=False)
    assert (answer.status_code, answer.content) == (204, b"")
    assert records(hub) == before


def test_head_with_a_session_answers_no_service(hub: Hub, book: LinkBook, person: Browser):
    hub.saml_received(person)
    jar = person.cookies.of(hub.gateway.base)
    answer = requests.head(link(hub, book), headers=NAVIGATES, cookies=jar, allow_redirects=False)
    assert (answer.status_code, "Location" in answer.headers) == (200, False)


def test_cold_browser_goes_straight_on(hub: Hub, book: LinkBook):
    answer = ask(link(hub, book), NAVIGATES)
    assert answer.status_code == 302
    assert "/school?flow=" in answer.headers["Location"]


def test_old_browser_goes_on_by_itself(hub: Hub, book: LinkBook):
    """One without Fetch Metadata, such as Safari before 16.4: the small page leads on, with all
    that the address brought; what brings a cookie of ours needs no page."""
    address = link(hub, book)
    answer = ask(f"{address}?school={SAML_SCHOOL}", {"Accept": "text/html"})
    onward = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', answer.text)
    assert onward, answer.text
    query = onward[1].replace("&amp;", "&")
    assert query == f"?school={SAML_SCHOOL}&open=1"
    assert f'<a class="button" href="{onward[1]}"' in answer.text
    gone_on = ask(address + query, {"Accept": "text/html"})
    assert gone_on.headers["Location"].startswith(hub.school.sso)
    known = {"Accept": "text/html", "Cookie": "kp_lang=nl"}
    assert ask(address, known).status_code == 302


def test_unknown_code_is_unknown_to_machines_too(hub: Hub):
    answer = ask(f"{hub.gateway.base}/d/bestaatniet0", MACHINES["previewer of a chat"])
    assert answer.status_code == 404


def test_scanner_at_a_schools_address_spends_nothing_of_its_pupils(
    hub: Hub, book: LinkBook, person: Browser
):
    """More previews than there are tries in a minute; then a pupil at the same address."""
    address = link(hub, book)
    with requests.Session() as scanner:
        for number in range(700):
            method = "HEAD" if number % 7 == 0 else "GET"
            assert scanner.request(method, address, timeout=30).status_code == 200
    page = person.open(f"{address}?school={SAML_SCHOOL}")
    landed = hub.at_school(person, page)
    assert hub.supplier.receive(answer_fields(landed), None).relay_state


def test_no_machine_counts_as_a_use(hub: Hub, book: LinkBook, person: Browser):
    address = link(hub, book)
    for headers in (*MACHINES.values(), *AHEAD.values(), NAVIGATES):
        ask(address, headers)
        ask(address, headers, "HEAD")
    hub.saml_received(person)
    assert hub.supplier.receive(answer_fields(person.open(address)), None).relay_state
    code, end = address.rpartition("/")[2], time.monotonic() + 20
    while not (uses := book.uses([code])):
        assert time.monotonic() < end, "the use is not written"
        time.sleep(0.1)
    assert sum(uses[code].values()) == 1
