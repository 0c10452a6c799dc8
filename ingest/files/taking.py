"""Takes a parcel into the warehouse, within the loader's transaction.

Only what is news is appended: a row equal to what was told last is left out, so that the same file
twice changes nothing, and a figure that goes back to an older one is news again.
"""

from datetime import datetime
from uuid import UUID

from ringtrail.core.money_facts import Bulk
from ringtrail.core.warehouse import Query, Transaction

_STEPS = {
    kind: [Query.load("ingest", f"files/{name}.sql") for name in names]
    for kind, names in {
        "spend": ("take_spend",),
        "deal": ("take_deal",),
        "rate": ("take_rate",),
    }.items()
}
_VOID = Query.load("ingest", "files/void_spend.sql")


def take_in(transaction: Transaction, bulk: Bulk, batch: UUID, received_at: datetime) -> int:
    """Append the rows of the parcel that are news under `batch`; returns how many."""
    steps = [*_STEPS[bulk.of]]
    if bulk.replace and bulk.of == "spend":
        steps.append(_VOID)
    values = {
        "file": bulk.file,
        "account": bulk.account,
        "site": bulk.site,
        "batch": batch,
        "received_at": received_at,
    }
    counts = [transaction.rows(step, values)[0]["Count"] for step in steps]
    return sum(counts)
