from gateway.core.licence_list import LicenceFault, read_licences
from gateway.core.materials import Material

BOOK = Material("mat-1", "svc-1", "9789000000001", "Lezen 2", "frg-1", isbn="9789000000001")
OTHER = Material("mat-2", "svc-1", "REK-3", "Rekenen 3", "frg-2", product="EAN-3")


def read(text: str) -> object:
    found = read_licences(text, [BOOK, OTHER])
    return found.faults or dict(found.groups)


def test_a_line_a_material_and_a_class() -> None:
    expected = {"mat-1": {"2A", "2B"}, "mat-2": {"3C"}}
    assert read("9789000000001,2A\n9789000000001, 2B\nEAN-3,3C\n") == expected
    assert read("\ufeffISBN;klas\r\nmat-1;2A\r\nmat-1;2B\r\n\r\nREK-3;3C") == expected


def test_what_is_wrong_is_said_by_its_line() -> None:
    assert read("mat-1,2A\nnone,2B\nmat-1\nmat-1,\n") == [
        LicenceFault(2, "none", "unknown material"),
        LicenceFault(3, "mat-1", "not two cells"),
        LicenceFault(4, "mat-1, ", "not two cells"),
    ]


def test_an_empty_list_takes_all_back() -> None:
    assert read("") == {}


def test_a_list_without_end_is_cut_off() -> None:
    (fault,) = read_licences("mat-1,2A\n" * 20_001, [BOOK]).faults
    assert fault.why == "too many lines"
