"""What fragments are found by: an entry of tokens for each, which the index of the search holds.

A token is a word or stem with, before it, the place where it stands: in the title, in the titles
above, or in what the fragment is about. Further tokens name the whole title, and what a search
can be held to.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from gateway.core.materials import Fragment, Material
from gateway.core.publishing import plain_isbn
from gateway.store.search_words import digest, forms, identifier, spellings, words
from gateway.store.tables import fragments, search_entries, search_spellings, search_words
from gateway.store.upsert import insert_into

TITLE, PATH, ABOUT = "1", "2", "3"
_WHOLE, _MARK = "0", "5"
_BATCH = 500

V = TypeVar("V")
Row: TypeAlias = dict[str, Any]


def whole_title(title: Sequence[str]) -> str:
    """The token of a title that consists of these words."""
    return _WHOLE + digest(" ".join(title))


def mark(kind: str, value: str) -> str:
    """The token of what a search can be held to: a service, subject, level or year."""
    return _MARK + digest(f"{kind}:{value}")


def folded(value: str) -> str:
    """A subject or level, however it is written."""
    return " ".join(words(value))


class Describer:
    """Says what the fragments of a material are found by, each after the one above it."""

    def __init__(self, material: Material) -> None:
        self.vocabulary: set[str] = set()
        self._material = material
        self._about = self._forms(*material.subjects, *material.levels)
        self._marks = _marks(material)
        self._trails: dict[str | None, frozenset[str]] = {}

    def tokens(self, fragment: Fragment) -> str:
        title, above = self._forms(fragment.title), self._trails.get(fragment.parent_id)
        self._trails[fragment.id] = title | (above or frozenset())
        placed: dict[str, str] = {}
        for place, found in ((TITLE, title), (PATH, above), (ABOUT, self._about_one(fragment))):
            for form in found or ():
                placed.setdefault(form, place)
        own = {place + form for form, place in placed.items()}
        return " ".join(sorted(own | self._marks | {whole_title(words(fragment.title))}))

    def _about_one(self, fragment: Fragment) -> frozenset[str]:
        texts = [objective.title for objective in fragment.objectives]
        if fragment.activity_type:
            texts.append(fragment.activity_type)
        if fragment.parent_id is None:
            isbn = self._material.isbn or ""
            texts += (self._material.key, plain_isbn(isbn) or isbn)
        return self._about | self._forms(*texts) | _identifiers(fragment)

    def _forms(self, *texts: str) -> frozenset[str]:
        found = chain.from_iterable(map(words, texts))
        known = frozenset(chain.from_iterable(map(forms, found)))
        self.vocabulary |= known
        return known


def _identifiers(fragment: Fragment) -> frozenset[str]:
    """Of its objectives; no words that somebody begins or misspells."""
    names = (each.identifier for each in fragment.objectives if each.identifier)
    return frozenset(filter(None, map(identifier, names)))


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """What has to be written so that the search finds a material as it is."""

    added: Sequence[Row] = ()
    changed: Sequence[Row] = ()
    words: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)


def plan_entries(
    connection: Connection, material: Material, living: Iterable[Fragment]
) -> EntryChanges:
    """What changes when these are the living fragments of a material, parents first; those that
    are gone have no entry."""
    old = {row.fragment_id: row for row in connection.execute(_entries_of(material.id))}
    describer = Describer(material)
    added, changed = [], []
    for fragment in living:
        tokens = describer.tokens(fragment)
        known = old.get(fragment.id)
        if known is None:
            added.append({"fragment_id": fragment.id, "tokens": tokens})
        elif known.tokens != tokens:
            changed.append({"entry": known.number, "tokens": tokens})
    new = _unknown(connection, describer.vocabulary) if added or changed else ()
    return EntryChanges(added, changed, new)


def change_entries(connection: Connection, changes: EntryChanges) -> None:
    """Write the changes, and remember the words, so that one begun or misspelt is known."""
    run_many(connection, insert(search_entries), changes.added)
    run_many(connection, _change_entry(), changes.changed)
    add_word = insert_into(search_words, connection.engine).on_conflict_do_nothing()
    run_many(connection, add_word, ({"word": word} for word in changes.words))
    add_shape = insert_into(search_spellings, connection.engine).on_conflict_do_nothing()
    shapes = ({"shape": shape, "word": word} for word in changes.words for shape in spellings(word))
    run_many(connection, add_shape, shapes)


def remove_entries(connection: Connection, fragment_ids: Iterable[str]) -> None:
    """Let the search find these fragments no longer."""
    for batch in batches(fragment_ids):
        connection.execute(delete(search_entries).where(search_entries.c.fragment_id.in_(batch)))


def run_many(connection: Connection, statement: Any, rows: Iterable[Row]) -> None:
    """Run a statement for each of the rows, batch by batch."""
    for batch in batches(rows):
        connection.execute(statement, batch)


def batches(values: Iterable[V]) -> Iterator[list[V]]:
    """Values in lists that one statement can take."""
    rest = iter(values)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _entries_of(material_id: str) -> Any:
    return (
        select(search_entries)
        .join(fragments, fragments.c.id == search_entries.c.fragment_id)
        .where(fragments.c.material_id == material_id)
    )


def _change_entry() -> Any:
    statement = update(search_entries).where(search_entries.c.number == bindparam("entry"))
    return statement.values(tokens=bindparam("tokens"))


def _unknown(connection: Connection, vocabulary: Iterable[str]) -> Sequence[str]:
    new: list[str] = []
    for batch in batches(sorted(vocabulary)):
        query = select(search_words.c.word).where(search_words.c.word.in_(batch))
        new += set(batch).difference(connection.execute(query).scalars())
    return new


def _marks(material: Material) -> frozenset[str]:
    return frozenset(
        (
            mark("service", material.service_id),
            *(mark("subject", folded(subject)) for subject in material.subjects),
            *(mark("level", folded(level)) for level in material.levels),
            *(mark("year", str(year)) for year in material.years),
        )
    )
