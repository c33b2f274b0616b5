"""Finds a school as people type it: name, town or BRIN, in any order, unfinished or misspelt.

All words of all schools lie in one sorted list, so those that begin as typed are one slice.
Misspelt words are sought only where that slice leaves room, and only among the words that
share enough pairs of letters with the typed one.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import accumulate, chain, filterfalse, pairwise
from math import log
from operator import itemgetter, mul

from gateway.core.model import School

SHORT_FORMS = {
    "basisschool": "basissch bs",
    "christelijke": "chr christelijk",
    "christelijke basisschool": "cbs",
    "ds": "dominee",
    "gereformeerde": "gereformeerd",
    "gymnasium": "gym gymn",
    "het": "t",
    "katholieke": "kath katholiek rk rooms",
    "katholieke basisschool": "kbs rkbs",
    "kindcentrum": "ikc kc",
    "locatie": "loc",
    "lyceum": "lyc",
    "openbare": "openbaar",
    "openbare basisschool": "obs",
    "protestants christelijke": "pc",
    "protestants christelijke basisschool": "pcbs",
    "scholengemeenschap": "csg gsg rsg sg sgm",
    "sint": "st",
    "speciaal basisonderwijs": "sbo",
}
WRITTEN_OUT = {short: full for full, forms in SHORT_FORMS.items() for short in forms.split()}
# What many schools are called besides their name: it helps to choose, it need not be there.
COMMON = {
    *("aan", "bij", "d", "de", "den", "der", "een", "en", "het", "in", "met", "op", "s"),
    *("te", "ten", "ter", "van", "voor", "dr", "ds", "sint", "stichting", "locatie", "vestiging"),
    *("christelijke", "gereformeerde", "interconfessionele", "islamitische", "katholieke"),
    *("openbare", "protestants", "regionale", "integraal", "speciaal", "voortgezet", "onderwijs"),
    *("basisonderwijs", "basisschool", "kindcentrum", "school", "scholen", "scholengemeenschap"),
}
TOWNS = {"gravenhage": "den haag", "hertogenbosch": "den bosch"}

LONGEST_TEXT = 100
MOST_WORDS = 16
# How well a word of a school answers to a typed one; each edit and each end not typed costs.
EXACT, BEGUN, ALMOST, EDIT = 1.0, 0.9, 0.8, 0.1
COMMON_WORD = 0.1
EDITABLE = (4, 7)  # from so many letters on one edit, two edits

_WORD = re.compile(r"[^\W_]+")
_INITIAL = re.compile(r"\b(\w)\.\s?(?=\w\b)")
_BRIN = re.compile(r"[0-9]{2}[a-z]{2}[0-9]{0,2}")

Answer = dict[int, float]  # school number -> how well it answers to one typed word


class SchoolIndex:
    """The schools of the chooser, in memory: some 350 bytes a school."""

    def __init__(self, schools: Sequence[School]) -> None:
        self._schools = sorted(schools, key=lambda school: (school.name, school.town, school.brin))
        words: defaultdict[str, list[int]] = defaultdict(list)
        names: defaultdict[str, list[int]] = defaultdict(list)
        self._sizes = array("I")
        for number, school in enumerate(self._schools):
            name, town = _words(school.name), _words(school.town)
            other = [word for known in town for word in _words(TOWNS.get(known, ""))]
            for word in {*name, *town, *other, *_words(school.brin)}:
                words[word].append(number)
            names[" ".join(_telling(name))].append(number)
            self._sizes.append(len({*_telling(name), *_telling(town)}))
        self._words = _Register(words)
        self._names = _Register(names)
        self._spelling = _Spelling(self._words.keys)

    def find(self, text: str, limit: int = 20) -> list[School]:
        """Find the schools that answer best to what was typed, best first."""
        numbers: list[int] = []
        for brin in _brins(text):
            numbers = numbers or self._ranked([brin], limit)
        numbers = numbers or self._ranked(_words(text), limit)
        return [self._schools[number] for number in numbers]

    def _ranked(self, words: list[str], limit: int) -> list[int]:
        """Rank by words as typed, then unknown ones misspelt, then any misspelt, then by most."""
        telling = _telling(words)
        answers = [self._begun(word, words) for word in telling]
        ranked = self._best(words, answers, _in_most(answers, len(telling)), limit)
        for known in (False, True):
            if len(ranked) < (1 if known else limit):
                answers = [
                    self._misspelt(word) | answer if (word in self._words) == known else answer
                    for word, answer in zip(telling, answers, strict=True)
                ]
                more = _in_most(answers, len(telling)).difference(ranked)
                ranked += self._best(words, answers, more, limit - len(ranked))
        return ranked or self._best(words, answers, _in_most(answers, 1), limit)

    def _begun(self, word: str, words: list[str]) -> Answer:
        """Answer with what begins so, the word alone or written as one with a neighbour."""
        place = words.index(word)
        answer: Answer = {}
        for start in {max(place - 1, 0), place}:
            joined = "".join(words[start : start + 2])
            answer |= dict.fromkeys(self._words.beginning(joined), BEGUN)
        answer |= dict.fromkeys(self._words.beginning(word), BEGUN)
        return answer | dict.fromkeys(self._words[word], EXACT)

    def _misspelt(self, word: str) -> Answer:
        """Answer with what the word is but for an edit or two, or for the space that it lacks."""
        answer: Answer = {}
        for near, quality in sorted(self._spelling.near(word), key=itemgetter(1)):
            answer |= dict.fromkeys(self._words[near], quality)
        for cut in range(2, len(word) - 1):
            if first := self._words[word[:cut]]:
                both = set(first).intersection(self._words.beginning(word[cut:]))
                answer |= dict.fromkeys(both, ALMOST)
        return answer

    def _best(
        self, words: list[str], answers: list[Answer], numbers: Iterable[int], limit: int
    ) -> list[int]:
        """Take those so named, with all words whole, so beginning; then those that fit best."""
        typed = " ".join(_telling(words))
        named, begun = set(self._names[typed]), set(self._names.beginning(typed))
        rarity = [log(1 + len(self._schools) / max(1, len(answer))) for answer in answers]
        common = Counter(chain.from_iterable(self._words[word] for word in words if word in COMMON))

        def order(number: int) -> tuple[bool, bool, bool, float, int]:
            good = [answer.get(number, 0) for answer in answers]
            whole = sum(good) == len(good)
            same = number in named or (whole and len(good) == self._sizes[number])
            score = sum(map(mul, good, rarity)) + COMMON_WORD * common[number]
            return (not same, not whole, number not in begun, -score, number)

        return nsmallest(limit, numbers, key=order)


class _Register:
    """Keys in order with the schools of each: a prefix is one slice."""

    def __init__(self, entries: Mapping[str, Sequence[int]]) -> None:
        self.keys = sorted(entries)
        self._ends = array("I", accumulate((len(entries[key]) for key in self.keys), initial=0))
        self._numbers = array("I", chain.from_iterable(entries[key] for key in self.keys))

    def __contains__(self, key: str) -> bool:
        return len(self[key]) > 0

    def __getitem__(self, key: str) -> Sequence[int]:
        return self._between(key, key + "\0")

    def beginning(self, prefix: str) -> Sequence[int]:
        return self._between(prefix, prefix + "\U0010ffff")

    def _between(self, first: str, last: str) -> Sequence[int]:
        start, stop = bisect_left(self.keys, first), bisect_left(self.keys, last)
        return self._numbers[self._ends[start] : self._ends[stop]]


class _Spelling:
    """The words by the pairs of letters in them, each at its place, to find near ones."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._having: defaultdict[tuple[str, int], array[int]] = defaultdict(lambda: array("I"))
        for number, word in enumerate(words):
            if not word[0].isdigit():
                for place, pair in enumerate(_pairs(word)):
                    self._having[pair, place].append(number)

    def near(self, typed: str) -> Iterator[tuple[str, float]]:
        """Give the words within reach of an edit, or two, and how well they answer."""
        if not (edits := bisect_right(EDITABLE, len(typed))):
            return
        pairs = _pairs(typed)
        around = (
            self._having.get((pair, place + shift), ())
            for place, pair in enumerate(pairs)
            for shift in range(-edits, edits + 1)
        )
        least = max(1, len(pairs) - 2 * edits - 1)
        letters = set(typed)
        for number, count in Counter(chain.from_iterable(around)).items():
            word = self._words[number][: len(typed) + edits + 1]
            if count >= least and len(letters.difference(word)) <= edits:
                begun, whole = _edits(typed, word, edits)
                if begun <= edits:
                    yield self._words[number], ALMOST - EDIT * (begun + (whole > edits))


def _edits(typed: str, word: str, most: int) -> tuple[int, int]:
    """Count the edits to a beginning of the word and to all of it (optimal string alignment)."""
    before, row = [0], list(range(len(word) + 1))
    for above, letter in enumerate(typed, 1):
        older, before, row = before, row, [above]
        for place, other in enumerate(word, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != other))
            if above > 1 < place and letter == word[place - 2] and typed[above - 2] == other:
                cost = min(cost, older[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            break
    return min(row), row[-1]


def _pairs(word: str) -> list[str]:
    return [before + letter for before, letter in pairwise(f" {word}")]


def _tokens(text: str) -> list[str]:
    """Split into small letters and digits, without accents, initials together."""
    letters = unicodedata.normalize("NFKD", text[:LONGEST_TEXT].casefold())
    plain = "".join(filterfalse(unicodedata.combining, letters))
    return _WORD.findall(_INITIAL.sub(r"\1", plain))


def _words(text: str) -> list[str]:
    """Split into distinct words, abbreviations written out, y as ij."""
    written = " ".join(WRITTEN_OUT.get(token, token) for token in _tokens(text))
    return list(dict.fromkeys(written.replace("y", "ij").split()))[:MOST_WORDS]


def _telling(words: list[str]) -> list[str]:
    """Keep the words that tell one school from another; all, if there are none."""
    return [word for word in words if word not in COMMON] or words


def _in_most(answers: list[Answer], least: int) -> set[int]:
    """Choose the schools in the most answers, in so many at the least."""
    counts = Counter(chain.from_iterable(answers))
    most = max(counts.values(), default=0)
    return {number for number, count in counts.items() if count == most >= least}


def _brins(text: str) -> list[str]:
    """Read the BRIN that a text is, if it is one, and that of its institution."""
    together = "".join(_tokens(text))
    return [*_words(together), *_words(together[:4])] if _BRIN.fullmatch(together) else []
