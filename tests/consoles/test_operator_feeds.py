"""The operator's page of metadata by address: added, read in the background, stopped."""

import re
import threading
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.core.feeds import Feed, Reach
from gateway.core.staff import Role
from gateway.store.database import connect
from gateway.store.feeds import Leases
from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import idp_metadata, sp_metadata
from tests.consoles.house import BASE, House, get, make_house, post
from tests.parts.metadata_publisher import Publisher, run_publisher
from tests.parts.metadata_queries import run_query_server

SCHOOL = "https://inloggen.dekade.example"
SERVICE = "https://rekenen.example"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> House:
    """As in production, where nothing but https: is read."""
    return make_house(tmp_path_factory.mktemp("strict"), ALLOW_LOOPBACK="false")


@pytest.fixture(scope="module")
def operator(house: House) -> FlaskClient:
    return house.staff(None, Role.OPERATOR)


@pytest.fixture
def federation() -> Iterator[Publisher]:
    with run_publisher() as running:
        running.publish(
            sp_metadata(SERVICE, [f"{SERVICE}/acs"], [rsa_key("sp")]),
            idp_metadata(SCHOOL, f"{SCHOOL}/sso", [rsa_key("school")]),
            idp_metadata("https://x.example", "https://x.example/sso", []),
        )
        yield running


@pytest.fixture(autouse=True)
def nothing_left(house: House) -> Iterator[None]:
    yield
    for feed in house.books.feeds.all():
        house.books.feeds.remove(feed.id)
    for service in house.books.services.all():
        house.books.services.remove(service.id)
    for connection in house.books.connections.all():
        house.books.connections.remove(connection.id)


def add(operator: FlaskClient, address: str, pem: str, kind: str = "federation") -> TestResponse:
    page = get(operator, "/operator/feeds")
    fields = {"address": address, "certificate": pem, "kind": kind}
    return post(operator, "/operator/feeds", page, **fields)


def until_read(operator: FlaskClient, path: str) -> TestResponse:
    """As a browser does that follows Refresh."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    page = get(operator, path)
    while "Refresh" in page.headers:
        assert time.monotonic() < deadline
        time.sleep(0.1)  # as a browser waits, and the reading has the machine
        page = get(operator, path)
    return page


def facts(page: TestResponse) -> str:
    """The page's text, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def leases_of(house: House) -> Leases:
    return Leases(connect(house.settings.database_url))


def acts(house: House) -> list[str]:
    return [each.act.act for each in house.books.acts.all()]


def test_a_list_is_added_and_read_in_the_background(
    house: House, operator: FlaskClient, federation: Publisher
) -> None:
    """The page says so at once, goes on by itself, and tells what came of it."""
    federation.gate = threading.Event()
    added = add(operator, federation.address, federation.keys.certificate)
    assert added.status_code == 303
    path = added.headers["Location"]
    page = get(operator, path)
    assert page.headers["Refresh"]
    assert "Hij wordt nu gelezen" in page.text
    assert federation.arrived.wait(PATIENCE_SECONDS)
    assert "Refresh" in get(operator, path).headers
    federation.gate.set()
    said = facts(until_read(operator, path))
    assert "Overgenomen 2" in said
    assert "Overgeslagen 1" in said
    assert "error: https://x.example, IDPSSODescriptor" in said
    assert "no usable key for signing" in said
    assert re.search(r"Geldt tot \w+dag \d+ \w+ 20\d\d", said)
    assert [each.identifier for each in house.books.services.all()] == [SERVICE]
    assert [each.identifier for each in house.books.connections.all()] == [SCHOOL]
    assert "feed added" in acts(house)


def test_it_is_read_now_when_the_operator_says_so(
    house: House, operator: FlaskClient, federation: Publisher
) -> None:
    path = add(operator, federation.address, federation.keys.certificate).headers["Location"]
    page = until_read(operator, path)
    federation.status = 503
    assert post(operator, f"{path}/refresh", page).headers["Location"] == path
    said = facts(until_read(operator, path))
    assert "answers with status 503" in said
    assert federation.asked == 2
    assert [each.identifier for each in house.books.services.all()] == [SERVICE]
    listed = facts(get(operator, "/operator/feeds"))
    assert f"{federation.address} Hapert" in listed
    assert "feed read" in acts(house)


def test_who_signs_is_shown_and_another_is_refused(
    house: House, operator: FlaskClient, federation: Publisher
) -> None:
    path = add(operator, federation.address, rsa_key("stranger").certificate).headers["Location"]
    said = facts(until_read(operator, path))
    assert "signature is not accepted" in said
    assert re.search(r"([0-9a-f]{2}:){31}[0-9a-f]{2}", said)
    assert house.books.services.all() == []


@pytest.mark.parametrize(
    ("address", "pem", "says"),
    [
        ("http://metadata.example/all.xml", "good", "is not an https: address"),
        ("https://user:secret@metadata.example/", "good", "is not a plain address"),
        ("", "good", "is empty"),
        ("https://metadata.example/all.xml", "", "certificate can not be used"),
        ("https://metadata.example/all.xml", "-----BEGIN CERTIFICATE-----", "can not be used"),
        ("https://metadata.example/all.xml", "<script>alert(1)</script>", "can not be used"),
    ],
)
def test_an_address_that_can_not_be_is_refused(
    strict: House, address: str, pem: str, says: str
) -> None:
    pem = rsa_key("publisher").certificate if pem == "good" else pem
    refused = add(strict.staff(None, Role.OPERATOR), address, pem)
    assert refused.status_code == 400
    assert says in facts(refused)
    assert "<script>alert" not in refused.text
    assert strict.books.feeds.all() == []


def test_the_same_address_is_read_once(
    house: House, operator: FlaskClient, federation: Publisher
) -> None:
    known = Feed("feed-known", federation.address, Reach.FEDERATION)
    house.books.feeds.save(known)
    refused = add(operator, federation.address, federation.keys.certificate)
    assert refused.status_code == 400
    assert "is read already" in facts(refused)
    assert house.books.feeds.all() == [known]


def test_one_that_is_stopped_leaves_its_parties(
    house: House, operator: FlaskClient, federation: Publisher
) -> None:
    path = add(operator, federation.address, federation.keys.certificate).headers["Location"]
    page = until_read(operator, path)
    assert post(operator, f"{path}/stop", page).headers["Location"] == "/operator/feeds"
    assert house.books.feeds.all() == []
    assert [each.identifier for each in house.books.services.all()] == [SERVICE]
    assert get(operator, path).status_code == 404
    assert "feed stopped" in acts(house)


def test_one_that_is_added_again_has_its_parties_again(
    house: House, operator: FlaskClient, federation: Publisher
) -> None:
    first = add(operator, federation.address, federation.keys.certificate).headers["Location"]
    post(operator, f"{first}/stop", until_read(operator, first))
    path = add(operator, federation.address, federation.keys.certificate).headers["Location"]
    assert "Overgenomen 2" in facts(until_read(operator, path))


def test_another_key_does_not_speak_for_the_parties_that_a_stopped_one_left(
    house: House, operator: FlaskClient, federation: Publisher
) -> None:
    path = add(operator, federation.address, federation.keys.certificate).headers["Location"]
    post(operator, f"{path}/stop", until_read(operator, path))
    before = house.books.connections.all()
    federation.keys = rsa_key("who has the address now")
    federation.publish(idp_metadata(SCHOOL, f"{SCHOOL}/sso", [rsa_key("another")]))
    path = add(operator, federation.address, federation.keys.certificate).headers["Location"]
    assert "describes none of its parties" in facts(until_read(operator, path))
    assert house.books.connections.all() == before


def test_one_that_is_stopped_while_it_is_read_stays_away(
    house: House, operator: FlaskClient, federation: Publisher
) -> None:
    federation.gate = threading.Event()
    path = add(operator, federation.address, federation.keys.certificate).headers["Location"]
    assert federation.arrived.wait(PATIENCE_SECONDS)
    post(operator, f"{path}/stop", get(operator, path))
    federation.gate.set()
    feed_id = path.rpartition("/")[2]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while leases_of(house).is_taken(f"feed:{feed_id}", time.time()):
        assert time.monotonic() < deadline
    assert house.books.feeds.all() == []


def test_what_was_removed_is_taken_again(house: House, operator: FlaskClient) -> None:
    excluded = frozenset({SERVICE, SCHOOL})
    house.books.feeds.save(
        Feed("feed-x", f"{BASE}/none", Reach.FEDERATION, checked_at=1, excluded=excluded)
    )
    page = get(operator, "/operator/feeds/feed-x")
    path = "/operator/feeds/feed-x/readmit"
    assert post(operator, path, page, entity="https://never.example").status_code == 400
    assert post(operator, path, page, entity=SERVICE).status_code == 303
    assert house.books.feeds.find("feed-x").excluded == {SCHOOL}


def test_one_party_of_a_query_server(house: House, operator: FlaskClient) -> None:
    """Nothing is asked before the operator names one; a failure is said and takes nothing."""
    with run_query_server() as server:
        server.publish(SCHOOL, idp_metadata(SCHOOL, f"{SCHOOL}/sso", [rsa_key("school")]))
        added = add(operator, server.base, server.keys.certificate, "query")
        path = added.headers["Location"]
        page = get(operator, path)
        assert "Refresh" not in page.headers
        assert server.asked == []
        wrong = post(operator, f"{path}/fetch", page, entity="https://never.example")
        assert wrong.status_code == 400
        assert "does not know https://never.example" in facts(wrong)
        assert post(operator, f"{path}/fetch", page, entity="").status_code == 400
        assert post(operator, f"{path}/fetch", page, entity=SCHOOL).headers["Location"] == path
    assert [each.identifier for each in house.books.connections.all()] == [SCHOOL]
    assert "Overgenomen 1" in facts(get(operator, path))
    assert acts(house).count("entity fetched") == 2


def test_a_reading_shows_how_far_it_is(house: House, operator: FlaskClient) -> None:
    """By another process, which has the lease."""
    feed = Feed("feed-y", f"{BASE}/none", Reach.FEDERATION, share=0.42)
    house.books.feeds.save(feed)
    leases = leases_of(house)
    assert leases.take("feed:feed-y", "another", time.time(), 60)
    page = get(operator, "/operator/feeds/feed-y")
    assert "42% van wat er kwam" in page.text
    assert page.headers["Refresh"]
    leases.give_back("feed:feed-y", "another")
    assert "Refresh" not in get(operator, "/operator/feeds/feed-y").headers
