"""Numbers have owners over time, match an area, stand for sources; leases are pinned and audited"""

import sqlalchemy as sa
from alembic import op

revision = "20261125_pools"
down_revision = "20261124_telephone"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("number_pool", schema=None) as batch_op:
        batch_op.add_column(sa.Column("match", sa.String(), nullable=False, server_default="off"))
        batch_op.add_column(
            sa.Column("audit_share", sa.Float(), nullable=False, server_default="0.02")
        )
        batch_op.add_column(
            sa.Column("audit_free_share", sa.Float(), nullable=False, server_default="0.5")
        )
        batch_op.add_column(
            sa.Column("audit_seconds", sa.Integer(), nullable=False, server_default="21600")
        )

    with op.batch_alter_table("tracking_number", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("alike", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.drop_index("tracking_number_longest_free")
        batch_op.create_index("tracking_number_longest_free", ["pool_id", "free_at", "id"])
        batch_op.create_index(
            "tracking_number_longest_free_alike", ["pool_id", "alike", "free_at", "id"]
        )

    with op.batch_alter_table("lease", schema=None) as batch_op:
        batch_op.add_column(sa.Column("visitor", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("pinned_until", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("audit", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(batch_op.f("ix_lease_visitor"), ["visitor"], unique=False)
        batch_op.create_index(
            "lease_not_closed",
            ["held_until", "id"],
            sqlite_where=sa.text("closed IS 0"),
            postgresql_where=sa.text("closed IS false"),
        )

    _ownership()
    _static_numbers()


def _ownership() -> None:
    op.create_table(
        "number_ownership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.ForeignKeyConstraint(["pool_id"], ["number_pool.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("number_ownership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_number_ownership_account_id"), ["account_id"])
        batch_op.create_index(batch_op.f("ix_number_ownership_site_id"), ["site_id"])
        batch_op.create_index("number_ownership_by_number", ["number", "since"])
        batch_op.create_index(
            "number_ownership_now",
            ["number"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
    # Nobody of this installation had them before.
    op.execute(
        "INSERT INTO number_ownership (number, account_id, site_id, role, pool_id, since) "
        "SELECT n.e164, n.account_id, p.site_id, 'pool', p.id, 0 "
        "FROM tracking_number n JOIN number_pool p ON p.id = n.pool_id"
    )


def _static_numbers() -> None:
    op.create_table(
        "static_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("original", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("patterns", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("medium", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("static_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_static_number_account_id"), ["account_id"])
        batch_op.create_index(batch_op.f("ix_static_number_site_id"), ["site_id"])
    op.create_table(
        "static_shown",
        sa.Column("visit", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("visit", "number"),
    )
    with op.batch_alter_table("static_shown", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_static_shown_shown_at"), ["shown_at"])
