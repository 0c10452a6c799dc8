"""Which fit judges the calls of which site: stored, with when and by whose word; never by itself.

A site is judged by its own fit, else by that of all sites together, else by the assumed `START`.
All of its calls are, whenever they rang, so that a rebuild gives the same again. `use` only notes
it: `attribution.Upkeep.use_fit` judges the calls anew in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from attribution.match.collect import naive, statement
from attribution.match.fit import Fit, chosen
from attribution.match.rates import START
from numbers_pool.posterior import Rates
from ringtrail.core.clock import Micros
from ringtrail.core.warehouse import Row, Transaction, Warehouse


@dataclass(frozen=True, slots=True)
class Kept:
    """A fit that was kept; `used_at` (UTC) and `used_by` where it is in force."""

    fit: Fit
    used_at: datetime | None
    used_by: str | None


def in_force(transaction: Transaction) -> dict[tuple[int, int], Rates]:
    """The rates of each site that has a fit of its own; under (0, 0) those of all others."""
    rows = transaction.rows(statement("in_force"))
    own = {(row["account"], row["site"]): _fit(row) for row in rows if row["site"] is not None}
    pooled = [_fit(row).rates for row in rows if row["site"] is None]
    return chosen(own, pooled[0] if pooled else START)


def use(transaction: Transaction, version: str, at: Micros, by: str) -> None:
    """Put a fit that is kept in force, for its site or for all sites without one of their own."""
    values: Row = {"version": version, "used_at": naive(at), "used_by": by}
    transaction.run(statement("use_fit"), values)


def fits(warehouse: Warehouse) -> list[Kept]:
    """Every fit that was kept, those of all sites first, a site's oldest first."""
    rows = warehouse.rows(statement("fits"))
    return [Kept(_fit(row), row["used_at"], row["used_by"]) for row in rows]


def _fit(row: Row) -> Fit:
    return Fit.from_json(row["fit"])
