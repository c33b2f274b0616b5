"""The children at a path of tags: what lxml's own search finds."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.trust.xml import child, children

TAGS = st.sampled_from(["a", "b", "{urn:x}a"])
TREES = st.recursive(
    st.builds(etree.Element, TAGS) | st.builds(etree.Comment, st.just("a")),
    lambda below: st.builds(
        lambda tag, inner: _grown(etree.Element(tag), inner), TAGS, st.lists(below, max_size=4)
    ),
    max_leaves=12,
)


def _grown(element: etree._Element, inner: list[etree._Element]) -> etree._Element:
    element.extend(inner)
    return element


@given(TREES, st.lists(TAGS, min_size=1, max_size=3))
def test_it_finds_what_findall_finds(tree: etree._Element, path: list[str]) -> None:
    assert children(tree, *path) == tree.findall("/".join(path))
    assert child(tree, *path) is tree.find("/".join(path))
