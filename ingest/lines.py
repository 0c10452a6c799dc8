"""Decodes lines of the inbox, some hundred at a time, for the warehouse's tables.

Called by the loader for each piece that it reads. A line is taken as a whole or is broken as a
whole. Some hundred lines are decoded at once, straight into facts that need no object for an
identifier; of lines among which one is broken each is decoded alone, to tell which and why.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_
from types import GenericAlias
from typing import Any, cast
from uuid import UUID

import msgspec
import pyarrow as pa

from ingest.columns import Facts, columns, table, wire
from ingest.files.parcel import flaw
from ingest.store import Waiting
from ringtrail.core.facts import KINDS, Fact
from ringtrail.core.inbox import TOGETHER, opened
from ringtrail.core.money_facts import Bulk

# What becomes of so many stays in the processor's cache; 15,000 at once take twice the time.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that cannot be loaded, and why."""

    row: Waiting
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that were read together: `tables` what can be loaded of them, `bulks` the files."""

    lines: Sequence[int]
    broken: Sequence[Broken]
    tables: dict[str, pa.Table]
    bulks: Sequence[Bulk]


class _Unsound(Exception):
    """One of the lines is broken."""


def _shared(kind: str) -> type[msgspec.Struct]:
    """A fact on a line with others: a pair of its kind and itself."""
    name = f"Shared{KINDS[kind].__name__}"
    return msgspec.defstruct(
        name, [("fact", wire(kind))], array_like=True, tag=kind, forbid_unknown_fields=True,
        frozen=True, gc=False,
    )  # fmt: skip


_TOGETHER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    GenericAlias(list, (reduce(or_, map(_shared, KINDS)),))
)
_ALONE = {kind: msgspec.json.Decoder(wire(kind)) for kind in KINDS}


def decoded(rows: Iterable[tuple[Any, ...]], batch: UUID) -> Piece:
    """What these rows tell, fields of `Waiting`, as new rows of the warehouse's tables."""
    lines: list[int] = []
    broken: list[Broken] = []
    bulks: list[Bulk] = []
    parts: dict[str, list[pa.RecordBatch]] = defaultdict(list)
    rows = iter(rows)
    while some := list(islice(rows, _AT_ONCE)):
        lines += [row[0] for row in some]
        try:
            told, files = _told(some)
        except (KeyError, UnicodeDecodeError, msgspec.DecodeError, _Unsound):
            sound = _sifted(some, broken)
            told, files = _told(sound)
        bulks += files
        for kind, made in told:
            parts[kind].append(made)
    tables = {f"fact_{kind}": table(made, batch) for kind, made in parts.items()}
    return Piece(lines, broken, tables, bulks)


def _told(rows: Sequence[tuple[Any, ...]]) -> tuple[list[tuple[str, pa.RecordBatch]], list[Bulk]]:
    """The columns of each kind, and the files; raises for any line that is broken."""
    alone: dict[str, Facts] = defaultdict(Facts)
    together: dict[str, Facts] = defaultdict(Facts)
    for _, fact_id, account, kind, received_at, body in rows:
        if kind == TOGETHER:
            for shared in _TOGETHER.decode(body):
                fact = shared.fact
                told = together[fact.kind]
                told.received.append(received_at)
                told.facts.append(fact)
                if fact.account != account:
                    raise _Unsound
        else:
            fact, told = _ALONE[kind].decode(body), alone[kind]
            told.ids.append(fact_id)
            told.received.append(received_at)
            told.facts.append(fact)
            if fact.account != account:
                raise _Unsound
    of_kinds = [*alone.items(), *together.items()]
    bulks = [
        cast(Bulk, fact) for kind, told in of_kinds if kind == Bulk.kind for fact in told.facts
    ]
    if any(map(flaw, bulks)):
        raise _Unsound
    return [(kind, columns(kind, told)) for kind, told in of_kinds], bulks


def _sifted(rows: Sequence[tuple[Any, ...]], broken: list[Broken]) -> list[tuple[Any, ...]]:
    """Those that are sound; the others are added to `broken`."""
    sound = []
    for row in rows:
        flawed = _flaw(Waiting(*row))
        if flawed is None:
            sound.append(row)
        else:
            broken.append(flawed)
    return sound


def _flaw(row: Waiting) -> Broken | None:
    """Why a line cannot be loaded, None if it can."""
    try:
        facts: Sequence[Fact] = opened(row.kind, row.body)
    except KeyError as error:
        return Broken(row, "unknown_kind", f"no fact is a {error.args[0]!r}")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Broken(row, "malformed", str(error))
    for fact in facts:
        if isinstance(fact, Bulk) and (damage := flaw(fact)):
            return Broken(row, "damaged_file", damage)
        if fact.account != row.account_id:
            told = f"its account is {fact.account}, its envelope's {row.account_id}"
            return Broken(row, "mismatch", told)
    return None
