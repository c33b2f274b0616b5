"""A school's licences as a list: a line a material and a class group (CSV, RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.core.materials import Material

COLUMNS = ("material", "group")
_LINES_LIMIT = 20_000
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
    known = {name: one.id for one in materials for name in _names(one)}
    groups: dict[str, set[str]] = {}
    faults: list[LicenceFault] = []
    for number, cells in enumerate(_rows(text), 1):
        if number > _LINES_LIMIT:
            faults.append(LicenceFault(number, "", "too many lines"))
            break
        if not any(cells) or (number == 1 and _is_heading(cells)):
            continue
        if len(cells) != len(COLUMNS) or not cells[1]:
            faults.append(LicenceFault(number, ", ".join(cells)[:_CELL_LENGTH], "not two cells"))
        elif material := known.get(cells[0]):
            groups.setdefault(material, set()).add(cells[1][:_CELL_LENGTH])
        else:
            faults.append(LicenceFault(number, cells[0][:_CELL_LENGTH], "unknown material"))
    return LicenceList({key: frozenset(found) for key, found in groups.items()}, faults)


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
