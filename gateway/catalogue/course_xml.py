"""A course structure in XML: cmi5 `CourseStructure.xsd` with the extensions of SEM and Edu-V."""

from collections.abc import Iterator

from lxml import etree

from gateway.catalogue.course import Course, Node, reading_of
from gateway.catalogue.reading import Faults, Reading
from gateway.catalogue.words import Wording, in_dutch, plain

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
_EXTENSION = "http://www.sanoma.com/cmi5/ExtendedCourseStructureExtension.xsd"
_DEEPEST = 32


def read(root: etree._Element) -> Reading:
    """Raises ContentRefused with the line of each fault."""
    faults = Faults()
    if root.tag != _tag("courseStructure"):
        faults.add(_place(root), f"courseStructure of {NAMESPACE} is needed here")
    course = root.find(_tag("course"))
    if course is None:
        faults.add(_place(root), "it has no course")
    faults.refuse_any()
    assert course is not None
    return reading_of(_course(root, course, faults), faults)


def _course(root: etree._Element, course: etree._Element, faults: Faults) -> Course:
    return Course(
        place=_place(course),
        id=_id(course),
        title=_texts(course, "title"),
        description=_texts(course, "description"),
        objectives=dict(_objectives(root)),
        parts=_nodes(root, faults, 1),
        stream_code=_text(course.find(f"{{{_EXTENSION}}}streamcode")),
        image=_text(course.find(f"{{{_EXTENSION}}}image")),
    )


def _objectives(root: etree._Element) -> Iterator[tuple[str, str]]:
    for objective in root.iterfind(f"{_tag('objectives')}/{_tag('objective')}"):
        identifier = _id(objective)
        yield identifier, in_dutch(_texts(objective, "title")) or identifier


def _nodes(parent: etree._Element, faults: Faults, depth: int) -> tuple[Node, ...]:
    if depth > _DEEPEST:
        faults.add(_place(parent), f"deeper than {_DEEPEST} blocks")
        return ()
    found = parent.iterchildren(_tag("au"), _tag("block"))
    return tuple(_node(each, faults, depth) for each in found)


def _node(element: etree._Element, faults: Faults, depth: int) -> Node:
    is_unit = element.tag == _tag("au")
    url = _text(element.find(_tag("url")))
    if is_unit and not url:
        faults.add(_place(element), "it has no url")
    references = element.iterfind(f"{_tag('objectives')}/{_tag('objective')}")
    return Node(
        place=_place(element),
        id=_id(element),
        title=_texts(element, "title"),
        url=url if is_unit else None,
        activity_type=element.get("activityType"),
        entitlement=_text(element.find(_tag("entitlementKey"))),
        objectives=tuple(each.get("idref", "") for each in references),
        parts=() if is_unit else _nodes(element, faults, depth + 1),
    )


def _id(element: etree._Element) -> str:
    return (element.get("id") or "").strip()


def _texts(element: etree._Element, name: str) -> tuple[Wording, ...]:
    found = element.iterfind(f"{_tag(name)}/{_tag('langstring')}")
    return tuple(Wording(each.get("lang") or "", plain(each)) for each in found)


def _text(element: etree._Element | None) -> str | None:
    return plain(element) or None if element is not None else None


def _place(element: etree._Element) -> str:
    name = etree.QName(element).localname
    identifier = element.get("id")
    return f"line {element.sourceline}, {name}" + (f" {identifier[:80]}" if identifier else "")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
