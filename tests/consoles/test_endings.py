"""What of services, schools and metadata ends soon: on the operator's first page, on the school's,
and at `/metrics`."""

import re
import time

import pytest
from flask.testing import FlaskClient

from gateway.core.feeds import Feed, Reach
from gateway.core.model import Brin, Connection, School, Service, Standing
from gateway.core.staff import Role
from tests.actors.keys import KeyPair, new_rsa_key
from tests.consoles.house import House, get, make_house

DAY = 86_400


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A service whose certificate ends in 5 days, a school's in 50, another's in 500; a list that
    can not be read and ends in 20, and a good one."""
    made = make_house(tmp_path_factory.mktemp("endings"))
    supplier = made.supplier("Linde")
    config = {"entity_id": "https://a.example", **signed_by(new_rsa_key("a", days=5))}
    made.add(Service("svc-a", supplier.id, "saml", "https://a.example", "Rekenen", config))
    made.client(supplier, Standing.APPROVED)
    for brin, days in (("99XA", 50), ("99XB", 500)):
        idp = Connection(
            f"idp-{brin}",
            "saml",
            f"https://{brin}.example",
            signed_by(new_rsa_key(brin, days=days)),
        )
        made.books.connections.add(idp)
        made.books.schools.add(School(Brin(brin), f"School {brin}", "Dorp", idp.id))
    unused = signed_by(new_rsa_key("unused", days=1))
    made.books.connections.add(Connection("idp-0", "saml", "https://unused.example", unused))
    end = int(time.time()) + 20 * DAY
    failing = Feed(
        "feed-a", "https://weg.example/", Reach.FEDERATION, valid_until=end, problem="away"
    )
    made.books.feeds.save(failing)
    made.books.feeds.save(
        Feed("feed-b", "https://goed.example/", Reach.FEDERATION, valid_until=end)
    )
    made.look()
    return made


@pytest.fixture(scope="module")
def operator(house: House) -> FlaskClient:
    return house.staff(None, Role.OPERATOR)


def signed_by(keys: KeyPair) -> dict[str, object]:
    return {"signing_certificates": [keys.certificate_base64]}


def test_the_operator_sees_the_soonest_first(operator: FlaskClient) -> None:
    page = get(operator, "/operator").text
    table = page.partition('id="endings"')[2].partition("</table>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in table.split("<tr>")[2:]]
    assert [row[:2] for row in rows] == [
        ["Rekenen", "signing"],
        ["https://weg.example/", "metadata"],
        ["School", "99XA"],
    ]
    assert ["Meteen" in row for row in rows] == [True, False, False]


def test_the_same_is_measured(house: House) -> None:
    """A moment: whoever watches chooses when to be warned (60, 30 and 7 days, say)."""
    page = get(house.stranger(), "/metrics").text
    found = re.findall(
        r'^ketenpoort_ends_timestamp_seconds\{id="([^"]+)".* ([0-9.e+]+)$', page, re.MULTILINE
    )
    days = {name: round((float(end) - time.time()) / DAY) for name, end in found}
    assert days == {"svc-a": 5, "feed-a": 20, "idp-99XA": 50}
