"""What is known of a person is in no log, address, cookie or plain row (issue 2, ECK iD)."""

import base64
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
import redis

from tests.actors.browser import Browser
from tests.actors.people import OIDC_SCHOOL, PUPIL, SAML_SCHOOL, Person
from tests.actors.scripted_openid_school import (
    CLIENT_ID,
    CLIENT_SECRET,
    Lies,
    ScriptedOpenIdSchool,
    run_openid_school,
)
from tests.flows.hub import Hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import Client, add_oidc_school, grant

NAMED = ("givenName",)
PUPILS = [
    replace(
        PUPIL,
        uid="onmiskenbaar-uid-een@esdoorn.test",
        given_name="Onmiskenbaria",
        surname="Achternamius",
        employee_number="leerling-90817263",
        unit="klas-onmiskenbaar",
        eck_id="https://ketenid.nl/201703/" + "c0ffee12" * 16,
    ),
    replace(PUPIL, uid="onmiskenbaar-uid-twee@esdoorn.test", given_name="Tweedevoornaam"),
]
AT_OPENID_SCHOOL = replace(PUPILS[0], uid="onmiskenbaar-uid-drie", brin=OIDC_SCHOOL)


def traces_of(person: Person) -> set[bytes]:
    """What must be nowhere, in the forms in which software writes things down."""
    texts = {
        person.uid, person.mail, person.given_name, person.surname, person.employee_number,
        person.unit, person.eck_id, person.eck_id.rpartition("/")[2],
    }  # fmt: skip
    texts = {text for text in texts if len(text) > 6 and text not in {PUPIL.surname, PUPIL.unit}}
    plain = {text.encode() for text in texts}
    quoted = {quote(text, safe="").encode() for text in texts}
    hexed = {text.encode().hex().encode() for text in texts}
    return plain | quoted | hexed | {form for text in texts for form in _base64(text)}


def _base64(text: str) -> Iterator[bytes]:
    """The middle of its base64 at each of three places where it may begin."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + text.encode()).rstrip(b"=")
        yield coded[4:-2]


@pytest.fixture(scope="module")
def gateway(store_settings: dict[str, str]) -> Iterator[Gateway]:
    """As elsewhere, with all that it logs."""
    with run_directory("traces") as directory:
        new = Gateway(directory, {**store_settings, "LOG_LEVEL": "debug"})
        with run_gateway(new):
            yield new


@pytest.fixture(scope="module")
def openid_school(hub: Hub) -> Iterator[ScriptedOpenIdSchool]:
    with run_openid_school() as school:
        client = Client(CLIENT_ID, CLIENT_SECRET)
        issuer = school.issuer("sporen")
        add_oidc_school(
            hub.gateway, OIDC_SCHOOL, "Meidoorn Lyceum", "Testerveen", issuer=issuer, client=client
        )
        yield school


@pytest.fixture(scope="module")
def browsers(hub: Hub, openid_school: ScriptedOpenIdSchool) -> list[Browser]:
    """After logins that went right, went wrong, and were left half-way; all sessions stand."""
    for service in (hub.service, hub.client.client_id):
        grant(hub.gateway, SAML_SCHOOL, service, *NAMED)
    used = []
    for person in PUPILS:
        browser = hub.browser(f"{openid_school.base}/")
        received = hub.saml_received(browser, person)
        assert received.attributes["givenName"] == [person.given_name]
        assert hub.tokens(browser).claims["given_name"] == person.given_name
        hub.code_of(browser)
        _go_wrong(hub, browser, person)
        used.append(browser)
    used.append(_at_openid_school(hub, openid_school))
    return used


def _go_wrong(hub: Hub, browser: Browser, person: Person) -> None:
    """Wrong in many ways, each of which is logged; and one that waits at /flow."""
    for changes in (
        {"audiences": ("http://ander.test",)},
        {"attributes": {**person.attributes(), "nlEduPersonHomeOrganizationId": ["00ZZ"]}},
        {"attributes": {**person.attributes(), "nlEduPersonHomeOrganizationId": [person.uid]}},
        {"name_id": None, "attributes": {"sn": [person.surname]}},
        {"signing": None},
    ):
        page = browser.open(hub.client.begin(school=SAML_SCHOOL, prompt="login").url)
        assert hub.at_school(browser, page, person, **changes).status >= 400
    page = browser.open(hub.client.begin(school=SAML_SCHOOL, prompt="login").url)
    asked = hub.asked_of_school(page)
    fields = hub.school.fields(hub.school.answer(asked, person).build(), asked)
    with hub.browser() as halfway:
        assert "KP-102" in halfway.post(hub.school.acs, fields, hub.school.base).words


def _at_openid_school(hub: Hub, school: ScriptedOpenIdSchool) -> Browser:
    browser = hub.browser(f"{school.base}/")
    for lies in (Lies(claims={"nonce": "ander"}), Lies(userinfo={"sub": "ander"}), Lies()):
        page = browser.open(hub.client.begin(school=OIDC_SCHOOL).url)
        asked = school.read_request(page.redirect.url)
        page = browser.open(school.answer(asked, AT_OPENID_SCHOOL, lies))
    assert "code=" in page.redirect.url
    return browser


def kept_in_store(hub: Hub) -> bytes:
    """All that lies in PostgreSQL and Redis; nothing where SQLite is a file of the directory."""
    settings = hub.gateway.settings
    if "DATABASE_URL" not in settings:
        return b""
    url = settings["DATABASE_URL"].replace("postgresql+psycopg", "postgresql")
    dump = subprocess.run(
        ["pg_dump", "--inserts", url], capture_output=True, check=True, timeout=60
    ).stdout
    with redis.Redis.from_url(settings["REDIS_URL"]) as client:
        return dump + b"\n".join(_redis_lines(client))


def _redis_lines(client: redis.Redis) -> Iterator[bytes]:
    for key in client.scan_iter():
        yield key
        kind = client.type(key)
        if kind == b"string":
            yield client.get(key)
        else:
            yield from {b"set": client.smembers, b"hash": client.hgetall}[kind](key)


def test_nowhere_on_disk_or_in_the_store(hub: Hub, browsers: list[Browser]):
    """The directory holds the log, the keys and, on SQLite, the database with its WAL."""
    files = {
        path.name: path.read_bytes() for path in hub.gateway.directory.rglob("*") if path.is_file()
    }
    files["store"] = kept_in_store(hub)
    everything = b"".join(files.values())
    assert b"login.answered" in files["log"], "the log is there"
    assert b"Lezen bij Wilg" in everything, "the database is there"
    assert any(name.endswith("-wal") for name in files) == (not files["store"])
    for person in [*PUPILS, AT_OPENID_SCHOOL]:
        for trace in traces_of(person):
            assert [name for name, content in files.items() if trace in content] == [], trace


def test_in_no_address_and_no_cookie(hub: Hub, browsers: list[Browser]):
    hops = [hop for browser in browsers for hop in browser.hops]
    seen = [hop.url for hop in hops] + [hop.headers.get("Location", "") for hop in hops]
    for browser in browsers:
        cookies = list(browser.cookies.of(hub.gateway.base))
        assert cookies
        seen += [f"{cookie.name}={cookie.value}" for cookie in cookies]
    told = "\n".join(seen).encode()
    assert b"code=" in told
    for person in [*PUPILS, AT_OPENID_SCHOOL]:
        assert [trace for trace in traces_of(person) if trace in told] == []


def test_in_no_page_of_an_error(hub: Hub, browsers: list[Browser]):
    pages = [hop.text.encode() for browser in browsers for hop in browser.hops if hop.status >= 400]
    assert len(pages) > len(PUPILS)
    answers = [hop.text.encode() for hop in browsers[0].hops if hop.message]
    assert any(trace in page for trace in traces_of(PUPILS[0]) for page in answers), "seen if there"
    for person in [*PUPILS, AT_OPENID_SCHOOL]:
        assert not any(trace in page for trace in traces_of(person) for page in pages)
