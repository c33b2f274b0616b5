"""INSERT ... ON CONFLICT, which SQLite and PostgreSQL write alike but SQLAlchemy keeps apart."""

from sqlalchemy import Engine, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

DialectInsert = sqlite.Insert | postgresql.Insert


def insert_into(table: Table, engine: Engine) -> DialectInsert:
    """An INSERT that can be given an ON CONFLICT."""
    if engine.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def write_over(table: Table, engine: Engine) -> Insert:
    """An INSERT of whole rows that takes the place of those with the same key."""
    statement = insert_into(table, engine)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key},
    )
