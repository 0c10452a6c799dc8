"""A site knows the networks of its own people"""

import sqlalchemy as sa
from alembic import op

revision = "20261125_visits"
down_revision = "20261125_pools"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("own_networks", sa.JSON(), nullable=False, server_default="[]")
        )
