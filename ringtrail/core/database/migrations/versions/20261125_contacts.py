"""Contacts that another telling may add to, numbers found written into pages"""

import sqlalchemy as sa
from alembic import op

revision = "20261125_contacts"
down_revision = "20261125_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("contact_fields", sa.JSON(), nullable=False, server_default="[]")
        )
    op.create_table(
        "recent_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("page", sa.String(), nullable=True),
        sa.Column("visit", sa.Uuid(), nullable=True),
        sa.Column("visitor", sa.Uuid(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("recent_contact", schema=None) as batch_op:
        batch_op.create_index("recent_contact_of_site", ["site_id", "told_at"])
    op.create_table(
        "hard_coded_number",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("site_id", "number", "page"),
    )
