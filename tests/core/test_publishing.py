"""What keeps a service from publishing: each fault with its place, all of them at once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.materials import Objective, Publication, PublishedFragment
from gateway.core.publishing import (
    DEEPEST,
    MOST_FAULTS,
    MOST_FRAGMENTS,
    MOST_OF_A_LIST,
    plain_isbn,
    problems,
)
from tests.core.people import SERVICE as ANY_SERVICE

SERVICE = replace(ANY_SERVICE, targets=("https://rekenen.linde.test/boek/",))
INSIDE = "https://rekenen.linde.test/boek/3"
FRAGMENT = PublishedFragment("o-1", "Oefening 1", locator=INSIDE, custom={"niveau": "2"})
BOOK = Publication(
    key="9789001000004",
    title="Kompas",
    isbn="978-90-01-00000-4",
    subjects=("Rekenen",),
    levels=("havo",),
    years=(1, 12),
    languages=("nl", "en-GB", "zh-Hant-TW"),
    cover="https://beelden.test:8443/kompas.png?maat=2",
    access_link=INSIDE,
    objectives=(Objective("Rekenen", "https://leerdoelen.test/1"),),
    parts=(PublishedFragment("h-1", "Hoofdstuk", parts=(FRAGMENT,)),),
)


def places(publication: Publication) -> list[str]:
    return [fault.place for fault in problems(SERVICE, publication)]


def with_fragment(**changes: Any) -> Publication:
    """BOOK with a changed exercise, at /parts/0/parts/0."""
    parts = (replace(FRAGMENT, **changes),)
    return replace(BOOK, parts=(replace(BOOK.parts[0], parts=parts),))


def test_a_good_publication_has_no_problems() -> None:
    assert problems(SERVICE, BOOK) == ()
    assert problems(SERVICE, Publication("p", "Titel")) == ()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"key": ""}, "/key"),
        ({"key": "x" * 201}, "/key"),
        ({"title": " \n"}, "/title"),
        ({"title": "x" * 501}, "/title"),
        ({"title": "bel\x07"}, "/title"),
        ({"title": "half \ud800"}, "/title"),
        ({"description": "x" * 10_001}, "/description"),
        ({"description": "nul\x00"}, "/description"),
        ({"product": ""}, "/product"),
        ({"isbn": "9789001000005"}, "/isbn"),
        ({"isbn": ""}, "/isbn"),
        ({"subjects": ("Rekenen", "")}, "/subjects/1"),
        ({"subjects": tuple(map(str, range(MOST_OF_A_LIST + 1)))}, "/subjects"),
        ({"levels": ("x" * 201,)}, "/levels/0"),
        ({"years": (3, 0)}, "/years/1"),
        ({"years": (2026,)}, "/years/0"),
        ({"languages": ("nl", "Nederlands ")}, "/languages/1"),
        ({"languages": ("nl_NL",)}, "/languages/0"),
        ({"objectives": (Objective(""),)}, "/objectives/0/title"),
        ({"objectives": (Objective("Doel", ""),)}, "/objectives/0/identifier"),
    ],
)
def test_what_is_wrong_with_a_material(changes: dict[str, Any], place: str) -> None:
    assert places(replace(BOOK, **changes)) == [place]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"key": ""}, "key"),
        ({"key": "h-1"}, "key"),
        ({"title": ""}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"kind": ""}, "kind"),
        ({"activity_type": " "}, "activity_type"),
        ({"objectives": (Objective("a"), Objective(" "))}, "objectives/1/title"),
        ({"custom": {"": "leeg"}}, "custom"),
        ({"custom": {"met spatie": "1"}}, "custom"),
        ({"custom": {"naam": "x" * 2049}}, "custom/naam"),
        ({"custom": {f"n{n}": "" for n in range(MOST_OF_A_LIST + 1)}}, "custom"),
    ],
)
def test_what_is_wrong_with_a_fragment(changes: dict[str, Any], place: str) -> None:
    assert places(with_fragment(**changes)) == [f"/parts/0/parts/0/{place}"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/boek/3",
        "javascript:alert(1)",
        "http://rekenen.linde.test/boek/3",
        "https://rekenen.linde.test/ander",
        "https://rekenen.linde.test/boek/../ander",
        "https://rekenen.linde.test/boek/%2e%2e/ander",
        "https://rekenen.linde.test.kwaad.test/boek/3",
        "https://rekenen.linde.test@kwaad.test/boek/3",
        "https://kwaad.test\\@rekenen.linde.test/boek/3",
        "https://rekenen.linde.test/boek/3\n",
    ],
)
def test_an_address_outside_what_the_service_registered_is_refused(address: str) -> None:
    assert places(with_fragment(locator=address)) == ["/parts/0/parts/0/locator"]
    (fault,) = problems(SERVICE, replace(BOOK, access_link=address))
    assert fault.place == "/access_link"
    assert SERVICE.targets[0] in fault.text, "what it may be"


def test_a_service_without_targets_publishes_headings_only() -> None:
    bare = replace(SERVICE, targets=())
    heading = Publication("p", "Titel", parts=(PublishedFragment("h", "Hoofdstuk"),))
    assert problems(bare, heading) == ()
    assert [fault.place for fault in problems(bare, BOOK)] == [
        "/access_link",
        "/parts/0/parts/0/locator",
    ]


@pytest.mark.parametrize(
    "cover",
    [
        "",
        "http://beelden.test/x.png",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "//beelden.test/x.png",
        "https:///x.png",
        "https://wie@beelden.test/x.png",
        "https://beelden.test:poort/x.png",
        'https://beelden.test/"onerror=',
        "https://beelden.test/" + "x" * 2048,
        "https://[beelden/",
    ],
)
def test_a_cover_is_an_https_address(cover: str) -> None:
    assert places(replace(BOOK, cover=cover)) == ["/cover"]


def test_a_key_stands_once_in_a_material_wherever_it_stands() -> None:
    twice = (FRAGMENT, BOOK.parts[0], FRAGMENT)
    faults = problems(SERVICE, replace(BOOK, parts=twice))
    assert [fault.place for fault in faults] == ["/parts/1/parts/0/key", "/parts/2/key"]
    assert all("/parts/0 has this key too" in fault.text for fault in faults)


def test_levels_below_the_deepest_are_refused_however_deep_they_go() -> None:
    def chain(depth: int) -> PublishedFragment:
        part = PublishedFragment(f"d-{depth}", "Diep")
        for level in range(depth - 1, 0, -1):
            part = PublishedFragment(f"d-{level}", "Diep", parts=(part,))
        return part

    assert places(replace(BOOK, parts=(chain(DEEPEST),))) == []
    for depth in (DEEPEST + 1, 900, 5000):
        assert places(replace(BOOK, parts=(chain(depth),))) == ["/parts/0" * (DEEPEST + 1)]


def test_more_fragments_than_a_material_may_have_are_refused() -> None:
    parts = tuple(PublishedFragment(str(n), "Deel") for n in range(MOST_FRAGMENTS + 5))
    assert places(replace(BOOK, parts=parts[:MOST_FRAGMENTS])) == []
    assert places(replace(BOOK, parts=parts)) == [f"/parts/{MOST_FRAGMENTS}"]


def test_all_is_told_at_once_up_to_a_bound() -> None:
    parts = tuple(PublishedFragment(str(n), "") for n in range(2 * MOST_FAULTS))
    found = places(replace(BOOK, title="", parts=parts))
    assert len(found) == MOST_FAULTS
    assert found[:2] == ["/title", "/parts/0/title"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("9789001000004", "9789001000004"),
        ("978-90-01-00000-4", "9789001000004"),
        ("0306406152", "0306406152"),
        ("0-306-40615-2", "0306406152"),
        ("080442957X", "080442957X"),
        ("080442957x", "080442957X"),
        ("9789001000003", None),
        ("0306406153", None),
        ("0804429570", None),
        ("X804429570", None),
        ("1234567890128", None),  # a good EAN that is no book
        ("978900100000", None),
        ("97890010000٤٤", None),
        ("isbn", None),
        ("", None),
    ],
)
def test_an_isbn_is_judged_by_its_check_digit(written: str, plain: str | None) -> None:
    assert plain_isbn(written) == plain


@given(st.text(max_size=20))
def test_any_text_is_an_isbn_or_not(text: str) -> None:
    assert plain_isbn(text) in {None, text.replace("-", "").replace(" ", "").upper()}


@given(digits=st.lists(st.integers(0, 9), min_size=9, max_size=9), place=st.integers(0, 12))
def test_one_wrong_digit_is_seen(digits: list[int], place: int) -> None:
    """ISO 2108: the check digit finds every single wrong digit."""
    body = [9, 7, 8, *digits]
    check = -sum(digit * (3 if at % 2 else 1) for at, digit in enumerate(body)) % 10
    good = [*body, check]
    assert plain_isbn("".join(map(str, good))) is not None
    wrong = [*good[:place], (good[place] + 1) % 10, *good[place + 1 :]]
    assert plain_isbn("".join(map(str, wrong))) is None
