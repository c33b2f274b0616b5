"""Which reader a file of materials is for, and its reading."""

from pathlib import Path

from lxml import etree

from gateway.catalogue import course_json, course_xml, csv_form, json_form, nl_lom
from gateway.catalogue.reading import Reading
from gateway.cli.context import read_file
from gateway.core.strict_json import JsonRefused, read_json
from gateway.errors import MalformedBody, RegistrationRefused
from gateway.trust.xml import XmlRefused, parse

FORMATS = ("json", "csv", "nl-lom", "course")
_LARGEST_XML = 256 * 1024 * 1024


def read_materials(path: Path, form: str | None) -> Reading:
    """The materials of a file; its form is seen from its content when none is given.

    Raises RegistrationRefused for a file that can not be read, ContentRefused with all faults.
    """
    data = read_file(path)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    try:
        if form == "nl-lom" or (form != "csv" and start == b"<"):
            return _read_xml(parse(data, limit=_LARGEST_XML), form)
        if form in {"json", "course"} or (form is None and start in {b"{", b"["}):
            return _read_json(data, form)
        return csv_form.read(data)
    except (XmlRefused, JsonRefused, MalformedBody) as error:
        raise RegistrationRefused(f"{path} can not be read: {error}") from error


def _read_xml(root: etree._Element, form: str | None) -> Reading:
    is_course = root.tag == f"{{{course_xml.NAMESPACE}}}courseStructure"
    if form == "course" or (is_course and form is None):
        return course_xml.read(root)
    return nl_lom.read(root)


def _read_json(data: bytes, form: str | None) -> Reading:
    value = read_json(data)
    is_course = isinstance(value, dict) and "course" in value
    if form == "course" or (is_course and form is None):
        return course_json.read(value)
    return json_form.read_value(value)
