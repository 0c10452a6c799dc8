"""Moves facts from the inbox to the warehouse, each exactly once.

Three steps, each durable before the next begins: `claim` stamps waiting rows with a batch id,
`write` puts them and the batch id into the warehouse in one transaction, `empty` takes their bodies
away and keeps the line as a ledger. A process that dies between two steps leaves a stamped batch;
`recover` finishes it: known to the warehouse, only step three is missing; unknown, step two too.

A row that cannot be decoded becomes a dead letter, is counted, and the rest goes on. The server
runs one loader; `batch_loaded` tells attribution that something came in. Its failure is logged and
stops no fact: what is derived can be derived again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Counter

from ingest import store
from ingest.columns import table
from ringtrail.core.clock import Clock, utc
from ringtrail.core.database import Engine
from ringtrail.core.facts import Fact, decode
from ringtrail.core.identifiers import mint
from ringtrail.core.inbox import DEAD_LETTERS
from ringtrail.core.warehouse import Query, Warehouse

_log = structlog.get_logger()
_LOADED = Counter("ringtrail_facts_loaded", "Facts written to the warehouse", ["kind"])
_KNOWN = Query("loader/known", "SELECT batch FROM loaded_batch WHERE batch = $batch")
_NOTE = Query(
    "loader/note",
    "INSERT INTO loaded_batch VALUES ($batch, $rows, $at, nextval('load_position'), NULL)",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A batch that stands in the warehouse."""

    batch: UUID
    facts: tuple[Fact, ...]


class Loader:
    """The one writer of facts to the warehouse."""

    def __init__(
        self,
        engine: Engine,
        warehouse: Warehouse,
        clock: Clock,
        *,
        batch_loaded: Callable[[Loaded], None] = lambda loaded: None,
        size: int = 20_000,
    ) -> None:
        self._engine = engine.execution_options(writes=True)
        self._warehouse = warehouse
        self._clock = clock
        self._batch_loaded = batch_loaded
        self._size = size

    def run(self) -> int:
        """Load until nothing waits; returns how many rows were moved."""
        moved = self.recover()
        while batch := self.claim():
            moved += self._finish(batch)
        return moved

    def recover(self) -> int:
        """Finish batches that a dead process or a full disk left; returns how many rows."""
        with self._engine.connect() as connection:
            batches = store.unfinished(connection)
        return sum(self._finish(batch) for batch in batches)

    def claim(self) -> UUID | None:
        """Step 1: stamp waiting rows with a new batch id; None when nothing waits."""
        batch = mint()
        with self._engine.begin() as connection:
            return batch if store.stamp(connection, batch, self._size) else None

    def write(self, batch: UUID) -> Loaded:
        """Step 2: the batch and its id in one warehouse transaction, unless they are there."""
        rows, _ = self._read(batch)
        if not self._warehouse.rows(_KNOWN, {"batch": batch}):
            with self._warehouse.transaction() as transaction:
                for name, columns in table(rows, batch).items():
                    transaction.append(name, columns)
                at = utc(self._clock.now()).replace(tzinfo=None)
                transaction.run(_NOTE, {"batch": batch, "rows": len(rows), "at": at})
            for row in rows:
                _LOADED.labels(row.fact.kind).inc()
        return Loaded(batch, tuple(row.fact for row in rows))

    def empty(self, batch: UUID) -> None:
        """Step 3: keep the ledger, drop the bodies; what could not be decoded becomes a letter."""
        _, broken = self._read(batch)
        with self._engine.begin() as connection:
            for letter in broken:
                store.bury(connection, letter.row, letter.reason, letter.detail)
            store.empty(connection, batch)
        for letter in broken:
            DEAD_LETTERS.labels(letter.reason).inc()
            _log.warning("dead letter", fact=str(letter.row.fact_id), detail=letter.detail)

    def _finish(self, batch: UUID) -> int:
        loaded = self.write(batch)
        self.empty(batch)
        try:
            self._batch_loaded(loaded)
        except Exception:
            _log.exception("a batch is loaded, but what is derived from it is behind")
        return len(loaded.facts)

    def _read(self, batch: UUID) -> "tuple[list[store.Decoded], list[_Broken]]":
        with self._engine.connect() as connection:
            waiting = store.claimed(connection, batch)
        return _decode(waiting)


@dataclass(frozen=True, slots=True)
class _Broken:
    row: store.Claimed
    reason: str
    detail: str


def _decode(waiting: Sequence[store.Claimed]) -> tuple[list[store.Decoded], list[_Broken]]:
    decoded: list[store.Decoded] = []
    broken: list[_Broken] = []
    for row in waiting:
        try:
            fact = decode(row.kind, row.body)
        except KeyError:
            broken.append(_Broken(row, "unknown_kind", f"no fact is called {row.kind!r}"))
        except msgspec.DecodeError as error:
            broken.append(_Broken(row, "malformed", str(error)))
        else:
            if fact.account == row.account_id and fact.id() == row.fact_id:
                decoded.append(store.Decoded(fact, row.fact_id, row.received_at))
            else:
                broken.append(_Broken(row, "mismatch", "body and envelope name different facts"))
    return decoded, broken
