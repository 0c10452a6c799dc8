"""Keeps the marts equal to what a rebuild from zero would give, at the cost of what changed.

Called after each loaded batch, by `ringtrail attribution rebuild` and by `attribution.reclassify`.
All run the same statements, over a batch, a site or everything, so that they cannot drift apart. A
batch adds its visits to the counts, and each call that it touches takes its old row's share out of
them and puts the new one's in. Everything happens in one transaction, the note up to where the
batches are held included: a batch counts once, readers see the marts before or after, never
between, and a refresh that failed or was killed is made up for by the next.
"""

from dataclasses import asdict, dataclass
from uuid import UUID

import pyarrow as pa

from attribution.credit import Credit
from ringtrail.core.warehouse import Query, Row, Transaction, Warehouse


def _mart(name: str) -> Query:
    return Query.load("attribution", f"marts/{name}.sql")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is counted: a batch that is new, or anew a site or everything."""

    batch: UUID | None = None
    site: int | None = None
    everything: bool = False


class Upkeep:
    """Writes mart_call, mart_day, mart_traffic, mart_source and mart_open_lease."""

    def __init__(self, warehouse: Warehouse, credit: Credit | None = None) -> None:
        self._warehouse = warehouse
        self._credit = credit or Credit()

    def catch_up(self) -> None:
        """Count what was loaded since the last refresh."""
        with self._warehouse.transaction() as transaction:
            for batch in self._pending(transaction):
                self._count(transaction, _Scope(batch=batch["batch"]))
                for told in transaction.rows(_mart("told_sites"), {"batch": batch["batch"]}):
                    self._count(transaction, _Scope(site=told["site"]))

    def rebuild(self) -> None:
        """Count everything anew from the facts."""
        with self._warehouse.transaction() as transaction:
            self._rebuild(transaction)

    def restate(self, visits: pa.Table) -> None:
        """Store where these visits came from (columns of mart_source), and what follows from it."""
        with self._warehouse.transaction() as transaction:
            transaction.run(_mart("restated_visit"))
            transaction.append("restated_visit", visits)
            transaction.run(_mart("mart_source_delete"))
            transaction.run(_mart("mart_source_insert"))
            self._rebuild(transaction)

    def behind(self) -> int:
        """How many loaded batches the marts do not hold yet."""
        count: int = self._warehouse.rows(_mart("batches_behind"))[0]["batches"]
        return count

    def _pending(self, transaction: Transaction) -> list[Row]:
        """The batches that the marts lack; noted as held."""
        position = transaction.rows(_mart("position"))[0]
        pending = transaction.rows(_mart("pending"), position)
        if pending:
            transaction.run(_mart("position_set"), {"load": pending[-1]["load"]})
        return pending

    def _rebuild(self, transaction: Transaction) -> None:
        self._pending(transaction)
        self._count(transaction, _Scope(everything=True))

    def _count(self, transaction: Transaction, scope: _Scope) -> None:
        values = asdict(scope)
        whose = {"site": scope.site, "everything": scope.everything}
        which = {"batch": scope.batch, "everything": scope.everything}
        earliest: Row = {"earliest": None}
        if scope.batch is None:
            transaction.run(_mart("clear_days"), whose)
            transaction.run(_mart("clear_calls"), whose)
        else:
            earliest = transaction.rows(_mart("earliest"), {"batch": scope.batch})[0]
        transaction.run(_mart("dirty_calls"), values | earliest)
        if scope.site is None:
            transaction.run(_mart("open_lease_out"), which)
            transaction.run(_mart("open_lease_in"), which)
        transaction.run(_mart("change"), values)
        calls = self._calls(transaction)
        transaction.run(_mart("traffic"))
        transaction.run(_mart("mart_day"))
        if calls:
            transaction.run(_mart("mart_call_delete"))
            transaction.run(_mart("mart_call_insert"))
        self._credit.refresh(transaction, asdict(scope))

    def _calls(self, transaction: Transaction) -> bool:
        """Whether calls are dirty; what they are now, and change by it, is in tables of its own."""
        transaction.run(_mart("call_now"))
        rang = transaction.rows(_mart("calls_since"))[0]
        if rang["rang_at"] is None:
            return False
        transaction.run(_mart("call_holder"), rang)
        visited = transaction.rows(_mart("visits_since"))[0]
        transaction.run(_mart("matched_call"), visited)
        transaction.run(_mart("change_by_calls"))
        return True
