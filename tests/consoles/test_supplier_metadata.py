"""Metadata by address: read again by itself, and at the wish of its supplier."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from gateway.core.findings import Finding, Outcome
from gateway.core.model import Service, Standing, Supplier
from providers.checking import Published
from providers.registrar import ServiceRegistrar
from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.consoles.house import House, get, post
from tests.lti.tool import public_jwk
from tests.parts.metadata_publisher import Publisher, run_publisher

ACS = "https://lezen.wilg.example/acs"
NEW_ACS = "https://nieuw.wilg.example/acs"


@pytest.fixture
def browser(house: House, supplier: Supplier) -> FlaskClient:
    return house.staff(supplier)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with run_publisher() as running:
        yield running


def document(entity: str, acs: str = ACS, *keys: str) -> bytes:
    own = [rsa_key(key) for key in keys or ("wilg",)]
    return sp_metadata(entity, [acs], own, encryption=own[:1]).encode()


@pytest.fixture
def service(house: House, browser: FlaskClient, publisher: Publisher) -> Service:
    """Registered by the publisher's address."""
    publisher.document = document(publisher.address)
    page = get(browser, "/supplier/new")
    answer = post(browser, "/supplier/new/saml", page, address=publisher.address)
    assert answer.status_code == 303, answer.text
    return house.books.services.find(answer.location.rpartition("/")[2])


def again(browser: FlaskClient, service: Service) -> tuple[int, str]:
    """The button; the page that follows."""
    path = f"/supplier/services/{service.id}"
    answer = post(browser, f"{path}/metadata/again", get(browser, f"{path}/connection"))
    return answer.status_code, get(browser, f"{path}/connection").text


def test_its_address_is_kept_and_the_timer_reads_it(
    house: House, browser: FlaskClient, publisher: Publisher, service: Service
) -> None:
    feed = house.books.feeds.at(publisher.address)
    assert feed is not None
    assert service.config["feed"] == feed.id
    assert feed.fetched_at is not None
    assert publisher.address in get(browser, f"/supplier/services/{service.id}/connection").text


def test_a_new_key_and_address_come_at_a_wish(
    house: House, browser: FlaskClient, publisher: Publisher, service: Service
) -> None:
    """What was derived from the metadata follows it; who did it is recorded."""
    publisher.document = document(publisher.address, NEW_ACS, "wilg", "wilg-next")
    assert again(browser, service)[0] == 303
    renewed = house.books.services.find(service.id)
    assert len(renewed.config["signing_certificates"]) == 2  # type: ignore[arg-type]
    assert renewed.targets == ("https://nieuw.wilg.example/",)
    assert renewed.standing == service.standing
    [act] = [
        a for a in house.books.acts.all() if a.act.object == service.id and "again" in a.act.act
    ]
    assert act.act.before != act.act.after


def test_by_hand_the_same_follows_and_what_people_said_stays(
    house: House, browser: FlaskClient, publisher: Publisher, service: Service
) -> None:
    """One decision for a file and for a feed. A file ends the reading by address."""
    path = f"/supplier/services/{service.id}"
    page = get(browser, f"{path}/connection")
    text = document(publisher.address, NEW_ACS).decode()
    assert post(browser, f"{path}/metadata", page, text=text).status_code == 303
    renewed = house.books.services.find(service.id)
    assert renewed.targets == ("https://nieuw.wilg.example/",)
    assert "feed" not in renewed.config
    assert again(browser, service)[0] == 404


@pytest.mark.parametrize(
    ("text", "status", "word"),
    [
        (b"<html/>", 200, "not SAML metadata"),
        (b"", 503, "503"),
        (document("https://een.ander.example/sp"), 200, "describes none of its parties"),
    ],
)
def test_the_last_good_metadata_stays_and_what_is_wrong_is_said(
    house: House,
    browser: FlaskClient,
    publisher: Publisher,
    service: Service,
    text: bytes,
    status: int,
    word: str,
) -> None:
    publisher.document, publisher.status = text, status
    answered, page = again(browser, service)
    assert answered == 400
    assert word in page
    assert house.books.services.find(service.id) == service


def found(house: House, service: Service) -> Finding:
    """What the integration check says first."""
    parts, feeds = house.desk.parts, house.books.feeds
    [check] = Published(parts, ServiceRegistrar(parts), feeds).checks(service)
    return check()


def test_the_check_fetches_the_metadata(
    house: House, publisher: Publisher, service: Service
) -> None:
    """Good, newer than what we have, of another, away; and it changes nothing."""
    assert found(house, service).outcome is Outcome.OK
    publisher.document = document(publisher.address, ACS, "wilg", "wilg-next")
    assert found(house, service).outcome is Outcome.WARN
    publisher.document = document("https://een.ander.example/sp")
    wrong = found(house, service)
    assert (wrong.outcome, wrong.expected) == (Outcome.FAIL, service.identifier)
    publisher.status = 503
    assert "503" in found(house, service).got
    assert house.books.services.find(service.id) == service


def test_the_check_says_of_metadata_by_hand_that_new_keys_will_not_be_seen(
    house: House, service: Service
) -> None:
    config = {name: value for name, value in service.config.items() if name != "feed"}
    by_hand = found(house, replace(service, config=config))
    assert by_hand.outcome is Outcome.WARN
    assert by_hand.cure


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (json.dumps({"keys": [public_jwk(rsa_key("wilg"))]}), Outcome.OK),
        ('{"keys": []}', Outcome.FAIL),
        ("<html/>", Outcome.FAIL),
    ],
)
def test_the_check_fetches_the_keys(
    house: House, supplier: Supplier, publisher: Publisher, body: str, outcome: Outcome
) -> None:
    publisher.document = body.encode()
    made = house.client(supplier, Standing.PENDING)
    config = {**made.config, "jwks_uri": publisher.address}
    assert found(house, replace(made, config=config)).outcome is outcome
