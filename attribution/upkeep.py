"""Keeps the marts equal to what a rebuild from zero would give, at the cost of what changed.

Called after each loaded batch, by `ringtrail attribution rebuild` and by `attribution.reclassify`.
All run the same statements over a set of dirty calls and dirty days, so that they cannot drift
apart. Everything happens in one transaction, the note of the batches that it covers included:
readers see the marts before or after, never between, and a refresh that failed or was killed is
made up for by the next.
"""

import pyarrow as pa

from ringtrail.core.warehouse import Query, Transaction, Warehouse


def _mart(name: str) -> Query:
    return Query.load("attribution", f"marts/{name}.sql")


class Upkeep:
    """Writes mart_call, mart_day, mart_traffic and mart_source."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def catch_up(self) -> None:
        """Recompute what the batches loaded since the last refresh touch."""
        self._refresh(everything=False)

    def rebuild(self) -> None:
        """Recompute everything from the facts."""
        self._refresh(everything=True)

    def restate(self, visits: pa.Table) -> None:
        """Store where these visits came from (columns of mart_source), and what follows from it."""
        with self._warehouse.transaction() as transaction:
            transaction.run(_mart("restated_visit"))
            transaction.append("restated_visit", visits)
            transaction.run(_mart("mart_source_delete"))
            transaction.run(_mart("mart_source_insert"))
            self._recompute(transaction, everything=False)

    def behind(self) -> int:
        """How many loaded batches the marts do not hold yet."""
        count: int = self._warehouse.rows(_mart("batches_behind"))[0]["batches"]
        return count

    def _refresh(self, *, everything: bool) -> None:
        with self._warehouse.transaction() as transaction:
            transaction.run(_mart("restated_visit"))
            self._recompute(transaction, everything=everything)

    def _recompute(self, transaction: Transaction, *, everything: bool) -> None:
        transaction.run(_mart("pending_batch"))
        transaction.run(_mart("dirty_calls"), {"everything": everything})
        transaction.run(_mart("dirty_days"), {"everything": everything})
        self._calls(transaction)
        transaction.run(_mart("dirty_days_after"))
        transaction.run(_mart("traffic"))
        for step in ("mart_call_delete", "mart_call_insert", "mart_day_delete", "mart_day"):
            transaction.run(_mart(step))
        transaction.run(_mart("mart_batch"))

    def _calls(self, transaction: Transaction) -> None:
        transaction.run(_mart("call_now"))
        transaction.run(_mart("matched_call"))
