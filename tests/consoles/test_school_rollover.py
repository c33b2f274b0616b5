"""An administrator renews the certificate of the school's own login (SAML Metadata §2.4.1.1: several
signing keys may stand in one role)."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.test import Client, TestResponse

from gateway.core.model import Brin, Connection, JsonValue, School
from tests.actors.keys import KeyPair, rsa_key
from tests.actors.saml_metadata import idp_metadata, sp_metadata
from tests.consoles.gateway_at_rest import BASE, AtRest, make
from tests.consoles.roles import Role
from tests.parts.process import run_directory

PAGE = "/school-console/connection"
LOGIN = "https://inloggen.esdoorn.example"
OLD, NEW = rsa_key("school"), rsa_key("school, renewed")


@pytest.fixture(scope="module")
def at_rest() -> Iterator[AtRest]:
    with run_directory("rollover") as directory:
        yield make(directory)


@pytest.fixture
def desk(at_rest: AtRest) -> Client:
    """The school signs in by SAML, with what its operator set beside it."""
    config: dict[str, JsonValue] = {
        "entity_id": LOGIN,
        "single_sign_on": [],
        "signing_certificates": [OLD.certificate_base64],
        "subject_attribute": "employeeNumber",
    }
    at_rest.books.connections.replace(Connection("connection-one", "saml", LOGIN, config))
    return at_rest.client(Role.ADMINISTRATOR)


def standing(at_rest: AtRest) -> Connection:
    return at_rest.books.connections.find("connection-one")


def login_of(*keys: KeyPair, entity_id: str = LOGIN, sso: str = f"{LOGIN}/sso") -> str:
    return idp_metadata(entity_id, sso, keys)


def give(desk: Client, text: str) -> TestResponse:
    page = desk.get(PAGE, base_url=BASE).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    return desk.post(PAGE, data={"csrf_token": token, "text": text}, base_url=BASE)


def test_the_old_and_the_new_key_then_the_new_one_alone(at_rest: AtRest, desk: Client) -> None:
    """What the operator set stays; the record has the keys by their digests."""
    for keys in ([OLD, NEW], [NEW]):
        answer = give(desk, login_of(*keys))
        assert answer.headers["Location"] == f"{PAGE}?kept"
        assert "De metadata is overgenomen." in desk.get(f"{PAGE}?kept", base_url=BASE).text
        config = standing(at_rest).config
        assert config["signing_certificates"] == [each.certificate_base64 for each in keys]
        assert config["subject_attribute"] == "employeeNumber"
    assert config["single_sign_on"]
    act = list(at_rest.books.acts.all())[-1].act
    assert (act.act, act.object) == ("metadata renewed", "99XA")
    assert act.before != act.after
    assert re.search(r'"keys": ?\["[0-9a-f]{16}"\]', act.after)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (login_of(NEW), "None of the keys that your login signs with now stands in it"),
        (
            login_of(OLD, entity_id="https://another.example"),
            "It describes https://another.example",
        ),
        (login_of(OLD, sso="http://inloggen.esdoorn.example/sso"), "It describes 0 usable logins"),
        (sp_metadata(LOGIN, [f"{LOGIN}/acs"], [OLD]), "It describes 0 usable logins"),
        (login_of(), "There is no usable key for signing"),
        ("", "not well-formed"),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "has a DOCTYPE"),
        ("<script>alert(1)</script>", "is not SAML metadata"),
    ],
    ids=["no-old-key", "another", "http", "a-service", "no-key", "nothing", "doctype", "script"],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    at_rest: AtRest, desk: Client, text: str, says: str
) -> None:
    before = standing(at_rest)
    answer = give(desk, text)
    assert answer.status_code == 422
    assert says in answer.text
    assert "<script>alert" not in answer.text
    assert "root:" not in answer.text
    assert standing(at_rest) == before


def test_one_that_is_read_from_an_address_is_not_changed_here(
    at_rest: AtRest, desk: Client
) -> None:
    known = standing(at_rest)
    fed = replace(known, config={**known.config, "feed": "feed-1"})
    at_rest.books.connections.replace(fed)
    assert "vanzelf van jullie adres gelezen" in desk.get(PAGE, base_url=BASE).text
    assert _sent(desk).status_code == 404
    assert standing(at_rest) == fed


def test_a_login_that_other_schools_use_too_is_not_changed_by_one(
    at_rest: AtRest, desk: Client
) -> None:
    """A branch of the same institution is no other school."""
    schools, before = at_rest.books.schools, standing(at_rest)
    schools.add(School(Brin("99XA01"), "Esdoorn Noord", "Dorp", "connection-one"))
    _look(at_rest)
    assert 'name="text"' in desk.get(PAGE, base_url=BASE).text
    schools.add(School(Brin("99XB"), "De Kade", "Dorp", "connection-one"))
    _look(at_rest)
    assert 'name="text"' not in desk.get(PAGE, base_url=BASE).text
    assert _sent(desk).status_code == 404
    assert standing(at_rest) == before


def _sent(desk: Client) -> TestResponse:
    """A form made without the page."""
    page = desk.get("/school-console/licences", base_url=BASE).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    text = login_of(OLD, NEW)
    return desk.post(PAGE, data={"csrf_token": token, "text": text}, base_url=BASE)


def _look(at_rest: AtRest) -> None:
    """The running gateway looks at what changed in its next request."""
    at_rest.app.before_request_funcs[None][0].__self__._looked_at = 0  # type: ignore[attr-defined]
