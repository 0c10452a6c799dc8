"""Many facts of one kind as one Parquet file, which a single row of the inbox names.

A million rows of spend would be a million rows of the operational store, whose ledger keeps them
for weeks; as a file they cost it one. `ingest.files.reading` writes it, the loader takes it in and
removes it. A file is whole before it has its name, so that nobody reads half of one.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from ringtrail.core.clock import Micros
from ringtrail.core.facts import KINDS, Fact
from ringtrail.core.inbox import LEDGER
from ringtrail.core.money_facts import Bulk

_ROWS = 20_000
_PIECE = 1 << 20
_AMOUNT = pa.decimal128(18, 4)
_MOMENT = pa.timestamp("us")
# Whatever is not named here is text.
_TYPES: dict[str, Any] = {
    "account": pa.int32(), "site": pa.int32(), "day": pa.date32(),
    "cost": _AMOUNT, "amount": _AMOUNT, "margin": _AMOUNT, "rate": pa.decimal128(18, 8),
    "clicks": pa.int64(), "impressions": pa.int64(), "vat_included": pa.bool_(),
    "occurred_at": _MOMENT, "told_at": _MOMENT, "opened_at": _MOMENT, "closed_at": _MOMENT,
}  # fmt: skip


class Parcel:
    """A Parquet file that grows by chunks of rows, until `close` or `discard`."""

    def __init__(self, folder: Path, kind: str, identifier: UUID) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._fields = [f for f in KINDS[kind].__struct_fields__ if f != "source_id"]
        self._schema = pa.schema(
            [("fact_id", pa.string()), ("dated", pa.bool_())]
            + [(name, _TYPES.get(name, pa.string())) for name in self._fields]
        )
        self.path = folder / f"{kind}-{identifier}.parquet"
        self._part = self.path.with_suffix(".part")
        self._part.touch(mode=0o600)
        self._writer = pq.ParquetWriter(self._part, self._schema)
        self._waiting: list[tuple[Fact, bool]] = []
        self.rows = 0

    def add(self, fact: Fact, *, dated: bool) -> None:
        self._waiting.append((fact, dated))
        self.rows += 1
        if len(self._waiting) == _ROWS:
            self._write()

    def close(self) -> str:
        """Finish the file durably; returns its SHA-256."""
        self._write()
        self._writer.close()
        with self._part.open("rb") as file:
            os.fsync(file.fileno())
        self._part.rename(self.path)
        return digest(self.path)

    def discard(self) -> None:
        self._writer.close()
        self._part.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        if not self._waiting:
            return
        facts = [fact for fact, _ in self._waiting]
        columns: dict[str, list[Any]] = {
            name: [getattr(fact, name) for fact in facts] for name in self._fields
        }
        columns["fact_id"] = [str(fact.id()) for fact in facts]
        columns["dated"] = [dated for _, dated in self._waiting]
        self._writer.write_table(pa.table(columns, self._schema))
        self._waiting.clear()


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def flaw(bulk: Bulk) -> str | None:
    """Why the file of `bulk` cannot be taken in; None when it is as it was written."""
    path = Path(bulk.file)
    try:
        if digest(path) != bulk.digest:
            return f"{path} is not what was written"
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    return None


def sweep(folder: Path, now: Micros) -> None:
    """Remove files that no inbox row can name any more: whoever wrote them died."""
    for path in folder.glob("*-*.*"):
        if path.stat().st_mtime * 1_000_000 < now - LEDGER:
            path.unlink(missing_ok=True)


def remove(bulks: Iterable[Bulk]) -> None:
    """Remove the files that were taken in."""
    for bulk in bulks:
        Path(bulk.file).unlink(missing_ok=True)
