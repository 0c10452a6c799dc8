"""Turns decoded facts into Arrow tables, one for each fact table of the warehouse.

Called by the loader within step two. A fact that was decoded strictly always fits its columns:
the limits of `ringtrail.core.facts` are those of the tables.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import pyarrow as pa

from ingest.store import Decoded

_TIMES = {
    "occurred_at", "received_at", "told_at", "last_seen", "held_until", "since", "until",
    "opened_at", "closed_at",
}  # fmt: skip
_JSON = {"client_ids", "consent", "fields"}
_LEFT_OUT = {"source_id"}


def table(rows: Sequence[Decoded], batch: UUID) -> dict[str, pa.Table]:
    """Warehouse table name -> its new rows."""
    kinds: dict[str, list[Decoded]] = defaultdict(list)
    for row in rows:
        kinds[row.fact.kind].append(row)
    return {f"fact_{kind}": _columns(kind_rows, batch) for kind, kind_rows in kinds.items()}


def _columns(rows: Sequence[Decoded], batch: UUID) -> pa.Table:
    columns: dict[str, pa.Array[Any]] = {
        "fact_id": pa.array([str(row.fact_id) for row in rows], pa.string()),
        "batch": pa.array([str(batch)] * len(rows), pa.string()),
        "received_at": pa.array([row.received_at for row in rows], pa.timestamp("us")),
    }
    for field in rows[0].fact.__struct_fields__:
        if field not in _LEFT_OUT:
            columns[field] = _column(field, [getattr(row.fact, field) for row in rows])
    return pa.table(columns)


def _column(field: str, values: list[Any]) -> "pa.Array[Any]":
    if field in _TIMES:
        return pa.array(values, pa.timestamp("us"))
    if field in _JSON:
        return pa.array([msgspec.json.encode(value).decode() for value in values], pa.string())
    plain = [str(value) if isinstance(value, UUID) else value for value in values]
    if all(value is None for value in plain):
        return pa.array(plain, pa.string())
    found: pa.Array[Any] = pa.array(plain)
    return found
