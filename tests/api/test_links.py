"""`POST /api/v1/links`: software of a school makes links in the name of the school."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.api.conftest import TARGET, Stage, wait_until
from tests.api.materials import exercise, material

PAGE = f"{TARGET}les/3"


def by_address(stage: Stage, **more: Any) -> dict[str, Any]:
    return {"service": stage.service, "target": PAGE, **more}


def kept(stage: Stage, answer: requests.Response) -> dict[str, Any]:
    """The link as the gateway shows it to its operator."""
    assert answer.status_code == 201, answer.text
    rows = stage.gateway.ketenpoort_json("link", "list")
    (row,) = (row for row in rows if row["code"] == answer.json()["code"])
    return dict(row)


@pytest.fixture(scope="module")
def fragment(stage: Stage) -> str:
    """The id of an exercise."""
    stage.supplier.put(stage.service, {"materials": [material()]})
    target = "https://reken.example/oefening/e1"
    return str(stage.school.link({"service": stage.service, "target": target}).json()["fragment"])


def test_a_link_to_an_address_works(stage: Stage):
    answer = stage.school.link(by_address(stage, title="Les 3"))
    assert answer.status_code == 201
    made = answer.json()
    assert made == {
        "code": made["code"],
        "url": f"{stage.gateway.base}/d/{made['code']}",
        "service": stage.service,
        "fragment": None,
        "target": PAGE,
        "title": "Les 3",
    }
    assert answer.headers["Location"] == made["url"]
    assert requests.get(made["url"], timeout=60).status_code == 200
    assert kept(stage, answer)["target"] == PAGE


def test_a_link_to_a_place_has_its_title_and_follows_it(stage: Stage, fragment: str):
    made = stage.school.link({"fragment": fragment}).json()
    assert (made["fragment"], made["title"]) == (fragment, "Oefening")
    assert made["target"] == "https://reken.example/oefening/e1"


def test_an_address_of_a_place_makes_a_link_that_follows_the_place(stage: Stage, fragment: str):
    target = "https://reken.example/oefening/e1"
    made = stage.school.link({"service": stage.service, "target": target}).json()
    assert made["fragment"] == fragment


def test_each_request_makes_another_link(stage: Stage):
    codes = {stage.school.link(by_address(stage)).json()["code"] for _ in range(5)}
    assert len(codes) == 5


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ""),
        ({"service": "svc-x"}, ""),
        ({"target": PAGE}, ""),
        ({"fragment": "frg-x", "service": "svc-x"}, ""),
        ({"fragment": "frg-x"}, "/fragment"),
        ({"fragment": 3}, "/fragment"),
        ({"fragment": None}, "/fragment"),
        ({"fragment": ""}, "/fragment"),
        ({"fragment": "\u0000"}, "/fragment"),
        ({"service": "svc-x", "target": PAGE}, "/service"),
        ({"maker": "juf.anna"}, "/maker"),
    ],
)
def test_a_place_that_is_not_there_is_named(stage: Stage, body: object, place: str):
    answer = stage.school.link(body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == place


@pytest.mark.parametrize(
    "target",
    [
        "https://boos.example/",
        "http://reken.example/",
        "https://reken.example@boos.example/",
        "https://reken.example/%2e%2e/",
        "https://reken.example:8443/",
        "//reken.example/",
        "javascript:alert(1)",
        "https://reken.example/" + "x" * 3000,
        "https://reken.example/\r\nX: y",
    ],
)
def test_an_address_that_is_not_the_services_is_refused(stage: Stage, target: str):
    answer = stage.school.link(by_address(stage, target=target))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/target"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"title": "x" * 201}, "/title"),
        ({"title": None}, "/title"),
        ({"note": ["x"]}, "/note"),
        ({"valid_from": 1_800_000_000}, "/valid_from"),
        ({"valid_from": "1800000000"}, "/valid_from"),
        ({"valid_from": "2026-13-01T00:00:00Z"}, "/valid_from"),
        ({"valid_from": "2026-09-01T08:00:00"}, "/valid_from"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "/valid_until"),
        (
            {"valid_from": "2090-01-02T00:00:00Z", "valid_until": "2090-01-01T00:00:00Z"},
            "/valid_until",
        ),
        ({"valid_until": "2090-01-01T00:00:00Z"}, "/valid_until"),
        ({"valid_from": "2090-01-02T00:00:00Z"}, "/valid_until"),
        ({"audience": "nobody"}, "/audience"),
        ({"groups": "4a"}, "/groups"),
        ({"groups": ["4a"] * 51}, "/groups"),
        ({"groups": [""]}, "/groups/0"),
        ({"audience": "everyone", "groups": ["4a"]}, "/groups"),
    ],
)
def test_a_wrong_field_is_named(stage: Stage, wrong: dict[str, Any], place: str):
    answer = stage.school.link(by_address(stage, **wrong))
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]


def test_times_with_another_offset_are_the_same_moment(stage: Stage):
    """The end is an hour from now; the same wall time without its offset would be past."""
    hour = time.gmtime(time.time() + 3600 - 2 * 3600)
    until = time.strftime("%Y-%m-%dT%H:%M:%S-02:00", hour)
    assert stage.school.link(by_address(stage, valid_until=until)).status_code == 201


def test_a_link_always_ends(stage: Stage):
    """With the school year where nothing was said: the sum on guessing codes counts on it."""
    code = stage.school.link(by_address(stage)).json()["code"]
    until = stage.gateway.ketenpoort_json("link", "show", code)["valid_until"]
    assert time.time() < until < time.time() + 426 * 24 * 3600
    assert time.localtime(until - 12 * 3600)[1:3] == (7, 31)


@pytest.mark.parametrize("name", ["supplier", "stranger"])
def test_a_school_alone_makes_links(stage: Stage, name: str):
    answer = getattr(stage, name).link(by_address(stage))
    assert answer.status_code == {"supplier": 403, "stranger": 401}[name]


def test_a_cookie_or_a_form_is_no_token(stage: Stage):
    """What a browser sends of itself makes no link: no form token is needed here."""
    headers = {"Cookie": f"token={stage.school.token}; kp_session={stage.school.token}"}
    answer = stage.stranger.send(
        "POST", "/api/v1/links", data={"token": stage.school.token}, headers=headers
    )
    assert answer.status_code == 401


def test_a_service_that_the_school_has_off_gets_no_link(stage: Stage):
    parties = ("--school", "99XA", "--service", stage.other_service)
    body = {"service": stage.other_service, "target": PAGE}
    stage.gateway.ketenpoort("release", "off", *parties)
    wait_until(lambda: stage.school.link(body).status_code == 403)
    assert stage.school.link(body).json()["code"] == "KP-307"
    stage.gateway.ketenpoort("release", "on", *parties)
    wait_until(lambda: stage.school.link(body).status_code == 201)


def test_a_place_that_is_gone_gets_no_link(stage: Stage):
    one = {"materials": [material("9789999999991"), material("8", parts=[exercise("weg")])]}
    stage.supplier.put(stage.service, one)
    target = "https://reken.example/oefening/weg"
    made = stage.school.link({"service": stage.service, "target": target}).json()
    stage.supplier.put(stage.service, {"materials": [material("9789999999991")]})
    answer = stage.school.link({"fragment": made["fragment"]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/fragment"


def test_the_same_key_makes_one_link(stage: Stage):
    body = by_address(stage, title="Een keer")
    first, second = (stage.school.link(body, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_the_same_key_at_the_same_moment_makes_one_link(stage: Stage):
    body = by_address(stage, title="Tegelijk")

    def make(_: int) -> requests.Response:
        return stage.school.link(body, **{"Idempotency-Key": "k2"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(make, range(16)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json()["code"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    rows = stage.gateway.ketenpoort_json("link", "list")
    assert len([row for row in rows if row["code"] in made]) == 1


def test_a_key_of_another_request_is_refused(stage: Stage):
    key = {"Idempotency-Key": "k3"}
    assert stage.school.link(by_address(stage), **key).status_code == 201
    answer = stage.school.link(by_address(stage, title="Anders"), **key)
    assert (answer.status_code, answer.json()["code"]) == (422, "KP-510")


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "\u00e9"])
def test_a_key_of_other_characters_is_refused(stage: Stage, key: str):
    headers = {"Idempotency-Key": key.encode("latin-1")}
    answer = stage.school.send("POST", "/api/v1/links", json=by_address(stage), headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"title": NaN}', b'{"a": 1, "a": 2}', b"[" * 50_000]
)
def test_other_bodies_are_refused(stage: Stage, body: bytes):
    headers = {"Content-Type": "application/json"}
    answer = stage.school.send("POST", "/api/v1/links", data=body, headers=headers)
    assert answer.status_code in {400, 422}


def test_title_and_note_are_not_logged(stage: Stage):
    stage.school.link(by_address(stage, title="Zeldzaamwoord", note="Zeldzaamwoord"))
    log = (stage.gateway.directory / "log").read_text()
    assert any(json.loads(line)["event"] == "link.made" for line in log.splitlines() if "{" in line)
    assert "Zeldzaamwoord" not in log
