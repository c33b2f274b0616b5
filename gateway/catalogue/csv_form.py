"""Materials in a spreadsheet: CSV with one row for each material and each fragment.

The columns stand in `docs/materials.md`. A row without `key` is the material itself; the others
are its fragments, in their order, each below its `parent`. In UTF-8, separated by `;` (as a
Dutch Excel writes) or `,`.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.catalogue.reading import Faults, Reading
from gateway.core.materials import Objective, Publication, PublishedFragment
from gateway.errors import MalformedBody

_NEEDED = ("material", "key", "title")
_OF_FRAGMENTS = ("parent", "kind", "activity_type")
_OF_MATERIALS = (*("isbn", "description", "subjects", "levels", "years", "languages", "cover"),)
_OF_BOTH = ("locator", "objectives", "product")
_COLUMNS = frozenset((*_NEEDED, *_OF_FRAGMENTS, *_OF_MATERIALS, *_OF_BOTH))
_CUSTOM = "custom."
_BETWEEN = "|"
_YEAR = re.compile(r"[0-9]{1,2}")
_LONGEST_FIELD = 64 * 1024
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class _Row:
    place: str
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self[name].split(_BETWEEN) if word.strip())


@dataclass(slots=True)
class _Material:
    """The rows of one material: its own, and those of its fragments by the key of the parent."""

    own: _Row | None = None
    rows: dict[str, _Row] = field(default_factory=dict)
    below: dict[str, list[_Row]] = field(default_factory=dict)


def read(data: bytes) -> Reading:
    """Raises MalformedBody for what is no such table, ContentRefused with the row of each fault."""
    faults = Faults()
    materials: dict[str, _Material] = {}
    for row in _rows(data, faults):
        _place(materials, row, faults)
    for material in materials.values():
        _check_parents(material, faults)
    faults.refuse_any()
    complete = [(each, each.own) for each in materials.values() if each.own]
    publications = tuple(_publication(material, own, faults) for material, own in complete)
    faults.refuse_any()
    return Reading(
        publications,
        places=tuple(own.place for _, own in complete),
        parts=tuple(
            {key: row.place for key, row in material.rows.items()} for material, _ in complete
        ),
    )


def _rows(data: bytes, faults: Faults) -> Iterator[_Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        advice = "in Excel, save it as 'CSV UTF-8'"
        raise MalformedBody(f"row {row} is not in UTF-8; {advice}") from error
    csv.field_size_limit(_LONGEST_FIELD)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    number = 0
    try:
        header = [name.strip().lower() for name in next(lines, [])]
        _check_header(header)
        for number, cells in enumerate(lines, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header) and any(cells[len(header) :]):
                faults.add(f"row {number}", f"{len(cells)} cells below {len(header)} columns")
            pairs = zip(header, cells, strict=False)
            yield _Row(f"row {number}", {name: cell.strip() for name, cell in pairs})
    except csv.Error as error:
        raise MalformedBody(f"after row {number or 1}: {error}") from error


def _separator(text: str) -> str:
    header = text.partition("\n")[0]
    return ";" if header.count(";") >= header.count(",") else ","


def _check_header(header: list[str]) -> None:
    if missing := [name for name in _NEEDED if name not in header]:
        raise MalformedBody(f"row 1: there is no column {', '.join(missing)}")
    for name in header:
        if header.count(name) > 1 and name:
            raise MalformedBody(f"row 1: the column {name[:40]} stands there twice")
        if name and name not in _COLUMNS and not name.startswith(_CUSTOM):
            raise MalformedBody(f"row 1: the column {name[:40]} is not known")


def _place(materials: dict[str, _Material], row: _Row, faults: Faults) -> None:
    for name in ("material", "title"):
        if not row[name]:
            faults.add(row.place, f"column {name} is empty")
    material = materials.setdefault(row["material"], _Material())
    if not row["key"]:
        _place_own(material, row, faults)
    elif earlier := material.rows.get(row["key"]):
        faults.add(row.place, f"key {row['key'][:40]} is that of {earlier.place}")
    else:
        _refuse_filled(row, _OF_MATERIALS, "is of the material's own row", faults)
        material.rows[row["key"]] = row
        material.below.setdefault(row["parent"], []).append(row)


def _place_own(material: _Material, row: _Row, faults: Faults) -> None:
    if material.own:
        faults.add(row.place, f"material {row['material'][:40]} has {material.own.place} already")
    custom = tuple(name for name in row.cells if name.startswith(_CUSTOM))
    _refuse_filled(row, (*_OF_FRAGMENTS, *custom), "is of rows with a key", faults)
    material.own = material.own or row


def _refuse_filled(row: _Row, columns: Iterable[str], reason: str, faults: Faults) -> None:
    for name in columns:
        if row[name]:
            faults.add(row.place, f"column {name} {reason}")


def _check_parents(material: _Material, faults: Faults) -> None:
    if material.own is None:
        for row in material.rows.values():
            key = row["material"][:40]
            faults.add(row.place, f"material {key} has no row of its own, with no key")
            break
    for row in material.rows.values():
        if row["parent"] and row["parent"] not in material.rows:
            faults.add(row.place, f"there is no parent {row['parent'][:40]} in this material")
        elif not _reaches_top(material, row):
            faults.add(row.place, f"its parents lead to itself, or deeper than {_DEEPEST} levels")


def _reaches_top(material: _Material, row: _Row) -> bool:
    above: _Row | None = row
    for _ in range(_DEEPEST):
        above = material.rows.get(above["parent"]) if above else None
    return above is None


def _publication(material: _Material, own: _Row, faults: Faults) -> Publication:
    return Publication(
        key=own["material"],
        title=own["title"],
        isbn=own["isbn"] or None,
        product=own["product"] or None,
        description=own["description"],
        subjects=own.words("subjects"),
        levels=own.words("levels"),
        years=tuple(_years(own, faults)),
        languages=own.words("languages"),
        cover=own["cover"] or None,
        access_link=own["locator"] or None,
        objectives=_objectives(own),
        parts=_parts(material, ""),
    )


def _parts(material: _Material, parent: str) -> tuple[PublishedFragment, ...]:
    return tuple(
        PublishedFragment(
            key=row["key"],
            title=row["title"],
            kind=row["kind"] or "part",
            locator=row["locator"] or None,
            activity_type=row["activity_type"] or None,
            objectives=_objectives(row),
            custom={
                name.removeprefix(_CUSTOM): value
                for name, value in row.cells.items()
                if name.startswith(_CUSTOM) and value
            },
            product=row["product"] or None,
            parts=_parts(material, row["key"]),
        )
        for row in material.below.get(parent, ())
    )


def _years(row: _Row, faults: Faults) -> Iterator[int]:
    for word in row.words("years"):
        if _YEAR.fullmatch(word):
            yield int(word)
        else:
            faults.add(row.place, f"a year is a number such as 3, not {word[:40]!r}")


def _objectives(row: _Row) -> tuple[Objective, ...]:
    return tuple(Objective(title) for title in row.words("objectives"))
