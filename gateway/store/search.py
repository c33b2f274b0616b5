"""The search: the best hits first, of as few as can be looked at.

Words are sought in steps, each only when those before it leave room: as typed, in all their
forms; the last one begun; each one letter wrong; at the end without those that nobody knows.
Within a step all words in the title comes before title and path, and that before the rest.
When a step finds too many to look at each, place after place is asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection, func, select

from gateway.core.materials import Narrowing
from gateway.core.publishing import plain_isbn
from gateway.store.search_entries import ABOUT, PATH, TITLE, folded, mark, whole_title
from gateway.store.search_match import Condition, Entry, Match, matching
from gateway.store.search_words import TOO_COMMON, forms, identifier, is_near, spellings, words
from gateway.store.tables import search_spellings, search_words

MOST_WORDS = 8
_LOOKED_AT = 200
_BEGUN, _SHORTEST_BEGUN = 40, 2
_CORRECTED = 8
_LONGEST_TEXT = 200
_WORTH = {TITLE: 9, PATH: 4, ABOUT: 2}  # the best place first
_AS_TYPED = 1

Choices: TypeAlias = Sequence[frozenset[str]]
"""For each typed word what it is found by."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The words of a search. The last one may not be finished."""

    words: tuple[str, ...]
    unfinished: bool

    @classmethod
    def read(cls, text: str) -> "Typed":
        name = plain_isbn(text) or identifier(text[:_LONGEST_TEXT])
        found = [name] if name else list(dict.fromkeys(words(text[:_LONGEST_TEXT])))[:MOST_WORDS]
        telling = tuple(word for word in found if word not in TOO_COMMON)
        return cls(telling or tuple(found), unfinished=not text.endswith(" "))


def find(connection: Connection, text: str, narrowing: Narrowing, limit: int) -> list[str]:
    """The ids of the fragments found, the best first."""
    typed = Typed.read(text)
    held_to = _held_to(narrowing)
    if not typed.words:
        return []
    match = matching(connection)
    found: dict[str, None] = {}
    for choices in _steps(connection, typed):
        entries = _of_step(match, typed, choices, held_to, limit)
        new = {entry.number: entry for entry in entries if entry.fragment_id not in found}
        ranked = sorted(new.values(), key=_order(typed, choices))
        found.update(dict.fromkeys(entry.fragment_id for entry in ranked))
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _steps(connection: Connection, typed: Typed) -> Iterator[Choices]:
    choices = [frozenset(forms(word)) for word in typed.words]
    yield choices
    if typed.unfinished and (begun := _begun(connection, typed.words[-1])):
        choices = [*choices[:-1], choices[-1] | begun]
        yield choices
    corrected = [_corrected(connection, word) for word in typed.words]
    if any(corrected):
        choices = [choice | more for choice, more in zip(choices, corrected, strict=True)]
        yield choices
    known = _known(connection, frozenset().union(*choices))
    if 0 < len(telling := [choice for choice in choices if choice & known]) < len(choices):
        yield telling


def _of_step(
    match: Match, typed: Typed, choices: Choices, held_to: Condition, limit: int
) -> list[Entry]:
    most = max(_LOOKED_AT, limit)
    in_title = [_at(TITLE, choice) for choice in choices]
    found = match([*in_title, *held_to], most)
    if len(found) == most:
        return match([frozenset((whole_title(typed.words),)), *held_to], limit) + found
    if len(found) >= limit:
        return found
    anywhere = [_at(TITLE + PATH + ABOUT, choice) for choice in choices]
    some = match([*anywhere, *held_to], most)
    if len(some) < most:
        return some
    any_in_title = frozenset().union(*in_title)
    on_path = [_at(TITLE + PATH, choice) for choice in choices]
    for condition in ([*on_path, any_in_title], [*anywhere, any_in_title], on_path):
        found += match([*condition, *held_to], most)
        if len(found) >= limit:
            return found
    return found + some


def _order(typed: Typed, choices: Choices) -> Callable[[Entry], tuple[bool, int, int, int]]:
    """The whole title first; then by the places of the words; then short titles; then as read."""
    whole = whole_title(typed.words)
    as_typed = [_at(TITLE + PATH + ABOUT, frozenset((word,))) for word in typed.words]
    worth = [[(value, _at(place, choice)) for place, value in _WORTH.items()] for choice in choices]

    def order(entry: Entry) -> tuple[bool, int, int, int]:
        tokens = entry.tokens
        value = _AS_TYPED * sum(not tokens.isdisjoint(word) for word in as_typed)
        for places in worth:
            value += next((each for each, at in places if not tokens.isdisjoint(at)), 0)
        length = sum(token.startswith(TITLE) for token in tokens)
        return (whole not in tokens, -value, length, entry.number)

    return order


def _at(places: str, choice: frozenset[str]) -> frozenset[str]:
    """The tokens of words at any of some places."""
    return frozenset(place + word for place in places for word in choice)


def _held_to(narrowing: Narrowing) -> Condition:
    condition = []
    if narrowing.services is not None:
        condition.append(frozenset(mark("service", each) for each in narrowing.services))
    for kind, value in (("subject", narrowing.subject), ("level", narrowing.level)):
        if value is not None:
            condition.append(frozenset((mark(kind, folded(value)),)))
    if narrowing.year is not None:
        condition.append(frozenset((mark("year", str(narrowing.year)),)))
    return condition


def _begun(connection: Connection, beginning: str) -> frozenset[str]:
    """The shortest known words that begin so."""
    if len(beginning) < _SHORTEST_BEGUN:
        return frozenset()
    word = search_words.c.word
    # One character further at its end is behind all that begin so.
    end = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    query = select(word).where(word > beginning, word < end)
    shortest = query.order_by(func.length(word), word).limit(_BEGUN)
    return frozenset(connection.execute(shortest).scalars())


def _corrected(connection: Connection, typed: str) -> frozenset[str]:
    """The known words that are one letter away, in all their forms."""
    shapes = tuple(spellings(typed))
    if not shapes:
        return frozenset()
    query = select(search_spellings.c.word).where(search_spellings.c.shape.in_(shapes)).distinct()
    near = [
        word
        for word in connection.execute(query).scalars()
        if word != typed and is_near(typed, word)
    ]
    return frozenset(form for word in sorted(near)[:_CORRECTED] for form in forms(word))


def _known(connection: Connection, candidates: frozenset[str]) -> frozenset[str]:
    query = select(search_words.c.word).where(search_words.c.word.in_(candidates))
    return frozenset(connection.execute(query).scalars())
