"""Short-lived rows are cleaned in the order of their keys: no write pays for another index."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.drop_index("ix_short_lived_expires_at", "short_lived")
