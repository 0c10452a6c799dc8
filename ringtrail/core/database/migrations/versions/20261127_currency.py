"""The currency that a site's reports are in"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_currency"
down_revision = "20261126_own_visitors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("currency", sa.String(), nullable=True))
