"""Which groups of a school may use a material; under which name a service is told the product."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "licences",
        sa.Column("brin", sa.Text, sa.ForeignKey("schools.brin"), primary_key=True),
        sa.Column(
            "material_id",
            sa.Text,
            sa.ForeignKey("materials.id", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
        sa.Column("group_name", sa.Text, primary_key=True),
    )
    op.add_column("services", sa.Column("product_parameter", sa.Text))
