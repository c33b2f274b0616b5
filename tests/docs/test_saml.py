"""The table of SAML2Int in docs/saml.md: each label has its row, and each row a test of ours that
exists, or the reason why it is none of ours. What the tests say of us, they show themselves."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/saml.md").read_text("utf-8")
ROW = re.compile(
    r"^\| ((?:G|MD|ALG|IDP|SP)\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE
)
ROWS = [match.groups() for match in ROW.finditer(PAGE)]
TEST = re.compile(r"([\w/]+)\.py::(\w+)")
LAST = {"G": 4, "MD": 12, "ALG": 1, "IDP": 33, "SP": 40}
NEEDS_A_REASON = {"not ours", "differs"}


def test_each_label_of_the_profile_has_one_row():
    labels = [f"{kind}{number:02}" for kind, last in LAST.items() for number in range(1, last + 1)]
    assert sorted(label for label, *_ in ROWS) == sorted(labels)


@pytest.mark.parametrize(
    ("label", "demand", "test", "outcome"), ROWS, ids=[label for label, *_ in ROWS]
)
def test_each_row_has_its_test_or_a_reason(label: str, demand: str, test: str, outcome: str):
    assert demand
    verdict, _, reason = outcome.partition(": ")
    assert verdict in {"passes", *NEEDS_A_REASON}
    assert bool(reason) or verdict not in NEEDS_A_REASON
    assert (test == "-") == (verdict == "not ours")
    if test != "-":
        found = TEST.fullmatch(test)
        assert found, f"{label} names no test"
        module = import_module("tests." + found[1].replace("/", "."))
        assert callable(getattr(module, found[2]))
