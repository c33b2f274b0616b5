"""A token of the API is for named uses and ends some day; one of before keeps all uses a year."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_SCOPES = {
    "supplier": ["materials:read", "materials:write", "warnings:read", "clients:register"],
    "school": ["links:read", "links:write"],
}
_YEAR_SECONDS = 365 * 24 * 3600


def upgrade() -> None:
    op.add_column("api_tokens", sa.Column("scopes", sa.JSON))
    op.add_column("api_tokens", sa.Column("expires_at", sa.BigInteger))
    tokens = sa.table(
        "api_tokens", sa.column("kind"), sa.column("scopes", sa.JSON), sa.column("expires_at")
    )
    until = int(time.time()) + _YEAR_SECONDS
    for kind, scopes in _SCOPES.items():
        fill = tokens.update().where(tokens.c.kind == kind)
        op.execute(fill.values(scopes=scopes, expires_at=until))
