"""Invented materials to publish."""

from dataclasses import replace

from gateway.core.materials import Objective, Publication, PublishedFragment

BASE = "https://rekenen.linde.test/"


def part(
    key: str, title: str, *parts: PublishedFragment, locator: str | None = ""
) -> PublishedFragment:
    """A fragment at an address of its own, unless another or none is given."""
    address = f"{BASE}{key}" if locator == "" else locator
    return PublishedFragment(key, title, locator=address, parts=parts)


EXERCISE = replace(
    part("o-1", "Oefening 1: breuken optellen"),
    kind="exercise",
    activity_type="Oefening",
    objectives=(Objective("Gelijknamig maken", "https://leerdoelen.test/1"), Objective("Optellen")),
    custom={"niveau": "2"},
)
PARAGRAPH = part("p-1", "3.2 Breuken optellen", EXERCISE, part("o-2", "Oefening 2"))
CHAPTER = part("h-3", "3 Breuken", PARAGRAPH, part("p-2", "3.3 Toets"), locator=None)
BOOK = Publication(
    key="9789001000004",
    title="Kompas rekenen havo 3",
    isbn="978-90-01-00000-4",
    product="kompas-3",
    description="Voor de derde klas.",
    subjects=("Rekenen", "Wiskunde"),
    levels=("havo",),
    years=(3,),
    languages=("nl",),
    cover="https://beelden.test/kompas.png",
    access_link=f"{BASE}kompas",
    objectives=(Objective("Rekenen in het dagelijks leven"),),
    parts=(CHAPTER, part("h-4", "4 Procenten", part("p-3", "4.1 Korting"))),
)
ATLAS = Publication(
    key="atlas",
    title="Atlas van Nederland",
    subjects=("Aardrijkskunde",),
    levels=("vwo", "groep 8"),
    years=(1, 2),
    parts=(part("k-1", "Kaart van één provincie"),),
)
