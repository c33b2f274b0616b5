"""A place in a material may belong to a product of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("fragments", sa.Column("product", sa.Text))
