"""Turns decoded facts into Arrow tables, one for each fact table of the warehouse.

Called by the loader before it writes. A fact that was decoded strictly always fits its columns:
the limits of `ringtrail.core.facts` are those of the tables.
"""

from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
import pyarrow as pa
from msgspec import inspect

from ringtrail.core.facts import KINDS, Fact


@dataclass(slots=True)
class Facts:
    """Facts of one kind, with their ids, as the inbox's driver gives them, and times of receipt."""

    ids: list[Any] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


_TIMES = {
    "occurred_at", "received_at", "told_at", "last_seen", "held_until", "since", "until",
    "opened_at", "closed_at", "decided_at",
}  # fmt: skip
_LEFT_OUT = {"source_id"}
_OF_TYPE = {
    inspect.UUIDType: pa.uuid(),
    inspect.StrType: pa.string(),
    inspect.DictType: pa.string(),
    inspect.IntType: pa.int64(),
    inspect.BoolType: pa.bool_(),
    inspect.DateType: pa.date32(),
    # Wide enough for any of ours; the warehouse narrows it to the column's.
    inspect.DecimalType: pa.decimal128(38, 8),
}


def tables(kinds: dict[str, Facts], batch: UUID) -> dict[str, pa.Table]:
    """Warehouse table name -> its new rows, from the facts of each kind."""
    return {f"fact_{kind}": _table(kind, told, batch) for kind, told in kinds.items()}


def _table(kind: str, told: Facts, batch: UUID) -> pa.Table:
    columns = {
        "fact_id": pa.array(told.ids, pa.string() if isinstance(told.ids[0], str) else pa.uuid()),
        "batch": pa.array([batch] * len(told.ids), pa.uuid()),
        "received_at": pa.array(told.received, pa.timestamp("us")),
    }
    types = _types(kind)
    values = zip(*map(attrgetter(*types), told.facts), strict=True)
    for (name, (type_, is_dict)), column in zip(types.items(), values, strict=True):
        plain = [msgspec.json.encode(each).decode() for each in column] if is_dict else column
        columns[name] = pa.array(plain, type_)
    return pa.table(columns)


@cache
def _types(kind: str) -> dict[str, tuple[Any, bool]]:
    """Of each field of a kind: its Arrow type, and whether it is stored as JSON."""
    struct = inspect.type_info(KINDS[kind])
    assert isinstance(struct, inspect.StructType)
    found = {}
    for one in struct.fields:
        if one.name not in _LEFT_OUT:
            plain = _without_none(one.type)
            type_ = pa.timestamp("us") if one.name in _TIMES else _OF_TYPE[type(plain)]
            found[one.name] = (type_, isinstance(plain, inspect.DictType))
    return found


def _without_none(type_: inspect.Type) -> inspect.Type:
    if not isinstance(type_, inspect.UnionType):
        return type_
    (plain,) = (part for part in type_.types if not isinstance(part, inspect.NoneType))
    return plain
