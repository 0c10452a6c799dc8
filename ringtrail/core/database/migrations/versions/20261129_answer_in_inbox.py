"""The answer to a page view stands on the line of its facts

One row less a page view, and one entry less of an index in the order of random identifiers.
The answers of before go there too: for a page view that is sent again after the upgrade.
"""

import sqlalchemy as sa
from alembic import op

from ringtrail.core.identifiers import fact_id

revision = "20261129_answer_in_inbox"
down_revision = "20261128_fewer_indices"
branch_labels = None
depends_on = None

_ANSWERED = sa.text(
    "SELECT s.account_id, e.event_id, e.body FROM answered_event e JOIN site s ON s.id = e.site_id"
).columns(event_id=sa.Uuid(), body=sa.LargeBinary())
_MOVE = sa.text("UPDATE inbox SET answer = :answer WHERE fact_id = :page").bindparams(
    sa.bindparam("page", type_=sa.Uuid()), sa.bindparam("answer", type_=sa.LargeBinary())
)


def upgrade() -> None:
    op.add_column("inbox", sa.Column("answer", sa.LargeBinary(), nullable=True))
    store = op.get_bind()
    answered = store.execute(_ANSWERED, execution_options={"yield_per": 1000})
    for rows in answered.partitions():
        moved = [
            {"page": fact_id(row.account_id, "page", str(row.event_id)), "answer": row.body}
            for row in rows
        ]
        store.execute(_MOVE, moved)
