"""Metadata by address: read again by itself, and at the wish of its supplier."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from gateway.core.model import Service, Supplier
from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.consoles.house import House, get, make_house, post
from tests.parts.metadata_publisher import Publisher, run_publisher

ACS = "https://lezen.wilg.example/acs"
NEW_ACS = "https://nieuw.wilg.example/acs"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return make_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def supplier(house: House) -> Supplier:
    return house.supplier("Wilg")


@pytest.fixture
def browser(house: House, supplier: Supplier) -> FlaskClient:
    return house.staff(supplier)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with run_publisher() as running:
        yield running


def document(entity: str, acs: str = ACS, *keys: str) -> bytes:
    return sp_metadata(entity, [acs], [rsa_key(key) for key in keys or ("wilg",)]).encode()


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
