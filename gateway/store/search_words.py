"""Text as the search sees it: small letters without accents, Dutch stems, spellings of a word.

A word is found by itself and by its two stems: Snowball's two Dutch algorithms each miss
plurals that the other knows (huis, huizen; woord, woorden).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import filterfalse

import snowballstemmer

LONGEST_WORD = 64
SHORTEST_CORRECTED = 4
_DIGEST_BYTES = 8
_ALGORITHMS = ("dutch", "dutch_porter")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ADDRESS = re.compile(r"(?:https?://|urn:)(\S+?)/?")
# "3.2" is one word: a paragraph's number.
_WORD = re.compile(r"[0-9]+(?:\.[0-9]+)+|[^\W_]+")
_STEMS_KEPT = 20_000
TOO_COMMON = {
    *("aan", "bij", "dat", "de", "den", "der", "die", "dit", "door", "een", "en", "het", "hoe"),
    *("in", "is", "met", "naar", "of", "om", "op", "te", "ten", "ter", "tot", "uit", "van"),
    *("voor", "wat"),
}


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(filterfalse(unicodedata.combining, letters))
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def identifier(text: str) -> str | None:
    """The word for what is the address or UUID of a concept of a vocabulary; None for other text.
    A UUID is the same in each address that it stands in: vocabularies (OBK, SLO) have several."""
    plain = text.strip().casefold()
    address = _ADDRESS.fullmatch(plain)
    if found := _UUID.search(address[1]) if address else _UUID.fullmatch(plain):
        return found[0].replace("-", "")
    return digest(address[1]) if address else None


def digest(text: str) -> str:
    """Letters and digits that stand for a text."""
    return blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()


@lru_cache(maxsize=_STEMS_KEPT)
def forms(word: str) -> tuple[str, ...]:
    """What a word is found by: itself first, then its stems that differ."""
    # A stemmer of its own each time: it keeps what it is at, and threads stem at once.
    stems = (snowballstemmer.stemmer(name).stemWord(word) for name in _ALGORITHMS)
    return tuple(dict.fromkeys((word, *filter(None, stems))))


def spellings(word: str) -> Iterator[str]:
    """The shapes that a word shares with those that are one letter wrong, missing, too many or
    swapped: itself, and itself without one of its letters. None for numbers and short words."""
    if len(word) < SHORTEST_CORRECTED or not word.isalpha():
        return
    yield from {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def is_near(typed: str, word: str) -> bool:
    """Whether one letter wrong, missing, too many or swapped makes one of the other."""
    start = _common(typed, word)
    end = _common(typed[start:][::-1], word[start:][::-1])
    left, right = typed[start : len(typed) - end], word[start : len(word) - end]
    if len(left) <= 1 and len(right) <= 1:
        return True
    return len(left) == len(right) == len("ab") and left == right[::-1]


def _common(first: str, second: str) -> int:
    """How many letters two words have in common from their beginning."""
    return next(
        (place for place, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
