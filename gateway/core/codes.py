"""Codes of links: read from a board, typed on a phone, not to be guessed.

Ten of 23 letters are 4.1e13 codes (45 bits). The letters have no two that look alike and no
vowels, so that no word arises; shown in capitals as 3-4-3.

The sum, for 50 million live codes: one guess in 828,000 is right. `web/guesses.py` lets all
strangers together be wrong 5,000 times an hour and an address 60 times a day, and a person who
signed in 100 times a day. So somebody at one address finds one random link in 38 years, a pupil in
23 years, and ten thousand addresses at work day and night one in a week; a given link, never. Who
has a code still signs in and is let in or not: it opens nothing by itself. `docs/links.md` has the
sum for other sizes.
"""

import hashlib

from gateway.core.ports import Links, Random
from gateway.errors import UnknownLink

LETTERS = "bcdfghjklmnprstvwxz3479"
LENGTH = 10

_LONGEST = 40
_NOISE = str.maketrans("", "", " \t\r\n\u00a0-\u2010\u2011\u2013\u2014._·")
# What is read for a letter that it is not; codes of another length have other letters.
_LOOK_ALIKES = str.maketrans("0o1i258quy6", "ddllzsbdvvg")
_GROUPS = {10: (3, 4, 3), 12: (4, 4, 4)}


def new_code(random: Random) -> str:
    """A code that nobody has, in all likelihood."""
    value = int.from_bytes(hashlib.sha256(random(32).encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        value, place = divmod(value, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def free_code(links: Links, random: Random) -> str:
    """A code that no link has."""
    while True:
        code = new_code(random)
        try:
            links.find(code)
        except UnknownLink:
            return code


def normalise(text: str) -> str:
    """The code that somebody typed: in any case, with spaces, dashes or the whole address."""
    typed = text.strip().rstrip("/").rpartition("/")[2].partition("?")[0]
    code = typed.translate(_NOISE).lower()
    return code.translate(_LOOK_ALIKES) if len(code) == LENGTH else code


def can_be_code(code: str) -> bool:
    """Whether it is worth a look: codes are plain letters and digits."""
    return code.isascii() and code.isalnum() and len(code) <= _LONGEST


def shown(code: str) -> str:
    """A code as people read it: capitals in groups."""
    parts, rest = [], code.upper()
    for size in _GROUPS.get(len(code), (len(code),)):
        parts.append(rest[:size])
        rest = rest[size:]
    return " ".join(parts)
