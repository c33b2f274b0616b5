"""`/api/v1/licences`: software of a school says which class groups may use which material."""

from typing import Any

import pytest
import requests

from tests.api.conftest import Stage
from tests.api.materials import material

PATH = "/api/v1/licences"
ISBN = "9789999999991"


@pytest.fixture(scope="module")
def store() -> str:
    """What is kept is the same on each: tests/contracts."""
    return "sqlite"


@pytest.fixture(scope="module")
def material_id(stage: Stage) -> str:
    assert stage.supplier.put(stage.service, {"materials": [material(ISBN)]}).status_code == 200
    (row,) = stage.gateway.ketenpoort_json("material", "list", "--service", stage.service)
    return str(row["id"])


def put(stage: Stage, *pairs: tuple[str, str]) -> requests.Response:
    licences = [{"material": name, "group": group} for name, group in pairs]
    return stage.school.send("PUT", PATH, json={"licences": licences})


def kept(stage: Stage) -> set[tuple[str, str]]:
    """As the commands see it, and so links and the start page."""
    rows = stage.gateway.ketenpoort_json("licence", "list", "--school", "99XA")
    return {(row["material"], group) for row in rows for group in row["groups"]}


def test_the_licences_are_those_that_were_put_and_no_others(stage: Stage, material_id: str) -> None:
    """By any name that a list in CSV may have; the answer may be put back."""
    assert put(stage, (ISBN, "2B")).status_code == 200
    answer = put(stage, (ISBN, "2A"), (material_id, "3C"), (ISBN, " 2A "))
    assert answer.status_code == 200
    expected = [{"material": material_id, "group": group} for group in ("2A", "3C")]
    assert answer.json() == {"licences": expected}
    assert stage.school.send("GET", PATH).json() == answer.json()
    assert kept(stage) == {(material_id, "2A"), (material_id, "3C")}
    assert stage.school.send("PUT", PATH, json=answer.json()).json() == answer.json()
    assert put(stage).json() == {"licences": []}
    assert kept(stage) == set()


@pytest.mark.parametrize(
    ("licence", "place"),
    [
        ({"material": "9780000000000", "group": "2A"}, "/licences/1/material"),
        ({"material": ISBN, "group": ""}, "/licences/1/group"),
        ({"material": ISBN, "group": "a" * 121}, "/licences/1/group"),
        ({"material": ISBN}, "/licences/1/group"),
        ({"material": ISBN, "group": "2A", "person": "p"}, "/licences/1/person"),
        ({"material": 9789999999991, "group": "2A"}, "/licences/1/material"),
    ],
)
def test_one_that_is_wrong_changes_nothing(
    stage: Stage, material_id: str, licence: dict[str, Any], place: str
) -> None:
    put(stage, (ISBN, "2B"))
    body = {"licences": [{"material": ISBN, "group": "2A"}, licence]}
    answer = stage.school.send("PUT", PATH, json=body)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]
    assert kept(stage) == {(material_id, "2B")}


def test_a_list_without_end_and_what_is_no_list_are_refused(stage: Stage, material_id: str) -> None:
    put(stage, (ISBN, "2B"))
    for body in ([], {"licences": None}, {}, {"licences": [], "school": "99XB"}):
        assert stage.school.send("PUT", PATH, json=body).status_code == 422
    assert stage.school.send("PUT", PATH, data=b"{", headers=_JSON).status_code == 400
    assert kept(stage) == {(material_id, "2B")}


_JSON = {"Content-Type": "application/json"}


def test_only_a_school_with_the_scope_reads_or_writes_them(stage: Stage, material_id: str) -> None:
    put(stage, (ISBN, "2B"))
    body = {"licences": []}
    for method, scope in (("GET", "links:read"), ("PUT", "licences:read")):
        made = stage.gateway.ketenpoort_json(
            "school", "token", "add", "99XA", "--name", "narrow", "--scope", scope
        )
        narrow = type(stage.school)(stage.gateway.base, stage.school.document, made["token"])
        answer = narrow.send(method, PATH, json=body)
        assert answer.status_code == 403
        assert answer.json()["code"] == "KP-911"
        assert stage.supplier.send(method, PATH, json=body).status_code == 403
        assert stage.stranger.send(method, PATH, json=body).status_code == 401
    assert kept(stage) == {(material_id, "2B")}
