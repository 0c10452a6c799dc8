"""Computes mart_spend_campaign and mart_cost from the facts and from the visits of mart_day.

Called by `attribution.upkeep` in its transaction: `concerned` before mart_day has a batch's visits,
`refresh` after it. It computes all sites anew, so that the same facts give the same rows. After
visits it compares the campaigns with what they were: where none belongs to other visits now, no day
is priced again.
"""

from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa

from ringtrail.core.warehouse import Query, Row, Transaction
from tracking.channel import channel


def _money(name: str) -> Query:
    return Query.load("attribution", f"money/{name}.sql")


_CAMPAIGN = ("account", "site", "connection", "spend_source", "spend_medium", "campaign_id",
             "spend_campaign", "channel", "source", "medium", "campaign", "joined")  # fmt: skip
_NUMBERS = {"account", "site"}


@dataclass(frozen=True, slots=True)
class Cause:
    """What costs have to be computed for: money that was told, visits that a campaign's may be."""

    told: bool = True
    visited: bool = True


def concerned(transaction: Transaction, batch: UUID) -> Cause:
    """What of a batch costs follow from; `change` must hold its visits, mart_day not yet."""
    return Cause(**transaction.rows(_money("concerned"), {"batch": batch})[0])


def refresh(transaction: Transaction, cause: Cause) -> None:
    """Join the campaigns anew, and price the days where that or the told money changes a cost."""
    if not (cause.told or cause.visited):
        return
    campaigns = [_with_channel(row) for row in transaction.rows(_money("campaign_join"))]
    if not cause.told and _same(campaigns, transaction.rows(_money("campaigns"))):
        return
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


def _same(campaigns: list[Row], held: list[Row]) -> bool:
    now, before = ({tuple(row[name] for name in _CAMPAIGN) for row in rows}
                   for rows in (campaigns, held))  # fmt: skip
    return now == before


def _table(rows: list[Row]) -> pa.Table:
    return pa.table(
        {
            name: pa.array(
                [row[name] for row in rows], pa.int32() if name in _NUMBERS else pa.string()
            )
            for name in _CAMPAIGN
        }
    )
