"""Turns decoded facts into Arrow columns, for the fact tables of the warehouse.

Called by `ingest.lines` for some hundred facts of a kind at a time. What it is given are the facts
of `wire`: each identifier is the text that it was sent as, since an object for each of them cost
half of what loading cost. A fact that was decoded strictly always fits its columns: the limits of
`ringtrail.core.facts` are those of the tables. A text that is no UUID is a `ValidationError`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast
from uuid import UUID

import msgspec
import pyarrow as pa
from msgspec import inspect
from msgspec.structs import astuple

from ringtrail.core.facts import KINDS, Fact
from ringtrail.core.identifiers import fact_ids


@dataclass(slots=True)
class Facts:
    """Facts of one kind and their times of receipt.

    `ids`: as the inbox's driver gives them, hex or UUID; none when they are to be derived.
    """

    ids: list[str | UUID] = field(default_factory=list)
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
_ENCODER = msgspec.json.Encoder()


@cache
def wire(kind: str) -> type[Fact]:
    """The kind's facts with identifiers as text, where there must be one; all else is the same."""
    fact = KINDS[kind]
    texts = [
        (one.name, str) for one in msgspec.structs.fields(fact) if one.required and one.type is UUID
    ]
    made = msgspec.defstruct(f"Wire{fact.__name__}", texts, bases=(fact,), kw_only=True)
    return cast("type[Fact]", made)


def table(batches: Sequence[pa.RecordBatch], batch: UUID) -> pa.Table:
    """The new rows of the warehouse table of one kind, from what `columns` made of its facts."""
    rows = pa.Table.from_batches(batches).combine_chunks()
    return rows.append_column("batch", _uuids(batch.bytes * len(rows)))


def columns(kind: str, told: Facts) -> pa.RecordBatch:
    """The columns of these facts, but for the batch."""
    each = zip(*map(astuple, told.facts), strict=True)
    values = dict(zip(wire(kind).__struct_fields__, each, strict=True))
    if told.ids:
        ids = b"".join(map(_bytes, told.ids))
    else:
        ids = fact_ids(kind, values["account"], values["source_id"])
    made = {"fact_id": _uuids(ids), "received_at": pa.array(told.received, pa.timestamp("us"))}
    for name, (type_, is_dict) in _types(kind).items():
        made[name] = _column(values[name], type_, is_dict)
    return pa.RecordBatch.from_pydict(made)


def _bytes(given: str | UUID) -> bytes:
    return bytes.fromhex(given) if isinstance(given, str) else given.bytes


def _column(values: Sequence[Any], type_: pa.DataType, is_dict: bool) -> "pa.Array[Any]":
    if is_dict:
        values = _ENCODER.encode_lines(values).splitlines()
    elif type_ == pa.uuid() and isinstance(values[0], str):
        return _uuids(_binary(values))
    return pa.array(values, type_)


def _binary(texts: Sequence[str]) -> bytes:
    """UUIDs as 16 bytes each; all at once when every one is written as RFC 9562 does."""
    many, text = len(texts), "".join(texts)
    hyphens = "-" * many
    if set(map(len, texts)) == {36} and all(text[at::36] == hyphens for at in (8, 13, 18, 23)):
        try:
            binary = bytes.fromhex(text.replace("-", ""))
        except ValueError:
            binary = b""
        # More hyphens, and white space between two bytes, are left out.
        if len(binary) == 16 * many:
            return binary
    return b"".join(each.bytes for each in msgspec.convert(texts, tuple[UUID, ...]))


def _uuids(binary: bytes) -> "pa.Array[Any]":
    many = len(binary) // 16
    plain = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), many, [None, pa.py_buffer(binary)])
    return pa.ExtensionArray.from_storage(pa.uuid(), plain)


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
