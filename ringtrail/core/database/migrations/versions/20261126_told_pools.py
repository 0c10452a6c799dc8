"""What older programs did not tell: whose the numbers of pools are, what pools are called"""

import json
import time
from typing import Any

import sqlalchemy as sa
from alembic import op

from ringtrail.core.identifiers import fact_id

revision = "20261126_told_pools"
down_revision = "20261125_contacts"
branch_labels = None
depends_on = None

_TELL = sa.text(
    "INSERT INTO inbox (fact_id, account_id, kind, occurred_at, received_at, body) "
    "VALUES (:fact_id, :account_id, :kind, :now, :now, :body) ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("fact_id", type_=sa.Uuid()))


def upgrade() -> None:
    now, store = time.time_ns() // 1000, op.get_bind()
    # Those of a number's first owner that were never told by `ringtrail pool`; one that was has the
    # same id, and stays as it is.
    owned = store.execute(
        sa.text(
            "SELECT number, account_id AS account, site_id AS site, pool_id AS pool, since, until "
            "FROM number_ownership WHERE role = 'pool' AND since = 0"
        )
    )
    for row in owned.mappings().all():
        told = {**row, "source_id": f"{row['number']}:{row['since']}:{row['until']}"}
        _tell("number_owned", {**told, "role": "pool"}, now)
    pools = store.execute(
        sa.text(
            "SELECT p.id AS pool, p.account_id AS account, p.site_id AS site, p.name, p.original, "
            "b.id AS branch, b.name AS branch_name "
            "FROM number_pool p LEFT JOIN branch b ON b.id = p.branch_id"
        )
    )
    for row in pools.mappings().all():
        _tell("pool", {**row, "source_id": f"{row['pool']}:{row['branch']}:{now}"}, now)


def _tell(kind: str, told: dict[str, Any], now: int) -> None:
    row = {
        "fact_id": fact_id(told["account"], kind, told["source_id"]),
        "account_id": told["account"],
        "kind": kind,
        "now": now,
        "body": json.dumps({**told, "occurred_at": now}).encode(),
    }
    op.get_bind().execute(_TELL, row)
