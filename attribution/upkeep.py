"""Keeps the marts equal to what a rebuild from zero would give, at the cost of what changed.

Called by the loader after each batch and by `ringtrail attribution rebuild`. Both run the same
statements over a set of dirty calls and dirty days, so that they cannot drift apart. Everything
happens in one transaction: readers see the marts before or after, never between.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ringtrail.core.warehouse import Query, Transaction, Warehouse


def _mart(name: str) -> Query:
    return Query.load("attribution", f"marts/{name}.sql")


class Upkeep:
    """Writes mart_call, mart_day and mart_traffic."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def batch_loaded(self, batch: UUID) -> None:
        """Recompute what the facts of `batch` touch; a second run changes nothing."""
        self._refresh({"batch": batch, "everything": False})

    def rebuild(self) -> None:
        """Recompute everything from the facts."""
        self._refresh({"batch": None, "everything": True})

    def _refresh(self, values: Mapping[str, Any]) -> None:
        with self._warehouse.transaction() as transaction:
            transaction.run(_mart("dirty_calls"), values)
            transaction.run(_mart("dirty_days"), values)
            self._calls(transaction)
            transaction.run(_mart("dirty_days_after"))
            transaction.run(_mart("traffic"))
            for step in ("mart_call_delete", "mart_call_insert", "mart_day_delete", "mart_day"):
                transaction.run(_mart(step))

    def _calls(self, transaction: Transaction) -> None:
        transaction.run(_mart("call_now"))
        transaction.run(_mart("matched_call"))
