"""Browsers of the business's own people, macros that nobody filled in"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_own_visitors"
down_revision = "20261126_told_pools"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_visitor",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("visitor", sa.Uuid(), nullable=False),
        sa.Column("marked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("site_id", "visitor"),
    )
    op.create_table(
        "unfilled_macro",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("parameter", sa.String(), nullable=False),
        sa.Column("macro", sa.String(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("site_id", "parameter", "macro"),
    )
