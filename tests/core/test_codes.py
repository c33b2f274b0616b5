"""Codes of links: letters, size, and what people type."""

import math
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import codes
from gateway.core.model import Link
from gateway.core.ports import Whereabouts
from gateway.errors import UnknownLink

every_code = st.text(codes.LETTERS, min_size=codes.LENGTH, max_size=codes.LENGTH)
LOOK_ALIKES = ["0oqd", "1il", "2z", "5s", "6g", "8b", "uvy"]


def test_no_two_letters_look_alike_and_no_word_arises() -> None:
    for group in LOOK_ALIKES:
        assert len(set(group) & set(codes.LETTERS)) == 1, group
    assert not set("aeiouy") & set(codes.LETTERS)
    assert len(set(codes.LETTERS)) == len(codes.LETTERS)


def test_the_sum_of_the_documentation_holds() -> None:
    """50 million live codes; 60 wrong ones a day at an address, 5,000 an hour for strangers."""
    all_codes = len(codes.LETTERS) ** codes.LENGTH
    per_hit = all_codes / 50_000_000
    assert math.log2(all_codes) > 45
    assert per_hit / 60 / 365 > 37, "years for one address"
    assert per_hit / 100 / 365 > 22, "years for one person"
    assert per_hit / (5_000 * 24) > 6.9, "days for all strangers together"


def test_codes_are_of_the_letters_and_differ() -> None:
    made = {codes.new_code(secrets.token_urlsafe) for _ in range(2000)}
    assert len(made) == 2000
    assert {len(code) for code in made} == {codes.LENGTH}
    counts = [sum(code.count(letter) for code in made) for letter in codes.LETTERS]
    assert min(counts) > 700
    assert max(counts) < 1050  # 870 each, with a deviation of 29


@given(every_code)
def test_a_code_is_found_however_it_is_typed(code: str) -> None:
    shown = codes.shown(code)
    for typed in (
        code,
        code.upper(),
        shown,
        shown.replace(" ", "-"),
        f"  {shown.lower()}\t",
        f"https://poort.example/d/{code}?school=99XA",
        f"poort.example/d/{code}/",
    ):
        assert codes.normalise(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("8KT MR47 90X", "bktmr479dx"),
        ("lkt-mr47-5ux", "lktmr47svx"),
        ("1kt mr47 2qx", "lktmr47zdx"),
        ("ABCD EFGH JK25", "abcdefghjk25"),
        ("bktm", "bktm"),
        ("", ""),
    ],
)
def test_what_is_read_for_another_letter_is_that_letter(typed: str, code: str) -> None:
    """Only in codes of ten: those of twelve had more letters."""
    assert codes.normalise(typed) == code


@pytest.mark.parametrize(
    ("code", "shown"),
    [("bktmr479dx", "BKT MR47 9DX"), ("abcdefghjkmn", "ABCD EFGH JKMN"), ("abc", "ABC")],
)
def test_codes_are_shown_in_capitals_and_groups(code: str, shown: str) -> None:
    assert codes.shown(code) == shown


@pytest.mark.parametrize("code", ["", "-", "../x", "bktmr479d\x00", "é" * 10, "b" * 41])
def test_what_can_be_no_code_is_not_looked_for(code: str) -> None:
    assert not codes.can_be_code(code)


class Taken:
    """A store that knows the first codes it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find(self, code: str) -> Whereabouts:
        self.asked.append(code)
        if len(self.asked) > 2:
            raise UnknownLink
        return Whereabouts(Link(code, "s", "https://s.test/", 0))


def test_a_code_that_is_taken_is_not_given_again() -> None:
    taken = Taken()
    code = codes.free_code(taken, secrets.token_urlsafe)  # type: ignore[arg-type]
    assert taken.asked[-1] == code
    assert len(set(taken.asked)) == 3
