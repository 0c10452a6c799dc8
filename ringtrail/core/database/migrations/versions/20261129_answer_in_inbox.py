"""The answer to a page view stands on the line of its facts

One row less a page view, and one entry less of an index in the order of random identifiers.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_answer_in_inbox"
down_revision = "20261128_fewer_indices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("answer", sa.LargeBinary(), nullable=True))
