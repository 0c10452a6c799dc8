"""Keeps mart_conversion, mart_share and mart_credit equal to what a division of everything gives.

Called by `attribution.upkeep` within its transaction, last: it reads what the calls, persons and
leads before it left in `dirty_call`, `person_change`, `dirty_mark` and `dirty_lead`. Deleting and
inserting the same conversions in one transaction makes a repeated refresh harmless. What can go
wrong: a warehouse from before there were credits, or one that was computed for another look-back;
then everything is divided anew.
"""

from dataclasses import dataclass

from attribution.credit import weeks
from attribution.models.statement import weights
from ringtrail.core.warehouse import Query, Row, Transaction
from ringtrail.core.warehouse.compose import stored

LOOKBACK = 90 * 86_400.0
"""Seconds before a conversion within which a visit is a touch of it."""
MOST_KEYS = 500
"""Of deals that are looked up by their keys; of more, all are read."""
MOST_CONVERSIONS = 250_000
"""Whose credits are put together at once: they take 400 MB."""


def _query(name: str) -> Query:
    return Query.load("attribution", f"credit/{name}.sql")


def _count(transaction: Transaction, name: str, values: Row) -> int:
    """Run the statement; returns how many rows it gave."""
    count: int = transaction.rows(_query(name), values)[0]["Count"]
    return count


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
        batch = {"batch": scope["batch"]}
        asked = transaction.rows(_query("asked"), batch)[0]
        dirty = _count(transaction, "dirty", scope)
        deals = asked["deals"] or scope["batch"] is None
        if deals:
            dirty += self._deals(transaction, scope)
        if not scope["everything"]:
            dirty += self._others(transaction, batch, asked)
        if not dirty:
            return
        if not deals:
            transaction.run(_query("no_deal"))
        if not scope["everything"]:
            transaction.run(_query("deal_held"))
        weeks.begin(transaction, everything=scope["everything"])
        for step in (
            "credit_delete", "share_delete", "conversion_delete", "unattributed",
            "conversion_insert", "share_insert",
        ):  # fmt: skip
            transaction.run(_query(step))
        for row in transaction.rows(_query("accounts")):
            self._divide(transaction, row["account"])
        weeks.keep(transaction, everything=scope["everything"])

    def _deals(self, transaction: Transaction, scope: Row) -> int:
        """What the deals are now that `scope` concerns; returns how much of that is new."""
        batch = {"batch": scope["batch"]}
        which = transaction.rows(_query("deal_asked"), scope | {"most": MOST_KEYS})[0]
        transaction.run(_query("told_deal"), batch | {"every": which["every"]})
        transaction.run(_query("deal_now"), {"keys": which["keys"]})
        return _count(transaction, "dirty_deal", batch)

    def _others(self, transaction: Transaction, batch: Row, asked: Row) -> int:
        """How many conversions are dirty by a person, a lead, a visit or a static number."""
        dirty = 0
        if asked["persons"]:
            dirty += _count(transaction, "dirty_person", {})
        if asked["leads"]:
            dirty += _count(transaction, "dirty_lead", {})
        lookback = {"lookback_seconds": self.lookback}
        since = {"visited_since": asked["visited_since"]}
        if asked["visited_since"] is not None and _count(transaction, "near", since):
            dirty += _count(transaction, "dirty_touch", batch | lookback)
        if asked["calls"] and _count(transaction, "static_change", {}):
            dirty += _count(transaction, "dirty_static", lookback)
        return dirty

    def _divide(self, transaction: Transaction, account: int) -> None:
        whose = {"account": account}
        statement = weights(self.lookback)
        transaction.run(_query("conversion"), whose)
        transaction.run(_query("cookie"), whose)
        span = transaction.rows(_query("span"), {"lookback_seconds": self.lookback})[0]
        many = span.pop("conversions") > MOST_CONVERSIONS
        transaction.run(_query("touch"), whose | span)
        transaction.run(stored(statement.query, "weighed"), statement.values)
        parts: list[Row] = [{"kind": None, "since": None, "until": None}]
        if many:
            parts = transaction.rows(_query("credit_parts"), whose | {"most": MOST_CONVERSIONS})
        for part in parts:
            transaction.run(_query("credit_insert"), whose | part)
