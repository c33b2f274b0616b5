"""NL-LOM: a record alone, in an answer of Edurep (SRU 1.2) or of OAI-PMH (ListRecords).

Both bindings are read: IMS-MD 1.2 (`langstring`) and IEEE LOM (`string`). Names are compared
without case and namespace below `lom`: of the catalogues that deliver records, some mix them.
A record is a material without parts; its first location (LOM 4.3) is its access link.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from gateway.catalogue.reading import Faults, Reading
from gateway.catalogue.words import Wording, in_dutch, name_of, plain, unique
from gateway.core.materials import Objective, Publication
from gateway.core.publishing import plain_isbn

_LOM = ("http://www.imsglobal.org/xsd/imsmd_v1p2", "http://ltsc.ieee.org/xsd/LOM")
_ISBN = re.compile(r"(?:urn:)?isbn[: ]*", re.IGNORECASE)
_YEAR = re.compile(r"(?:\b(?:groep|leerjaar)\s*|,\s*)([1-8])$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Record:
    """`name` is its identifier in the answer that it came in; `lom` is None when it has none."""

    place: str
    name: str | None
    lom: etree._Element | None
    deleted: bool = False


def read(root: etree._Element) -> Reading:
    """Raises ContentRefused with the record of each fault. Deleted records are passed over."""
    faults = Faults()
    publications, places, passed_over = [], [], []
    for record in _records(root, faults):
        if record.deleted:
            passed_over.append(f"{record.place}: deleted")
        elif publication := _publication(record, faults):
            publications.append(publication)
            places.append(record.place)
    passed_over += [f"{name}: the answer goes on in another" for name in _continuations(root)]
    faults.refuse_any()
    return Reading(tuple(publications), tuple(places), passed_over=tuple(passed_over))


def _records(root: etree._Element, faults: Faults) -> Iterator[_Record]:
    match name_of(root):
        case "lom":
            yield _Record("record 1", None, root)
        case "searchretrieveresponse":
            yield from _in_answer(root, name_at="recordidentifier")
        case "oai-pmh":
            for error in _children(root, "error"):
                faults.add("OAI-PMH", f"error {error.get('code')}: {plain(error)}")
            yield from _in_answer(root, name_at="identifier")
        case other:
            faults.add(f"element {other}", "lom, searchRetrieveResponse or OAI-PMH is needed here")


def _in_answer(root: etree._Element, name_at: str) -> Iterator[_Record]:
    records = (each for each in root.iter(etree.Element) if name_of(each) == "record")
    for number, record in enumerate(records, 1):
        header = next(_children(record, "header"), record)
        name = next((plain(each) for each in _children(header, name_at)), None)
        yield _Record(
            place=f"record {number}" + (f" ({name[:120]})" if name else ""),
            name=name,
            lom=next((each for each in record.iter(*_lom_tags())), None),
            deleted=header.get("status") == "deleted",
        )


def _continuations(root: etree._Element) -> Iterator[str]:
    """What says that a next answer has the rest (OAI-PMH §3.5, SRU 1.2)."""
    for each in root.iter(etree.Element):
        if name_of(each) in {"resumptiontoken", "nextrecordposition"} and plain(each):
            yield etree.QName(each).localname


def _lom_tags() -> list[str]:
    return [f"{{{namespace}}}lom" for namespace in _LOM]


def _publication(record: _Record, faults: Faults) -> Publication | None:
    lom = record.lom
    if lom is None or lom.tag not in _lom_tags():
        faults.add(record.place, "it has no lom of IMS-MD 1.2 or IEEE LOM")
        return None
    identifiers = [*_identifiers(lom)]
    key = record.name or next((entry for _, entry in identifiers), None)
    title = in_dutch(_wordings(lom, "general", "title"))
    location = next((_https(plain(each)) for each in _at(lom, "technical", "location")), None)
    wanted = {
        "identifier (general.identifier or catalogentry)": key,
        "title (general.title)": title,
        "location (technical.location): there is nothing to link to": location,
    }
    if missing := [name for name, value in wanted.items() if not value]:
        for name in missing:
            faults.add(record.place, f"it has no {name}")
        return None
    levels = unique(entry for entry, _ in _taxons(lom, "educational level"))
    return Publication(
        key=key or "",
        title=title,
        isbn=next(_isbns(identifiers), None),
        description=in_dutch(_wordings(lom, "general", "description")),
        subjects=unique(entry for entry, _ in _taxons(lom, "discipline")),
        levels=levels,
        years=unique(int(found[1]) for found in map(_YEAR.search, levels) if found),
        languages=unique(_languages(lom)),
        access_link=location,
        objectives=unique(Objective(*each) for each in _taxons(lom, "educational objective")),
    )


def _https(location: str) -> str:
    """Old records say http where the site has long been https, and a browser asks that first."""
    return re.sub(r"^http:", "https:", location, flags=re.IGNORECASE)


def _identifiers(lom: etree._Element) -> Iterator[tuple[str, str]]:
    """Catalogue and entry (LOM 1.1); IMS-MD 1.2 writes them in `catalogentry`."""
    for name in ("identifier", "catalogentry"):
        for identifier in _at(lom, "general", name):
            catalogue = next((plain(each) for each in _at(identifier, "catalog")), "")
            entry = next((plain(each) for each in _at(identifier, "entry")), "")
            if entry:
                yield catalogue, entry


def _isbns(identifiers: list[tuple[str, str]]) -> Iterator[str]:
    for catalogue, entry in identifiers:
        named = entry if _ISBN.match(entry) else f"{catalogue}:{entry}"
        if (start := _ISBN.match(named)) and (isbn := plain_isbn(named[start.end() :])):
            yield isbn


def _languages(lom: etree._Element) -> Iterator[str]:
    for language in _at(lom, "general", "language"):
        if (text := plain(language)) not in {"", "none", "x-none"}:
            yield text


def _taxons(lom: etree._Element, purpose: str) -> Iterator[tuple[str, str | None]]:
    """Entry and id of every taxon on the paths of a purpose (LOM 9): also the broader ones, since
    people search for those too."""
    for classification in _children(lom, "classification"):
        values = [plain(each) for each in _at(classification, "purpose", "value")]
        if purpose not in (value.lower() for value in values):
            continue
        for path in _children(classification, "taxonpath"):
            for taxon in (each for each in path.iter(etree.Element) if name_of(each) == "taxon"):
                entry = in_dutch(_wordings(taxon, "entry"))
                identifier = next((plain(each) for each in _children(taxon, "id")), None)
                if entry:
                    yield entry, identifier or None


def _wordings(element: etree._Element, *path: str) -> Iterator[Wording]:
    """The texts at a path with their languages."""
    for found in _at(element, *path):
        for text in found:
            if isinstance(text.tag, str) and name_of(text) in {"langstring", "string"}:
                language = text.get("{http://www.w3.org/XML/1998/namespace}lang")
                yield Wording(language or text.get("language") or "", plain(text))


def _at(element: etree._Element, *path: str) -> Iterator[etree._Element]:
    if not path:
        yield element
        return
    for child in _children(element, path[0]):
        yield from _at(child, *path[1:])


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element.iterchildren(etree.Element) if name_of(child) == name)
