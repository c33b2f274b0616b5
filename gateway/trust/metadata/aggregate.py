"""A document of metadata: one entity, or a federation's thousands, read one by one.

A document with a proof is read twice: first whole, to check its signature, then the same bytes
as a stream. The signature must be of the root, so it covers all that the stream yields (what
stands inside the Signature itself is passed over). Checking needs the tree and its canonical text,
up to five times the document's size; streaming needs the bytes and one entity.
"""

from collections.abc import Callable, Iterator
from io import BytesIO

from lxml import etree

from gateway.errors import RegistrationRefused
from gateway.trust.metadata.names import ENTITIES, ENTITY
from gateway.trust.metadata.problems import Findings
from gateway.trust.metadata.proof import DOCUMENT_LIMIT, Proof, judge_signature, judge_times
from gateway.trust.metadata.read import Entity, read_entity
from gateway.trust.metadata.rules import Rules

# Real metadata has 40 bytes and more for each tag and attribute; a tree of far smaller ones
# takes many times the memory of its text.
_MIN_DENSITY = 16
_SMALL = 1_000_000

Progress = Callable[[int, float], None]


def read_entities(
    data: bytes, rules: Rules, proof: Proof | None, progress: Progress | None = None
) -> Iterator[Entity]:
    """The entities of a document, the refused among them, each with its problems.

    Without a proof the document's origin is the caller's care. `progress` is told how many
    entities were read and what share of the document, from 0 to 1. Raises RegistrationRefused,
    at once for a document that is refused as a whole, and later when it breaks off halfway.
    """
    _judge_form(data)
    judge_times(_root(data), rules, proof)
    if proof is not None:
        judge_signature(data, proof)
    return _once_each(_stream(data, rules, progress or (lambda _count, _share: None)))


def is_aggregate(data: bytes) -> bool:
    """Whether a document is a group of entities; raises RegistrationRefused when it is neither."""
    _judge_form(data)
    return bool(_root(data).tag == ENTITIES)


def _judge_form(data: bytes) -> None:
    if len(data) > DOCUMENT_LIMIT:
        raise RegistrationRefused(f"The document is larger than {DOCUMENT_LIMIT} bytes.")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise RegistrationRefused("The document has a DOCTYPE or entity. Publish it without.")
    if (data.count(b"<") + data.count(b"=")) * _MIN_DENSITY > max(len(data), _SMALL):
        raise RegistrationRefused("The document has far more elements than metadata has.")


def _root(data: bytes) -> etree._Element:
    try:
        root: etree._Element = next(iter(_parse(BytesIO(data), "start")))[1]
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise _malformed(error) from error
    if root.tag not in (ENTITY, ENTITIES):
        name = str(root.tag).rpartition("}")[2]
        raise RegistrationRefused(
            f"The document is not SAML metadata: it begins with {name[:100]!r}. Give a file that "
            "begins with an EntityDescriptor or EntitiesDescriptor."
        )
    return root


def _parse(data: BytesIO, event: str, tags: tuple[str, ...] | None = None) -> etree.iterparse:
    """The same strict parser as `gateway.trust.xml`, as a stream."""
    return etree.iterparse(
        data,
        events=(event,),
        tag=tags,
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _stream(data: bytes, rules: Rules, progress: Progress) -> Iterator[Entity]:
    source = BytesIO(data)
    count = 0
    try:
        for _, element in _parse(source, "end", (ENTITY, ENTITIES)):
            if not _is_member(element):
                continue
            if element.tag == ENTITY:
                entity = read_entity(element, rules)
                count += 1
                progress(count, source.tell() / len(data))
                yield entity
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from error


def _is_member(element: etree._Element) -> bool:
    """Whether it stands in groups alone, and not inside an extension or a signature."""
    return all(ancestor.tag == ENTITIES for ancestor in element.iterancestors())


def _forget(element: etree._Element) -> None:
    """Free an element that was read, and all before it in its group."""
    group = element.getparent()
    if group is None:
        return
    element.clear()
    while element.getprevious() is not None:
        del group[0]


def _once_each(entities: Iterator[Entity]) -> Iterator[Entity]:
    seen: set[str] = set()
    for entity in entities:
        if entity.entity_id and entity.entity_id in seen:
            findings = Findings(entity.entity_id)
            findings.error(
                "EntityDescriptor/@entityID",
                "The document has this entityID twice; the first is used.",
                "Leave one of them out.",
            )
            yield Entity(entity.entity_id, None, None, findings.problems(), None)
        else:
            seen.add(entity.entity_id)
            yield entity


def _malformed(error: Exception) -> RegistrationRefused:
    return RegistrationRefused(
        f"The document is not well-formed XML: {error or 'it is empty'}. "
        "Fetch it again whole, or have its publisher mend it."
    )
