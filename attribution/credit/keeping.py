"""Keeps mart_conversion and mart_credit equal to what a division of everything would give.

Called by `attribution.upkeep` within its transaction, after mart_call: what it has put into
`dirty_call` is dirty here too. Deleting and inserting the same conversions in one transaction makes
a repeated refresh harmless. What can go wrong: a warehouse from before there were credits, or one
that was computed for another look-back; then everything is divided anew.
"""

from dataclasses import dataclass
from typing import Any

from attribution.models.statement import weights
from ringtrail.core.warehouse import Query, Transaction
from ringtrail.core.warehouse.compose import stored

LOOKBACK = 90 * 86_400.0
"""Seconds before a conversion within which a visit is a touch of it."""


def _query(name: str) -> Query:
    return Query.load("attribution", f"credit/{name}.sql")


@dataclass(frozen=True, slots=True)
class Credit:
    """Divides conversions among touches, by every rule model at once."""

    lookback: float = LOOKBACK

    def refresh(self, transaction: Transaction, scope: dict[str, Any]) -> None:
        """Divide anew what `scope` (batch, site, everything) concerns; reads `dirty_call`."""
        state = transaction.rows(_query("state"))[0]
        if state != {"lookback_seconds": self.lookback, "complete": True}:
            scope = {"batch": None, "site": None, "everything": True}
            transaction.run(_query("state_set"), {"lookback_seconds": self.lookback})
        values = scope | {"lookback_seconds": self.lookback}
        if not transaction.rows(_query("dirty"), values)[0]["Count"]:
            return
        for step in ("credit_delete", "conversion_delete", "unattributed", "conversion_insert"):
            transaction.run(_query(step))
        for row in transaction.rows(_query("accounts")):
            self._divide(transaction, row["account"])

    def _divide(self, transaction: Transaction, account: int) -> None:
        whose = {"account": account}
        statement = weights(self.lookback)
        transaction.run(_query("conversion"), whose)
        span = transaction.rows(_query("span"), {"lookback_seconds": self.lookback})[0]
        transaction.run(_query("touch"), whose | span)
        transaction.run(stored(statement.query, "weighed"), statement.values)
        transaction.run(_query("credit_insert"), whose)
