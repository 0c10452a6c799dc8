"""Keeps mart_conversion, mart_share and mart_credit equal to what a division of everything gives.

Called by `attribution.upkeep` within its transaction, last: it reads what the calls, persons and
leads before it left in `dirty_call`, `person_change`, `dirty_mark` and `dirty_lead`. Deleting and
inserting the same conversions in one transaction makes a repeated refresh harmless. What can go
wrong: a warehouse from before there were credits, or one that was computed for another look-back;
then everything is divided anew.
"""

from dataclasses import dataclass
from typing import Any

from attribution.models.statement import weights
from ringtrail.core.warehouse import Query, Row, Transaction
from ringtrail.core.warehouse.compose import stored

LOOKBACK = 90 * 86_400.0
"""Seconds before a conversion within which a visit is a touch of it."""
MOST_KEYS = 500
"""Of deals that are looked up by their keys; of more, all are read."""


def _query(name: str) -> Query:
    return Query.load("attribution", f"credit/{name}.sql")


@dataclass(frozen=True, slots=True)
class Credit:
    """Divides conversions among touches, by every rule model at once."""

    lookback: float = LOOKBACK

    def refresh(self, transaction: Transaction, scope: Row) -> None:
        """Divide anew what `scope` (batch, site, everything) concerns."""
        state = transaction.rows(_query("state"))[0]
        if state != {"lookback_seconds": self.lookback, "complete": True}:
            scope = {"batch": None, "site": None, "everything": True}
            transaction.run(_query("state_set"), {"lookback_seconds": self.lookback})
        transaction.run(_query("nothing_marked"))
        self._find(transaction, scope)
        if not transaction.rows(_query("dirty_count"))[0]["conversions"]:
            return
        for step in (
            "credit_delete", "share_delete", "conversion_delete", "unattributed",
            "conversion_insert", "share_insert",
        ):  # fmt: skip
            transaction.run(_query(step))
        for row in transaction.rows(_query("accounts")):
            self._divide(transaction, row["account"])

    def _find(self, transaction: Transaction, scope: Row) -> None:
        """Which conversions are dirty, and what the deals among them are now."""
        batch = {"batch": scope["batch"]}
        asked = transaction.rows(_query("asked"), batch)[0]
        transaction.run(_query("dirty"), scope)
        self._deals(transaction, scope, told=asked["deals"])
        if scope["everything"]:
            return
        if asked["persons"]:
            transaction.run(_query("dirty_person"))
        if asked["leads"]:
            transaction.run(_query("dirty_lead"))
        if asked["visited_since"] is not None:
            since = {"visited_since": asked["visited_since"]}
            if transaction.rows(_query("near"), since)[0]["Count"]:
                values = batch | {"lookback_seconds": self.lookback}
                transaction.run(_query("dirty_touch"), values)
        transaction.run(_query("deal_held"))

    def _deals(self, transaction: Transaction, scope: Row, *, told: bool) -> None:
        values: dict[str, Any] = {"every": False, "keys": []}
        if told or scope["batch"] is None:
            values = transaction.rows(_query("deal_asked"), scope | {"most": MOST_KEYS})[0]
        batch = {"batch": scope["batch"]}
        transaction.run(_query("told_deal"), batch | {"every": values["every"]})
        transaction.run(_query("deal_now"), {"keys": values["keys"]})
        transaction.run(_query("dirty_deal"), batch)

    def _divide(self, transaction: Transaction, account: int) -> None:
        whose = {"account": account}
        statement = weights(self.lookback)
        transaction.run(_query("conversion"), whose)
        transaction.run(_query("cookie"), whose)
        span = transaction.rows(_query("span"), {"lookback_seconds": self.lookback})[0]
        transaction.run(_query("touch"), whose | span)
        transaction.run(stored(statement.query, "weighed"), statement.values)
        transaction.run(_query("credit_insert"), whose)
