"""Finding entries by their tokens, as each of the databases does it.

A condition is a list of choices: an entry is found when it has a token of each.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection, text

Condition: TypeAlias = Sequence[frozenset[str]]
Match: TypeAlias = Callable[[Condition, int], "list[Entry]"]

# The join keeps the order of the numbers: that in which a material is read.
_SQLITE = """
    SELECT entry.number, entry.fragment_id, entry.tokens FROM search_index
    JOIN search_entries AS entry ON entry.number = search_index.rowid
    WHERE search_index MATCH :condition LIMIT :limit
"""
_POSTGRESQL = "SELECT number, fragment_id, tokens FROM search_entries WHERE {} LIMIT :limit"
# A query for each choice: within one, the index would step through all that any of them names.
_CHOICE = "array_to_tsvector(string_to_array(tokens, ' ')) @@ CAST(:choice_{} AS tsquery)"
# The planner takes common words for an even spread and would read the table from its start.
_BY_INDEX = "SET LOCAL enable_seqscan = off"


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    fragment_id: str
    tokens: frozenset[str]


def matching(connection: Connection) -> Match:
    """How to find the entries that meet a condition, some of them when there are too many."""
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        connection.execute(text(_BY_INDEX))

    def match(condition: Condition, limit: int) -> list[Entry]:
        if not all(condition):
            return []
        query, values = (_fts5 if on_sqlite else _tsquery)(condition)
        rows = connection.execute(text(query), {**values, "limit": limit})
        return [Entry(row[0], row[1], frozenset(row[2].split())) for row in rows]

    return match


def _fts5(condition: Condition) -> tuple[str, dict[str, str]]:
    """SQLite's manual, FTS5 §3."""
    choices = (_any_of(choice, '"', " OR ") for choice in condition)
    return _SQLITE, {"condition": " AND ".join(choices)}


def _tsquery(condition: Condition) -> tuple[str, dict[str, str]]:
    """PostgreSQL's manual, §8.11.2."""
    query = _POSTGRESQL.format(" AND ".join(map(_CHOICE.format, range(len(condition)))))
    choices = (_any_of(choice, "'", " | ") for choice in condition)
    return query, {f"choice_{number}": choice for number, choice in enumerate(choices)}


def _any_of(tokens: Iterable[str], quote: str, between: str) -> str:
    """Tokens have letters, digits and points only."""
    return "(" + between.join(f"{quote}{token}{quote}" for token in sorted(tokens)) + ")"
