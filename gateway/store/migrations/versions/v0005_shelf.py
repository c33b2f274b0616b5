"""What a person opened and marked as a favourite on the start page."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "shelf",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("tile", sa.Text, primary_key=True),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("favourite", sa.Boolean, nullable=False),
        sa.Column("touched_at", sa.BigInteger, nullable=False, index=True),
    )
