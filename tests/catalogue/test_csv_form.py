"""Materials as a spreadsheet writes them."""

import pytest

from gateway.catalogue.csv_form import read
from gateway.catalogue.reading import refuse_problems
from gateway.core.materials import Objective, Publication, PublishedFragment
from gateway.errors import ContentRefused, MalformedBody
from tests.catalogue.services import service

ROWS = [
    ["material", "key", "parent", "title", "locator", "kind", "objectives", "years", "custom.set"],
    ["9789999999991", "", "", "Rekenen; groep 7", "https://reken.example/start", "", "", "7|8", ""],
    ["9789999999991", "h1", "", "Breuken", "", "chapter", "", "", ""],
    [
        "9789999999991",
        "p1",
        "h1",
        "Één half",
        "https://reken.example/1",
        "",
        "Breuken|Delen",
        "",
        "3",
    ],
]
EXPECTED = Publication(
    key="9789999999991",
    title="Rekenen; groep 7",
    years=(7, 8),
    access_link="https://reken.example/start",
    parts=(
        PublishedFragment(
            "h1",
            "Breuken",
            "chapter",
            parts=(
                PublishedFragment(
                    "p1",
                    "Één half",
                    locator="https://reken.example/1",
                    objectives=(Objective("Breuken"), Objective("Delen")),
                    custom={"set": "3"},
                ),
            ),
        ),
    ),
)


def written(rows: list[list[str]], separator: str = ";", line_end: str = "\r\n") -> str:
    quoted = (separator.join(f'"{cell}"' for cell in row) for row in rows)
    return line_end.join(quoted) + line_end


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_a_table_is_read_as_excel_writes_it(separator: str, encoding: str, line_end: str):
    (publication,) = read(written(ROWS, separator, line_end).encode(encoding)).publications
    assert publication == EXPECTED


def test_cells_need_no_quotes_and_empty_rows_and_columns_are_nothing():
    text = "material;key;title;;\n1;;Rekenen;;\n;;;;\n1;a;Les;;\n"
    (publication,) = read(text.encode()).publications
    assert publication == Publication("1", "Rekenen", parts=(PublishedFragment("a", "Les"),))


def test_parts_stand_in_the_order_of_their_rows_wherever_their_parent_stands():
    text = "material,key,parent,title\n1,b,a,B\n1,c,a,C\n1,a,,A\n1,,,M\n"
    (publication,) = read(text.encode()).publications
    (part,) = publication.parts
    assert [each.key for each in part.parts] == ["b", "c"]


@pytest.mark.parametrize(
    ("rows", "place", "says"),
    [
        ("m;;;", "row 2", "column title is empty"),
        (";;;T", "row 2", "column material is empty"),
        ("m;a;;A", "row 2", "no row of its own"),
        ("m;;;T\nm;;;T", "row 3", "row 2 already"),
        ("m;;;T\nm;a;;A\nm;a;;B", "row 4", "is that of row 3"),
        ("m;;;T\nm;a;b;A", "row 3", "no parent b"),
        ("m;;;T\nm;a;a;A", "row 3", "lead to itself"),
        ("m;;;T\nm;a;b;A\nm;b;a;B", "row 3", "lead to itself"),
        ("m;;x;T", "row 2", "column parent is of rows with a key"),
        ("m;;;T;1;2", "row 2", "6 cells below 4 columns"),
    ],
)
def test_a_fault_is_named_with_its_row(rows: str, place: str, says: str):
    with pytest.raises(ContentRefused) as refused:
        read(f"material;key;parent;title\n{rows}\n".encode())
    assert refused.value.faults[0].place == place
    assert says in refused.value.faults[0].text


def test_what_is_of_the_material_does_not_stand_with_a_part():
    with pytest.raises(ContentRefused, match="row 3: column isbn is of the material's own row"):
        read(b"material;key;title;isbn\nm;;T;\nm;a;A;9789999999991\n")


def test_a_year_is_a_number():
    with pytest.raises(ContentRefused, match="row 2: a year is a number such as 3, not 'havo 3'"):
        read(b"material;key;title;years\nm;;T;havo 3\n")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "row 1: there is no column material, key, title"),
        (b"material;key\n", "row 1: there is no column title"),
        (b"material;key;title;titel\n", "row 1: the column titel is not known"),
        (b"material;key;title;title\n", "row 1: the column title stands there twice"),
        (b"material;key;title\nm;;T\nm;a;\xe9\xe9n\n", "row 3 is not in UTF-8; in Excel, save"),
        ("material;key;title\n".encode("utf-16"), "row 1 is not in UTF-8"),
        (b'material;key;title\nm;;"T\n', "after row 1: unexpected end of data"),
        (b'material;key;title\nm;;T\nm;a;"A"x\n', "after row 2: "),
        (b"material;key;title\nm;;" + b"x" * 70_000 + b"\n", "after row 1: field larger than"),
        (b"PK\x03\x04 a spreadsheet that was not saved as CSV", "row 1: there is no column"),
    ],
)
def test_what_is_no_such_table_is_refused(data: bytes, says: str):
    with pytest.raises(MalformedBody) as refused:
        read(data)
    assert says in refused.value.detail


def test_what_is_wrong_with_the_materials_is_named_with_its_row():
    rows = [*ROWS, ["9789999999991", "e1", "p1", "Les", "https://boos.example/", "", "", "", ""]]
    reading = read(written(rows).encode())
    with pytest.raises(ContentRefused) as refused:
        refuse_problems(service("https://reken.example/"), reading)
    (fault,) = refused.value.faults
    assert fault.place == "row 5, locator"
    assert "outside the addresses" in fault.text


def test_a_chain_of_parents_of_any_length_is_refused_not_followed():
    rows = "".join(f"m;k{number};k{number - 1};T\n" for number in range(1, 3000))
    with pytest.raises(ContentRefused, match="deeper than 32 levels"):
        read(f"material;key;parent;title\nm;;;T\nm;k0;;T\n{rows}".encode())
