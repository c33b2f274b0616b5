"""Texts in several languages, Dutch first, and the names and texts of XML elements."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple, TypeVar

from lxml import etree

T = TypeVar("T", bound=Hashable)
_FIRST = ("nl", "en")


class Wording(NamedTuple):
    """A text and its language (BCP 47; may be none or nonsense)."""

    language: str
    text: str


def in_dutch(wordings: Iterable[Wording]) -> str:
    """The Dutch text, else the English, else the first; empty when there is none."""
    filled = [each for each in wordings if each.text]
    return min(filled, key=_rank).text if filled else ""


def _rank(wording: Wording) -> int:
    primary = wording.language.lower().partition("-")[0]
    return _FIRST.index(primary) if primary in _FIRST else len(_FIRST)


def unique(values: Iterable[T]) -> tuple[T, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(values))


def name_of(element: etree._Element) -> str:
    """The name without namespace, in small letters."""
    return etree.QName(element).localname.lower()


def plain(element: etree._Element) -> str:
    """All the text below an element, its white space as one space."""
    return " ".join("".join(str(text) for text in element.itertext(etree.Element)).split())
