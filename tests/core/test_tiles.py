"""How a tile looks: letters and a colour that stay the same, and no cover of a supplier."""

import pytest

from gateway.core.tiles import Tile


@pytest.mark.parametrize(
    ("title", "initials"),
    [
        ("Getal & Ruimte", "GR"),
        ("'t Kofschip", "K"),
        ("rekenrijk 1 vmbo", "R1"),
        ("Élan", "É"),
        ("+/- !", ""),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_two_words(title: str, initials: str):
    assert Tile("m1", "s1", "r1", title).initials == initials


def test_a_colour_is_one_of_eight_and_stays():
    tints = [Tile(f"m{n}", "s1", "r1", "A").tint for n in range(100)]
    assert set(tints) == set(range(8))
    assert tints == [Tile(f"m{n}", "s2", "r2", "B").tint for n in range(100)]
