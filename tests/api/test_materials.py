"""`/api/v1/services/{id}/materials`: whole materials, of their own supplier alone."""

import json
from typing import Any

import pytest
import requests

from tests.api.conftest import Api, Stage, wait_until
from tests.api.materials import exercise, material


def pointers(answer: requests.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [each["pointer"] for each in answer.json()["errors"]]


@pytest.fixture(autouse=True)
def nothing_published(stage: Stage) -> None:
    assert stage.supplier.put(stage.service, {"materials": []}).status_code == 200


def test_what_is_put_is_what_is_got(stage: Stage):
    sent = [
        material("9789999999991"),
        material("9789999999992", parts=[exercise("e1", custom={"level": "2", "empty": ""})]),
    ]
    report = stage.supplier.put(stage.service, {"materials": sent}).json()
    assert (report["materials"], report["added"], report["disappeared"]) == (2, 7, [])
    assert stage.supplier.get(stage.service).json() == {"materials": sent}


def test_what_is_got_may_be_put_back_and_changes_nothing(stage: Stage):
    stage.supplier.put(stage.service, {"materials": [material()]})
    got = stage.supplier.get(stage.service).json()
    report = stage.supplier.put(stage.service, got).json()
    assert report == {
        "materials": 1,
        "added": 0,
        "changed": 0,
        "kept": 5,
        "disappeared": [],
        "moved": [],
    }


def test_what_is_no_longer_there_is_reported_with_its_links(stage: Stage):
    stage.supplier.put(stage.service, {"materials": [material()]})
    target = "https://reken.example/oefening/e2"
    made = stage.school.link({"service": stage.service, "target": target})
    assert made.json()["fragment"]
    left = material()
    left["parts"][0]["parts"][0]["parts"] = [exercise("e1", "Nieuwe titel")]
    report = stage.supplier.put(stage.service, {"materials": [left]}).json()
    (gone,) = report["disappeared"]
    assert (gone["key"], gone["links"], gone["id"]) == ("e2", 1, made.json()["fragment"])
    assert (report["added"], report["changed"], report["kept"]) == (0, 1, 3)


def test_with_one_fault_nothing_is_taken_over(stage: Stage):
    stage.supplier.put(stage.service, {"materials": [material("1")]})
    wrong = material("2", parts=[exercise("e1", locator="https://boos.example/")])
    answer = stage.supplier.put(stage.service, {"materials": [material("3"), wrong]})
    assert pointers(answer) == ["/materials/1/parts/0/locator"]
    assert [each["key"] for each in stage.supplier.get(stage.service).json()["materials"]] == ["1"]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"title": 3}, "/materials/0/title"),
        ({"title": ""}, "/materials/0/title"),
        ({"title": None}, "/materials/0/title"),
        ({"title": "a\u0000b"}, "/materials/0/title"),
        ({"title": "\ud800"}, "/materials/0/title"),
        ({"title": "x" * 501}, "/materials/0/title"),
        ({"prijs": 1}, "/materials/0/prijs"),
        ({"years": [True]}, "/materials/0/years/0"),
        ({"years": ["7"]}, "/materials/0/years/0"),
        ({"years": [7.0]}, "/materials/0/years/0"),
        ({"years": [99]}, "/materials/0/years/0"),
        ({"languages": ["Nederlands!"]}, "/materials/0/languages/0"),
        ({"isbn": "9789999999990"}, "/materials/0/isbn"),
        ({"cover": "javascript:alert(1)"}, "/materials/0/cover"),
        ({"access_link": "https://reken.example@boos.example/"}, "/materials/0/access_link"),
        ({"access_link": "https://reken.example/%2e%2e/x"}, "/materials/0/access_link"),
        ({"parts": {}}, "/materials/0/parts"),
        ({"parts": [[]]}, "/materials/0/parts/0"),
        ({"parts": [exercise("a"), exercise("a")]}, "/materials/0/parts/1/key"),
        ({"parts": [exercise("a", a_b=1)]}, "/materials/0/parts/0/a_b"),
        ({"objectives": [{"identifier": "x"}]}, "/materials/0/objectives/0/title"),
        ({"parts": [exercise("a", custom={"x": 1})]}, "/materials/0/parts/0/custom/x"),
    ],
)
def test_a_fault_is_named_with_its_place(stage: Stage, wrong: dict[str, Any], place: str):
    answer = stage.supplier.put(stage.service, {"materials": [material(**wrong)]})
    assert pointers(answer) == [place]
    assert answer.json()["errors"][0]["detail"]


def test_all_faults_come_at_once_and_how_many_there_are(stage: Stage):
    wrong = [exercise(str(number), title="") for number in range(300)]
    answer = stage.supplier.put(stage.service, {"materials": [material(parts=wrong)]})
    assert len(pointers(answer)) == 100
    assert answer.json()["total"] == 300


def test_a_material_that_comes_twice_is_refused(stage: Stage):
    answer = stage.supplier.put(stage.service, {"materials": [material(), material()]})
    assert pointers(answer) == ["/materials/1"]


@pytest.mark.parametrize("depth", [13, 100, 300])
def test_more_depth_than_anybody_means_is_refused(stage: Stage, depth: int):
    part = exercise("leaf")
    for number in range(depth):
        part = {"key": str(number), "title": "Deel", "parts": [part]}
    answer = stage.supplier.put(stage.service, {"materials": [material(parts=[part])]})
    assert pointers(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"materials": []} {}',
        b'{"materials": [], "materials": []}',
        b'{"materials": NaN}',
        b'{"materials": -Infinity}',
        b'{"materials": ' + b"9" * 5000 + b"}",
        b"[" * 200_000,
        b'{"materials":' * 50_000,
        b'{"materials": []}\x00',
        "{'materials': []}".encode("utf-16"),
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_not_one_json_document_is_refused(stage: Stage, body: bytes):
    headers = {"Content-Type": "application/json"}
    path = f"/api/v1/services/{stage.service}/materials"
    answer = stage.supplier.send("PUT", path, data=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] == "KP-507"


@pytest.mark.parametrize("body", [[], None, 1, "x", {}, {"materials": {}}, {"Materials": []}])
def test_another_document_is_refused_with_a_place(stage: Stage, body: object):
    path = f"/api/v1/services/{stage.service}/materials"
    headers = {"Content-Type": "application/json"}
    answer = stage.supplier.send("PUT", path, data=json.dumps(body), headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_another_kind_of_body_is_not_read(stage: Stage, headers: dict[str, str]):
    path = f"/api/v1/services/{stage.service}/materials"
    answer = stage.supplier.send("PUT", path, data=b'{"materials": []}', headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_not_read(stage: Stage, chunked: bool):
    size = 32 * 1024 * 1024 + 1
    body = (b" " * 65536 for _ in range(size // 65536 + 1)) if chunked else b" " * size
    path = f"/api/v1/services/{stage.service}/materials"
    headers = {"Content-Type": "application/json"}
    answer = stage.supplier.send("PUT", path, data=body, headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["put", "get"])
def test_a_service_of_another_supplier_is_as_one_that_is_not_there(stage: Stage, method: str):
    def ask(service: str) -> requests.Response:
        if method == "put":
            return stage.other_supplier.put(service, {"materials": []})
        return stage.other_supplier.get(service)

    stage.supplier.put(stage.service, {"materials": [material()]})
    others, unknown = ask(stage.service), ask("svc-x")
    assert (others.status_code, unknown.status_code) == (404, 404)
    assert {**others.json(), "reference": ""} == {**unknown.json(), "reference": ""}
    assert stage.supplier.get(stage.service).json() == {"materials": [material()]}


def test_without_a_token_nothing_is_answered(stage: Stage):
    answer = stage.stranger.get(stage.service)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="ketenpoort"'


@pytest.mark.parametrize(
    "change", ["secret", "id", "cut", "empty", "no secret", "long", "unprintable"]
)
def test_a_wrong_token_is_refused(stage: Stage, change: str):
    token = stage.supplier.token or ""
    name, _, secret = token.partition(".")
    wrong = {
        "secret": f"{name}.{secret[::-1]}",
        "id": f"tok-x.{secret}",
        "cut": token[:-1],
        "empty": "",
        "no secret": f"{name}.",
        "long": token + "x" * 4000,
        "unprintable": f"{name}.\xa0{secret}",
    }[change]
    answer = Api(stage.supplier.base, stage.supplier.document, wrong).get(stage.service)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_the_token_of_a_school_is_not_for_materials(stage: Stage):
    answer = stage.school.put(stage.service, {"materials": []})
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_a_token_does_not_count_as_basic_or_in_the_address(stage: Stage):
    """RFC 6750 §5.3: addresses are logged."""
    path = f"/api/v1/services/{stage.service}/materials"
    token = stage.supplier.token
    assert stage.stranger.send("GET", f"{path}?access_token={token}").status_code == 401
    basic = stage.stranger.send("GET", path, auth=("x", token or ""))
    assert basic.status_code == 401


def test_a_revoked_token_is_refused_at_once(stage: Stage):
    made = stage.gateway.ketenpoort_json(
        "supplier", "token", "add", stage.supplier_id, "--name", "leaked"
    )
    leaked = Api(stage.supplier.base, stage.supplier.document, made["token"])
    assert leaked.get(stage.service).status_code == 200
    stage.gateway.ketenpoort("supplier", "token", "revoke", made["id"])
    assert leaked.get(stage.service).status_code == 401


def test_the_tokens_of_a_supplier_that_is_removed_are_refused(stage: Stage):
    gateway = stage.gateway
    supplier = gateway.ketenpoort_json("supplier", "add", "--name", "Weg")["id"]
    made = gateway.ketenpoort_json("supplier", "token", "add", supplier, "--name", "x")
    gone = Api(stage.supplier.base, stage.supplier.document, made["token"])
    wait_until(lambda: gone.get(stage.service).status_code == 404)
    gateway.ketenpoort("supplier", "remove", supplier)
    assert gone.get(stage.service).status_code == 401


def test_neither_token_nor_content_is_logged(stage: Stage):
    stage.supplier.put(stage.service, {"materials": [material(title="Zeldzaamwoord")]})
    stage.supplier.put(stage.service, {"materials": [material(title="Zeldzaamwoord", x=1)]})
    log = (stage.gateway.directory / "log").read_text()
    assert "materials.published" in log
    assert "Zeldzaamwoord" not in log
    assert (stage.supplier.token or "").partition(".")[2] not in log
