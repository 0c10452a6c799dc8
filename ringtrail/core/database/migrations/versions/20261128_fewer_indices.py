"""Indices that nothing reads go; those of a lease's visit and visitor have leases that are open

Each entry of an index in the order of random identifiers is a page of its own to write, once there
are many rows. A closed lease is found by its number or its id.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_fewer_indices"
down_revision = "20261127_currency"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("inbox_claimed", "inbox")
    op.drop_index("ix_current_visit_site_id", "current_visit")
    for column in ("visit", "visitor"):
        op.drop_index(f"ix_lease_{column}", "lease")
        op.create_index(
            f"lease_{column}_not_closed",
            "lease",
            [column],
            sqlite_where=sa.text("closed IS 0"),
            postgresql_where=sa.text("closed IS false"),
        )
