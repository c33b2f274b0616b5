"""A school's licences as a list: a line a material and a class group, in CSV (RFC 4180) or not."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.core.materials import Material

COLUMNS = ("material", "group")
LICENCES_LIMIT = 20_000
_CELL_LENGTH = 120


@dataclass(frozen=True, slots=True)
class LicenceFault:
    """What is wrong with a line; `value` is what stands there."""

    line: int
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class LicenceList:
    """Groups by material; whole only without faults."""

    groups: Mapping[str, frozenset[str]]
    faults: Sequence[LicenceFault]


def read_licences(text: str, materials: Iterable[Material]) -> LicenceList:
    """A material is named by our id, its ISBN, its product id or its key. Semicolons, as
    spreadsheets here write them, count as commas."""
    found, faults = _Found(materials), list[LicenceFault]()
    for number, cells in enumerate(_rows(text), 1):
        if number > LICENCES_LIMIT:
            faults.append(LicenceFault(number, "", "too many lines"))
            break
        if not any(cells) or (number == 1 and _is_heading(cells)):
            continue
        if len(cells) != len(COLUMNS) or not cells[1]:
            faults.append(LicenceFault(number, ", ".join(cells)[:_CELL_LENGTH], "not two cells"))
        else:
            faults += found.add(number, cells[0], cells[1])
    return found.list(faults)


def match_licences(pairs: Iterable[tuple[str, str]], materials: Iterable[Material]) -> LicenceList:
    """Of pairs of a material, named as in a list, and a group; the first pair is line 0."""
    found, faults = _Found(materials), list[LicenceFault]()
    for number, (material, group) in enumerate(pairs):
        faults += found.add(number, material, group)
    return found.list(faults)


class _Found:
    """The groups of materials that are known by one of their names."""

    def __init__(self, materials: Iterable[Material]) -> None:
        self._known = {name: one.id for one in materials for name in _names(one)}
        self._groups: dict[str, set[str]] = {}

    def add(self, number: int, name: str, group: str) -> Iterator[LicenceFault]:
        """What is wrong with it, if anything."""
        if material := self._known.get(name):
            self._groups.setdefault(material, set()).add(group[:_CELL_LENGTH])
        else:
            yield LicenceFault(number, name[:_CELL_LENGTH], "unknown material")

    def list(self, faults: Sequence[LicenceFault]) -> LicenceList:
        groups = {key: frozenset(found) for key, found in self._groups.items()}
        return LicenceList(groups, faults)


def _names(material: Material) -> Iterable[str]:
    return filter(None, (material.id, material.key, material.isbn, material.product))


def _rows(text: str) -> Iterable[list[str]]:
    """The cells of each line; a line that can not be read has one, and ends the list."""
    plain = text.removeprefix("\ufeff").replace("\0", "\N{REPLACEMENT CHARACTER}")
    delimiter = ";" if ";" in plain.partition("\n")[0] else ","
    lines = csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter)
    try:
        for cells in lines:
            yield [cell.strip() for cell in cells]
    except csv.Error:  # a quote that is not closed
        yield ["\N{REPLACEMENT CHARACTER}"]


def _is_heading(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].casefold() in {"material", "materiaal", "isbn", "ean"}
