"""Course structures of SEM and Edu-V: cmi5 in XML, as their schema has it, and in JSON."""

import copy
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway.catalogue import course_json, course_xml
from gateway.catalogue.reading import Reading, refuse_problems
from gateway.core.materials import Objective, PublishedFragment
from gateway.errors import ContentRefused
from gateway.trust.xml import parse
from tests.catalogue.services import service

XML = """\
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
    xmlns:ecs="http://www.sanoma.com/cmi5/ExtendedCourseStructureExtension.xsd">
  <course id="urn:cursus:engels-4v:2026">
    <title><langstring lang="en-GB">English</langstring>
      <langstring lang="nl-NL">Engels 4 vwo</langstring></title>
    <description><langstring lang="nl-NL">Een cursus.</langstring></description>
    <ecs:image>https://boek.example/omslag.png</ecs:image>
    <ecs:streamcode>engels-4vwo</ecs:streamcode>
  </course>
  <objectives>
    <objective id="urn:doel:luisteren">
      <title><langstring lang="nl-NL">Luisteren</langstring></title>
      <description><langstring lang="nl-NL">Gesprekken volgen.</langstring></description>
    </objective>
  </objectives>
  <block id="urn:blok:1">
    <title><langstring lang="nl-NL">England</langstring></title>
    <description><langstring lang="nl-NL">-</langstring></description>
    <block id="urn:blok:1.1">
      <title><langstring lang="nl-NL">Listening</langstring></title>
      <description><langstring lang="nl-NL">-</langstring></description>
      <au id="urn:au:1" activityType="Oefening" moveOn="CompletedOrPassed">
        <title><langstring lang="nl-NL">Test Yourself</langstring></title>
        <description><langstring lang="nl-NL">-</langstring></description>
        <objectives><objective idref="urn:doel:luisteren"/></objectives>
        <url>https://boek.example/8717927999997?deepLinkId=1</url>
        <entitlementKey>8717927999997</entitlementKey>
      </au>
    </block>
    <au id="urn:au:2" activityType="Theorie">
      <title><langstring lang="nl-NL">Lesstof</langstring></title>
      <description><langstring lang="nl-NL">-</langstring></description>
      <url>https://boek.example/8717927999997?deepLinkId=2</url>
      <entitlementKey>8717927999997</entitlementKey>
    </au>
  </block>
</courseStructure>
"""


def text(words: str) -> list[dict[str, str]]:
    return [{"lang": "en", "langstring": "in English"}, {"lang": "nl-NL", "langstring": words}]


UNIT: dict[str, Any] = {
    "id": "urn:au:1",
    "activityType": "Oefening",
    "moveOn": "CompletedOrPassed",
    "launchMethod": "AnyWindow",
    "title": text("Test Yourself"),
    "objectives": ["urn:doel:luisteren"],
    "url": "https://boek.example/8717927999997?deepLinkId=1",
    "launchParameters": "",
    "image": "",
    "streamref": "core",
    "entitlementKey": "8717927999997",
}
JSON: dict[str, Any] = {
    "course": {
        "id": "urn:cursus:engels-4v:2026",
        "title": text("Engels 4 vwo"),
        "description": text("Een cursus."),
        "image": "https://boek.example/omslag.png",
        "streamcode": "engels-4vwo",
        "version": "#1",
    },
    "objectives": [{"id": "urn:doel:luisteren", "title": "Luisteren"}],
    "blocks": [
        {
            "id": "urn:blok:1",
            "title": text("England"),
            "description": text("-"),
            "blocks": [
                {
                    "id": "urn:blok:1.1",
                    "title": text("Listening"),
                    "description": text("-"),
                    "aus": [UNIT],
                    "studyloadindicator": 3,
                }
            ],
        }
    ],
}
EXERCISE = PublishedFragment(
    key="urn:au:1",
    title="Test Yourself",
    kind="exercise",
    locator="https://boek.example/8717927999997?deepLinkId=1",
    activity_type="Oefening",
    objectives=(Objective("Luisteren", "urn:doel:luisteren"),),
)


def read_xml(document: str) -> Reading:
    return course_xml.read(parse(document.encode()))


@pytest.mark.shared_data
def test_the_example_is_a_course_structure_by_its_schema(shared_data: Path):
    """So that what we read here is what others write."""
    schema = etree.XMLSchema(etree.parse(shared_data / "edu-v-sem" / "CourseStructure.xsd"))
    schema.assertValid(etree.fromstring(XML))


@pytest.mark.parametrize("form", ["xml", "json"])
def test_both_forms_become_the_same_material(form: str):
    reading = read_xml(XML) if form == "xml" else course_json.read(JSON)
    refuse_problems(service("https://boek.example/"), reading)
    (publication,) = reading.publications
    assert publication.key == "engels-4vwo"
    assert publication.title == "Engels 4 vwo"
    assert publication.description == "Een cursus."
    assert publication.product == "8717927999997"
    assert publication.cover == "https://boek.example/omslag.png"
    (block,) = publication.parts
    assert (block.key, block.kind, block.title) == ("urn:blok:1", "chapter", "England")
    assert (block.parts[0].kind, block.parts[0].parts) == ("paragraph", (EXERCISE,))


def test_units_and_blocks_stand_in_the_order_of_the_document():
    (publication,) = read_xml(XML).publications
    (block,) = publication.parts
    assert [each.key for each in block.parts] == ["urn:blok:1.1", "urn:au:2"]
    assert (block.parts[1].kind, block.parts[1].activity_type) == ("page", "Theorie")


def test_without_a_stream_code_the_course_has_its_id():
    document = XML.replace("<ecs:streamcode>engels-4vwo</ecs:streamcode>", "")
    assert read_xml(document).publications[0].key == "urn:cursus:engels-4v:2026"


def test_units_of_several_products_have_each_their_own():
    document = XML.replace(">8717927999997</entitlementKey>", ">1</entitlementKey>", 1)
    (publication,) = read_xml(document).publications
    (block,) = publication.parts
    assert (publication.product, block.product) == (None, None)
    paragraph, page = block.parts
    assert (paragraph.parts[0].product, page.product) == ("1", "8717927999997")


def test_objectives_that_no_unit_names_are_those_of_the_course():
    more = {"id": "urn:doel:lezen", "title": "Lezen"}
    reading = course_json.read({**JSON, "objectives": [*JSON["objectives"], more]})
    assert reading.publications[0].objectives == (Objective("Lezen", "urn:doel:lezen"),)
    assert course_json.read(JSON).publications[0].objectives == ()


def test_level_subjects_of_the_course_beside_it_are_what_it_is_searched_by():
    """course.v1.yaml, LevelSubjects."""
    levels = [
        {"level": "VO-HAVO", "levelYear": 4},
        {"level": "VO-VMBO-TL", "levelYear": 3},
        {"level": "MBO-Niveau-2", "levelYear": 3},
    ]
    document = {**JSON, "levelSubjects": [{"levels": levels, "subjectCode": "Engels"}, {}]}
    (publication,) = course_json.read(document).publications
    assert publication.levels == ("havo", "vmbo-t", "mbo niveau 2")
    assert (publication.subjects, publication.years) == (("Engels",), (3, 4))


AU = "line 22, au urn:au:1"


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("<url>https://boek.example/8717927999997?deepLinkId=1</url>", "", AU, "it has no url"),
        ('<block id="urn:blok:1">', "<block>", "line 16, block", "it has no id"),
        ("Test Yourself", "", AU, "it has no title"),
        ('idref="urn:doel:luisteren"', 'idref="urn:x"', AU, "the course has no objective urn:x"),
        ('course id="urn:cursus:engels-4v:2026"', "course", "line 3, course", "it has no id"),
        ("cmi5/v1/CourseStructure", "cmi5/v2/CourseStructure", "line 2, courseStructure", "v1"),
    ],
)
def test_a_fault_in_xml_is_named_with_its_line(old: str, new: str, place: str, says: str):
    assert old in XML
    with pytest.raises(ContentRefused) as refused:
        read_xml(XML.replace(old, new, 1))
    assert refused.value.faults[0].place == place
    assert says in refused.value.faults[0].text


def test_where_there_is_no_dutch_title_another_counts():
    document = XML.replace("Engels 4 vwo", "")
    assert read_xml(document).publications[0].title == "English"


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("course",), None, "/course"),
        (("course", "id"), 3, "/course/id"),
        (("course", "title"), [], "/course"),
        (("blocks", 0, "title"), "England", "/blocks/0/title"),
        (("blocks", 0, "blocks", 0, "aus", 0, "url"), "", "/blocks/0/blocks/0/aus/0/url"),
        (("blocks", 0, "blocks", 0, "aus", 0, "id"), "", "/blocks/0/blocks/0/aus/0"),
        (("blocks", 0, "blocks", 0, "aus", 0, "objectives"), ["x"], "/blocks/0/blocks/0/aus/0"),
    ],
)
def test_a_fault_in_json_is_named_with_its_place(
    path: tuple[str | int, ...], value: object, place: str
):
    document = copy.deepcopy(JSON)
    where: Any = document
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = value
    with pytest.raises(ContentRefused) as refused:
        course_json.read(document)
    assert [fault.place for fault in refused.value.faults] == [place]


def test_an_address_elsewhere_is_named_with_its_unit():
    with pytest.raises(ContentRefused, match=f"{AU}, locator: outside"):
        refuse_problems(service("https://boek.example/x/"), read_xml(XML))


@pytest.mark.parametrize("depth", [40, 5000])
def test_more_blocks_in_each_other_than_anybody_means_are_refused(depth: int):
    open_blocks = '<block id="b"><title><langstring>B</langstring></title>' * depth
    document = XML.replace('<block id="urn:blok:1">', open_blocks, 1).replace(
        "</block>\n</courseStructure>", "</block>" * depth + "</courseStructure>"
    )
    with pytest.raises((ContentRefused, ValueError)):
        read_xml(document)
