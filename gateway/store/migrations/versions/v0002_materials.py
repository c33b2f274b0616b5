"""Materials and their fragments; links that hold a fragment; roles and groups of a grant."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_materials()
    _widen_links()
    for name in ("roles", "groups"):
        op.add_column("grants", sa.Column(name, sa.JSON))


def _create_materials() -> None:
    service = sa.ForeignKey("services.id")
    op.create_table(
        "materials",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("service_id", sa.Text, service, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("root_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("isbn", sa.Text),
        sa.Column("product", sa.Text),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("subjects", sa.JSON, nullable=False),
        sa.Column("levels", sa.JSON, nullable=False),
        sa.Column("years", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("cover", sa.Text),
        sa.Column("gone_at", sa.BigInteger),
        sa.UniqueConstraint("service_id", "key"),
    )
    op.create_table(
        "fragments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("material_id", sa.Text, sa.ForeignKey("materials.id"), nullable=False),
        sa.Column("service_id", sa.Text, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("parent_id", sa.Text, sa.ForeignKey("fragments.id"), index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("locator", sa.Text),
        sa.Column("activity_type", sa.Text),
        sa.Column("objectives", sa.JSON, nullable=False),
        sa.Column("custom", sa.JSON, nullable=False),
        sa.Column("gone_at", sa.BigInteger),
        sa.UniqueConstraint("material_id", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_fragments_locator", "fragments", ["service_id", "locator"])


def _widen_links() -> None:
    with op.batch_alter_table("links", table_kwargs={"sqlite_with_rowid": False}) as links:
        fragment = sa.ForeignKey("fragments.id", name="fk_links_fragment_id")
        links.add_column(sa.Column("fragment_id", sa.Text, fragment))
        for name in ("school", "maker", "for_school"):
            links.add_column(sa.Column(name, sa.Text))
        for name in ("title", "note"):
            links.add_column(sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")))
        for name in ("valid_from", "valid_until", "stopped_at"):
            links.add_column(sa.Column(name, sa.BigInteger))
        links.add_column(sa.Column("for_groups", sa.JSON))
        links.add_column(
            sa.Column("previewed", sa.Boolean, nullable=False, server_default=sa.false())
        )
        links.create_index("ix_links_fragment_id", ["fragment_id"])
        links.create_index("ix_links_maker", ["school", "maker"])
        links.create_index("ix_links_for_school", ["for_school"])
    op.create_table(
        "link_uses",
        sa.Column(
            "code", sa.Text, sa.ForeignKey("links.code", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("uses", sa.Integer, nullable=False),
    )
