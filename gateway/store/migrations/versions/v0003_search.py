"""The index of the search: an entry a fragment, and the words that are known; revisions.

An entry's tokens are found by FTS5 on SQLite, which triggers keep up to date, and by an index
on the expression on PostgreSQL; neither needs an extension or a right of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# `ascii` takes all letters outside ASCII as they are: the tokens come plain already.
_SQLITE_INDEX = """
    CREATE VIRTUAL TABLE search_index USING fts5(
        tokens, content='search_entries', content_rowid='number', detail='none',
        tokenize="ascii tokenchars '.'"
    )
"""
_SQLITE_ADDED = """
    CREATE TRIGGER search_index_added AFTER INSERT ON search_entries BEGIN
        INSERT INTO search_index(rowid, tokens) VALUES (new.number, new.tokens);
    END
"""
_SQLITE_REMOVED = """
    CREATE TRIGGER search_index_removed AFTER DELETE ON search_entries BEGIN
        INSERT INTO search_index(search_index, rowid, tokens)
            VALUES ('delete', old.number, old.tokens);
    END
"""
_SQLITE_CHANGED = """
    CREATE TRIGGER search_index_changed AFTER UPDATE ON search_entries BEGIN
        INSERT INTO search_index(search_index, rowid, tokens)
            VALUES ('delete', old.number, old.tokens);
        INSERT INTO search_index(rowid, tokens) VALUES (new.number, new.tokens);
    END
"""
# Without its list of what is yet to be indexed a search after an import is as fast.
_POSTGRESQL_INDEX = """
    CREATE INDEX search_index ON search_entries
        USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)
"""
_SQLITE = (_SQLITE_INDEX, _SQLITE_ADDED, _SQLITE_REMOVED, _SQLITE_CHANGED)


def upgrade() -> None:
    revision = sa.Column("revision", sa.BigInteger, nullable=False, server_default=sa.text("0"))
    op.add_column("materials", revision)
    _create_entries()
    _create_words()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else (_POSTGRESQL_INDEX,):
        op.execute(statement)


def _create_entries() -> None:
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "search_entries",
        sa.Column("number", number, primary_key=True),
        sa.Column("fragment_id", sa.Text, sa.ForeignKey("fragments.id"), nullable=False),
        sa.Column("tokens", sa.Text, nullable=False),
        sa.UniqueConstraint("fragment_id"),
    )


def _create_words() -> None:
    # In the order of the letters' numbers, so that words that begin alike are one range.
    plain = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "search_words", sa.Column("word", plain, primary_key=True), sqlite_with_rowid=False
    )
    op.create_table(
        "search_spellings",
        sa.Column("shape", plain, primary_key=True),
        sa.Column("word", plain, primary_key=True),
        sqlite_with_rowid=False,
    )
