"""The warehouse: one DuckDB file of facts and marts, opened by exactly one process.

Who writes: `ingest.loader` (facts) and attribution (marts), one transaction at a time. Who reads:
dashboards and exporters, through queries kept in .sql files, in a small pool of threads with a
cursor each, so that the event loop never waits for a scan.
"""

from ringtrail.core.warehouse.query import Query, Row
from ringtrail.core.warehouse.store import Transaction, Warehouse

__all__ = ["Query", "Row", "Transaction", "Warehouse"]
