"""Computes mart_spend_campaign and mart_cost from the facts and from the visits of mart_day.

Called by `attribution.upkeep` in its transaction: `concerned` before mart_day has a batch's visits,
`refresh` after it, when the batch brought what costs follow from. All of it is computed anew; the
same facts give the same rows.
"""

from uuid import UUID

import pyarrow as pa

from ringtrail.core.warehouse import Query, Row, Transaction
from tracking.channel import channel


def _money(name: str) -> Query:
    return Query.load("attribution", f"money/{name}.sql")


_CAMPAIGN = ("account", "site", "connection", "spend_source", "spend_medium", "campaign_id",
             "spend_campaign", "channel", "source", "medium", "campaign", "joined")  # fmt: skip
_NUMBERS = {"account", "site"}


def concerned(transaction: Transaction, batch: UUID) -> bool:
    """Whether costs follow from what this batch brought; `change` must hold its visits."""
    told: bool = transaction.rows(_money("concerned"), {"batch": batch})[0]["concerned"]
    return told


def refresh(transaction: Transaction) -> None:
    """Join the campaigns and price the days anew."""
    campaigns = [_with_channel(row) for row in transaction.rows(_money("campaign_join"))]
    transaction.run(_money("campaign_clear"))
    transaction.append("mart_spend_campaign", _table(campaigns))
    transaction.run(_money("campaign_traffic"))
    transaction.run(_money("cost_clear"))
    transaction.run(_money("cost"))


def _with_channel(row: Row) -> Row:
    """A campaign without visits has the channel that its visits would have."""
    if row["channel"] is None:
        row["channel"] = channel(row["source"], row["medium"], row["campaign"])
    return row


def _table(rows: list[Row]) -> pa.Table:
    return pa.table(
        {
            name: pa.array(
                [row[name] for row in rows], pa.int32() if name in _NUMBERS else pa.string()
            )
            for name in _CAMPAIGN
        }
    )
