"""Materials by command: each form, what is reported, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.core.model import Link
from gateway.store.database import connect
from gateway.store.repositories import open_repositories
from tests.catalogue.test_course_structure import JSON as COURSE_JSON
from tests.catalogue.test_course_structure import XML as COURSE_XML
from tests.operations.command import Operator

BASE = "https://rekenen.linde.example"
CSV = f"""\
material;key;parent;title;kind;locator
9789999999991;;;Rekenen groep 7;;{BASE}/start
9789999999991;h1;;Breuken;chapter;
9789999999991;e1;h1;Één half;exercise;{BASE}/1
"""
LOM = f"""\
<lom xmlns="http://ltsc.ieee.org/xsd/LOM">
<general><identifier><catalog>URI</catalog><entry>urn:les:1</entry></identifier>
<title><string language="nl">Breuken</string></title></general>
<technical><location>{BASE}/les/1</location></technical></lom>
"""


def book(*exercises: str, key: str = "9789999999991") -> str:
    parts = [{"key": each, "title": each, "locator": f"{BASE}/{each}"} for each in exercises]
    return json.dumps({"materials": [{"key": key, "title": "Rekenen", "parts": parts}]})


@pytest.fixture
def material(operator: Operator, service: str, tmp_path: Path) -> Any:
    """Import a text; what is reported."""

    def imported(text: str, *options: str) -> Any:
        file = tmp_path / "materials"
        file.write_text(text, encoding="utf-8")
        return operator.read("material", "import", file, "--service", service, *options)

    return imported


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (book("e1"), "9789999999991"),
        ("\ufeff" + book("e1"), "9789999999991"),
        (CSV, "9789999999991"),
        ("\ufeff" + CSV, "9789999999991"),
        (LOM, "urn:les:1"),
        (COURSE_XML.replace("https://boek.example", BASE), "engels-4vwo"),
        (json.dumps(COURSE_JSON).replace("https://boek.example", BASE), "engels-4vwo"),
    ],
    ids=["json", "json with BOM", "csv", "csv with BOM", "nl-lom", "course xml", "course json"],
)
def test_the_form_is_seen_from_the_content(
    operator: Operator, service: str, material: Any, text: str, key: str
):
    assert material(text)["added"] > 0
    (listed,) = operator.read("material", "list", "--service", service)
    assert listed["key"] == key


@pytest.mark.parametrize(
    ("text", "form"), [(book("e1"), "csv"), (CSV, "json"), (LOM, "course"), (book("e1"), "nl-lom")]
)
def test_a_form_that_is_named_is_the_only_one_tried(
    operator: Operator, service: str, tmp_path: Path, text: str, form: str
):
    file = tmp_path / "materials"
    file.write_text(text)
    assert operator.refused("material", "import", file, "--service", service, "--format", form)
    assert operator.read("material", "list", "--service", service) == []


def test_a_second_import_says_what_changed(operator: Operator, material: Any):
    material(book("e1", "e2"))
    report = material(book("e2", "e3"))
    assert (report["added"], report["changed"], report["kept"]) == (1, 1, 1)
    assert [gone["key"] for gone in report["disappeared"]] == ["e1"]


def test_links_that_lost_their_place_are_counted(operator: Operator, service: str, material: Any):
    material(book("e1"))
    (listed,) = operator.read("material", "list", "--service", service)
    (part,) = operator.read("material", "show", listed["id"])["parts"]
    database = open_repositories(connect(f"sqlite:///{operator.directory}/ketenpoort.db"))
    database.links.add(Link("c0de", service, f"{BASE}/e1", 1, fragment_id=part["id"]))
    (gone,) = material(book("e2"))["disappeared"]
    assert (gone["key"], gone["links"]) == ("e1", 1)


def test_add_leaves_other_materials_and_whole_does_not(
    operator: Operator, service: str, material: Any
):
    def keys() -> list[str]:
        return [row["key"] for row in operator.read("material", "list", "--service", service)]

    material(book("a", key="1"))
    material(book("b", key="2"))
    assert sorted(keys()) == ["1", "2"]
    material(book("c", key="3"), "--whole")
    assert keys() == ["3"]


def test_a_material_is_shown_with_its_tree(operator: Operator, service: str, material: Any):
    material(CSV)
    (listed,) = operator.read("material", "list", "--service", service)
    shown = operator.read("material", "show", listed["id"])
    assert (shown["key"], shown["access_link"]) == ("9789999999991", f"{BASE}/start")
    (chapter,) = shown["parts"]
    (exercise,) = chapter["parts"]
    assert (exercise["key"], exercise["locator"]) == ("e1", f"{BASE}/1")
    lines = operator.good("material", "show", listed["id"]).splitlines()
    assert lines[-2] == f"{chapter['id']}  chapter  Breuken"
    assert lines[-1] == f"  {exercise['id']}  exercise  Één half  {BASE}/1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (book("e1").replace(BASE, "https://boos.example"), "/materials/0/parts/0/locator: outside"),
        (CSV.replace(f"{BASE}/1", "https://boos.example/"), "row 4, locator: outside"),
        (LOM.replace(BASE, "https://boos.example"), "record 1, access_link: outside"),
        (COURSE_XML, "au urn:au:2, locator: outside"),
        ('{"materials": [}', "not JSON: Expecting value at line 1, column 16"),
        ("<lom>", "not well-formed XML"),
        ('<!DOCTYPE x [<!ENTITY y "z">]><lom/>', "a DOCTYPE or entity is not accepted"),
        ("x", "row 1: there is no column material, key, title"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    operator: Operator, service: str, tmp_path: Path, text: str, says: str
):
    file = tmp_path / "materials"
    file.write_text(text)
    assert says in operator.refused("material", "import", file, "--service", service)
    assert operator.read("material", "list", "--service", service) == []


def test_deleted_records_are_named_as_passed_over(material: Any):
    answer = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
        '<record><header status="deleted"><identifier>oai:1</identifier></header></record>'
        f"<record><header><identifier>oai:2</identifier></header><metadata>{LOM}</metadata></record>"
        "</ListRecords></OAI-PMH>"
    )
    report = material(answer)
    assert (report["materials"], report["passed_over"]) == (1, ["record 1 (oai:1): deleted"])


def test_a_service_or_file_that_is_not_there_is_named(operator: Operator, service: str):
    options = ("--service", "svc-x")
    assert "no service svc-x" in operator.refused("material", "import", "/dev/null", *options)
    assert "no service svc-x" in operator.refused("material", "list", *options)
    said = operator.refused("material", "import", "/nergens", "--service", service)
    assert said == "can not read /nergens: No such file or directory"
    assert operator.refused("material", "show", "mat-x")
