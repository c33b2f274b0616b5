"""Line items and scores of LTI tools."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "lti_line_items",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("service_id", sa.Text, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("maximum", sa.Double, nullable=False),
        sa.Column("place_id", sa.Text),
        sa.Column("resource_id", sa.Text),
        sa.Column("tag", sa.Text),
        sa.Column("starts_at", sa.Text),
        sa.Column("ends_at", sa.Text),
    )
    op.create_index("ix_lti_line_items_context", "lti_line_items", ["service_id", "school", "id"])
    op.create_index(
        "ix_lti_line_items_place", "lti_line_items", ["place_id", "service_id", "school"]
    )
    item = sa.ForeignKey("lti_line_items.id", ondelete="CASCADE")
    op.create_table(
        "lti_scores",
        sa.Column("line_item_id", sa.Text, item, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True, index=True),
        sa.Column("scored_at", sa.BigInteger, nullable=False),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
    )
