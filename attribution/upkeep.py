"""Keeps the marts equal to what a rebuild from zero would give, at the cost of what changed.

Called after each loaded batch, by `ringtrail attribution rebuild` and by `attribution.reclassify`.
All run the same statements, over a batch, a site or everything, so that they cannot drift apart. A
batch adds its visits to the counts, and each call that it touches takes its old row's share out of
them and puts the new one's in. Everything happens in one transaction, the note up to where the
batches are held included: a batch counts once, readers see the marts before or after, never
between, and a refresh that failed or was killed is made up for by the next.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import pyarrow as pa

from attribution import money
from attribution.credit import Credit
from attribution.identity import Persons
from attribution.leads import Leads
from attribution.match import Fit, keep
from attribution.match.calls import SURE, judge_calls
from attribution.match.in_force import use
from ringtrail.core.clock import Micros
from ringtrail.core.warehouse import Query, Row, Transaction, Warehouse

MOST_LEASES = 4_000_000
"""That a rebuild looks at together for their ends: they take 400 MB."""


def _mart(name: str) -> Query:
    return Query.load("attribution", f"marts/{name}.sql")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is counted: a batch that is new, or anew a site or everything."""

    batch: UUID | None = None
    site: int | None = None
    everything: bool = False


class Upkeep:
    """Writes the marts of calls and days, and by its parts those of costs, persons and credit."""

    def __init__(self, warehouse: Warehouse, credit: Credit | None = None) -> None:
        self._warehouse = warehouse
        self._credit = credit or Credit()
        self._persons = Persons()
        self._leads = Leads()

    def catch_up(self) -> None:
        """Count what was loaded since the last refresh."""
        with self._warehouse.transaction() as transaction:
            self._catch_up(transaction, set())

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

    def use_fit(self, made: Fit, at: Micros, by: str) -> None:
        """Put a fit of the match in force, `by` whose word, and judge anew the calls of its site.

        Of other sites those whose callers rang this one before; of a fit of all sites all calls.
        """
        with self._warehouse.transaction() as transaction:
            keep(transaction, made)
            use(transaction, made.version, at, by)
            if made.site is None:
                self._rebuild(transaction)
            else:
                self._catch_up(transaction, {made.site})

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

    def _catch_up(self, transaction: Transaction, sites: set[int]) -> None:
        """Count what was loaded, and anew all of `sites` and of those that were told anew."""
        if not self._leads.current(transaction):
            self._rebuild(transaction)
            return
        batches = [row["batch"] for row in self._pending(transaction)]
        for batch in batches:
            self._count(transaction, _Scope(batch=batch))
        told = transaction.rows(_mart("told_sites"), {"batches": batches})
        # Last, since it counts all visits of the site, of whichever batch.
        for site in sorted(sites | {row["site"] for row in told}):
            self._count(transaction, _Scope(site=site))

    def _rebuild(self, transaction: Transaction) -> None:
        self._pending(transaction)
        self._count(transaction, _Scope(everything=True))

    def _count(self, transaction: Transaction, scope: _Scope) -> None:
        whose = {"site": scope.site, "everything": scope.everything}
        if scope.batch is None:
            for name in ("clear_days", "clear_channel_days", "clear_calls", "clear_candidates"):
                transaction.run(_mart(name), whose)
        dirty = self._dirty(transaction, scope)
        if scope.site is None:
            self._open_leases(transaction, scope)
        transaction.run(_mart("change"), asdict(scope))
        self._leads.begin(transaction)
        if dirty is not None:
            self._match(transaction, dirty)
        transaction.run(_mart("traffic"))
        cause = money.concerned(transaction, scope.batch) if scope.batch else money.Cause()
        transaction.run(_mart("mart_day"))
        transaction.run(_mart("mart_channel_day"))
        money.refresh(transaction, cause)
        if dirty is not None:
            transaction.run(_mart("mart_call_delete"))
            transaction.run(_mart("mart_call_insert"))
        self._leads.keep_marks(transaction, asdict(scope))
        if scope.everything:
            self._persons.rebuild(transaction)
        else:
            self._persons.update(transaction, scope.batch)
        self._leads.keep_leads(transaction)
        self._credit.refresh(transaction, asdict(scope))

    def _open_leases(self, transaction: Transaction, scope: _Scope) -> None:
        which = {"batch": scope.batch, "everything": scope.everything}
        transaction.run(_mart("open_lease_out"), which)
        if not scope.everything:
            transaction.run(_mart("open_lease_in"), {"batch": scope.batch})
            return
        parts = transaction.rows(_mart("open_lease_parts"), {"most": MOST_LEASES})[0]["parts"]
        for part in range(parts):
            transaction.run(_mart("open_lease_all"), {"part": part, "parts": parts})

    def _dirty(self, transaction: Transaction, scope: _Scope) -> datetime | None:
        """Fill dirty_call; from when on its calls rang, None if there is none."""
        known: Row = {"earliest": None, "names": None}
        if scope.batch is not None:
            known = transaction.rows(_mart("earliest"), {"batch": scope.batch})[0]
        names = known.pop("names")
        dirty = transaction.rows(_mart("dirty_calls"), asdict(scope) | known)[0]["Count"]
        if names:
            dirty += transaction.rows(_mart("dirty_by_name"), {"batch": scope.batch})[0]["Count"]
        if scope.batch is not None:
            dirty += self._leads.widen(transaction, scope.batch, dirty)
        if not dirty:
            return None
        rang = transaction.rows(_mart("dirty_since"))[0]
        if not scope.everything:
            transaction.run(_mart("dirty_by_caller"), rang)
        rang_at: datetime = rang["rang_at"]
        return rang_at

    def _match(self, transaction: Transaction, rang_at: datetime) -> None:
        """What the dirty calls are now, and change by it, in tables of the transaction."""
        transaction.run(_mart("call_now"))
        judge_calls(transaction, rang_at)
        transaction.run(_mart("call_holder"), {"rang_at": rang_at})
        visited = transaction.rows(_mart("visits_since"))[0]
        transaction.run(_mart("matched_call"), visited | {"sure": SURE})
        self._leads.mark_calls(transaction, rang_at)
        transaction.run(_mart("change_by_calls"))
