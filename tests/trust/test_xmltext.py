"""XML written as text: it is well-formed and canonical as it stands, whatever is put into it."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.trust.xml import canonical
from gateway.trust.xmltext import element, text

NAMES = st.sampled_from(["ID", "IssueInstant", "Version", "Name", "NameFormat", "FriendlyName"])
MARKED = st.text(st.characters() | st.sampled_from("&<>\"'\t\n\r\0\x0b\ufffe\ud800"), max_size=20)


def document(attributes: dict[str, str], content: str, other: str) -> str:
    inner = element("b:Inner", attributes, text(other), namespace="urn:b")
    return element(
        "a:Outer", attributes, element("a:Empty", {}), text(content), inner, namespace="urn:a"
    )


@given(st.dictionaries(NAMES, MARKED), MARKED, MARKED)
def test_it_is_its_own_canonical_form(attributes: dict[str, str], content: str, other: str) -> None:
    """XML-EXC-C14N §2.2, C14N §2.2: order of attributes, namespaces, what is escaped and how."""
    written = document(attributes, content, other)
    assert canonical(etree.fromstring(written.encode())).decode() == written


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=20))
def test_what_can_be_written_comes_back(value: str) -> None:
    read = etree.fromstring(document({"Name": value}, value, "").encode())
    assert (read.get("Name"), read[0].tail) == (value, value or None)


def test_what_xml_can_not_hold_is_marked() -> None:
    """XML 1.0 §2.2."""
    assert text("a\0b\x1fc\ud800d\ufffee") == "a\ufffdb\ufffdc\ufffdd\ufffde"
