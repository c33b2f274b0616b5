"""The consoles: staff with passkeys, acts, reports, feeds; how far a service has come; what a
school decided and when; what was shared of a person; counts of logins."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _add_columns()
    _add_staff()
    _add_records()
    _add_jobs()


def _add_columns() -> None:
    standing = sa.Column("standing", sa.Text, nullable=False, server_default=sa.text("'approved'"))
    op.add_column("services", standing)
    op.add_column("services", sa.Column("about", sa.JSON))
    op.add_column("schools", sa.Column("admin_entitlement", sa.Text))
    op.add_column("grants", sa.Column("locations", sa.JSON))
    op.add_column("grants", sa.Column("decisions", sa.JSON))


def _add_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("supplier_id", sa.Text, sa.ForeignKey("suppliers.id"), index=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("removed_at", sa.BigInteger),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Text, primary_key=True),
        _of_staff(nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_used", sa.Text),
    )
    op.create_table(
        "invitations",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("party", sa.Text),
        _of_staff(nullable=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_table(
        "school_admins",
        sa.Column("brin", sa.Text, sa.ForeignKey("schools.brin"), primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("named_at", sa.BigInteger, nullable=False),
    )


def _of_staff(*, nullable: bool) -> sa.Column[str]:
    key = sa.ForeignKey("staff.id", ondelete="CASCADE")
    return sa.Column("staff_id", sa.Text, key, nullable=nullable, index=True)


def _add_records() -> None:
    op.create_table(
        "acts",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False, index=True),
        sa.Column("object", sa.Text, nullable=False, index=True),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
    service = sa.ForeignKey("services.id")
    op.create_table(
        "reports",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("service_id", sa.Text, service, nullable=False, index=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
    )
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "disclosures",
        sa.Column("number", number, primary_key=True),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("day", sa.Text, nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("person", "day", "sealed"),
    )


def _add_jobs() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("certificate", sa.Text),
        sa.Column("checked_at", sa.BigInteger),
        sa.Column("fetched_at", sa.BigInteger),
        sa.Column("valid_until", sa.BigInteger),
        sa.Column("state", sa.JSON, nullable=False),
    )
    op.create_table(
        "login_counts",
        sa.Column("hour", sa.BigInteger, primary_key=True),
        sa.Column("school", sa.Text, primary_key=True),
        sa.Column("service_id", sa.Text, primary_key=True),
        sa.Column("outcome", sa.Text, primary_key=True),
        sa.Column("logins", sa.Integer, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
