"""Moves facts from the inbox to the warehouse, each exactly once.

Three steps: `read` takes what waits and decodes it, `write` puts it into the warehouse in one
transaction under a batch id, `empty` takes the bodies out of the inbox and keeps the lines as a
ledger. What waits is one batch, since what is derived from it reads the past once a batch. It is
decoded and emptied in pieces, so that a long wait costs little memory and locks nobody out of the
inbox.

A process that dies before `write` is done has done nothing. One that dies after it leaves
lines whose facts are in the warehouse already: `recover` empties them before anything else is read,
and knows them by the fact ids of the last batch. It can only be the last one.

A row that cannot be decoded becomes a dead letter, is counted, and the rest goes on. The server
runs one loader; `batch_loaded` tells attribution that something came in. Its failure is logged and
stops no fact: what is derived can be derived again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from prometheus_client import Counter

from ingest import store
from ingest.files.parcel import remove
from ingest.files.taking import take_in
from ingest.lines import Broken, Piece, decoded
from ringtrail.core.clock import Clock, utc
from ringtrail.core.database import Engine
from ringtrail.core.facts import KINDS
from ringtrail.core.identifiers import mint
from ringtrail.core.inbox import DEAD_LETTERS
from ringtrail.core.money_facts import Bulk
from ringtrail.core.warehouse import Query, Warehouse

_log = structlog.get_logger()
_LOADED = Counter("ringtrail_facts_loaded", "Facts written to the warehouse", ["kind"])
_NOTE = Query(
    "loader/note",
    "INSERT INTO loaded_batch VALUES ($batch, $rows, $at, nextval('load_position'))",
)
_LAST = Query(
    "loader/last",
    "SELECT batch FROM loaded_batch WHERE load = (SELECT max(load) FROM loaded_batch)",
)
_FACTS = Query(
    "loader/facts",
    " UNION ALL ".join(f'SELECT fact_id FROM "fact_{kind}" WHERE batch = $batch' for kind in KINDS),
)


@dataclass(slots=True)
class Batch:
    """What was read together, in the order of its lines."""

    id: UUID = field(default_factory=mint)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines of the inbox it takes."""
        return sum(len(piece.lines) for piece in self.pieces)

    @property
    def size(self) -> int:
        """How many facts it brings."""
        return sum(len(rows) for piece in self.pieces for rows in piece.tables.values())

    @property
    def parcels(self) -> list[tuple[UUID, Bulk]]:
        """The files that it names; the rows of each are a batch of their own, by its fact's id."""
        return [(fact.id(), fact) for piece in self.pieces for fact in piece.bulks]


class Loader:
    """The one writer of facts to the warehouse."""

    def __init__(
        self,
        engine: Engine,
        warehouse: Warehouse,
        clock: Clock,
        *,
        batch_loaded: Callable[[UUID], None] = lambda batch: None,
        size: int = 100_000,
        piece: int = 20_000,
        stretch: int = 2_000,
    ) -> None:
        """How many lines of the inbox a batch takes at most (`size`), are decoded (`piece`), and
        are emptied in one transaction (`stretch`): on SQLite every visit waits for its end.
        """
        self._engine = engine.execution_options(writes=True)
        self._reading = engine
        self._warehouse = warehouse
        self._clock = clock
        self._batch_loaded = batch_loaded
        self._size = size
        self._piece = piece
        self._stretch = stretch
        self._emptied = False
        self._looked = 0

    def run(self) -> int:
        """Load what waits; returns how many facts were moved.

        What comes in meanwhile waits for the next run: a batch of a few costs as much as this one.
        """
        moved = 0
        while batch := self.read():
            self.write(batch)
            self.empty(batch)
            self._tell(batch.id)
            moved += batch.size
            if batch.lines < self._size:
                break
        return moved

    def is_urged(self) -> bool:
        """Whether something came since this was last asked that a person waits for."""
        with self._reading.connect() as connection:
            self._looked, urged = store.urged(connection, self._looked)
        return urged

    def recover(self) -> None:
        """Empty what a dead process or a failed `empty` left of a batch that was written."""
        if self._emptied:
            return
        for last in self._warehouse.rows(_LAST):
            left = 0
            for facts in self._warehouse.stream(_FACTS, {"batch": last["batch"]}):
                with self._engine.begin() as connection:
                    ids = [row["fact_id"] for row in facts]
                    left += store.empty_known(connection, last["batch"], ids)
            if left:
                self._tell(last["batch"])
        self._emptied = True

    def read(self) -> Batch | None:
        """Step 1: what waits, decoded; None when nothing does."""
        self.recover()
        batch, last = Batch(), 0
        with self._reading.connect() as connection:
            while asked := min(self._size - batch.lines, self._piece):
                piece = decoded(store.waiting(connection, last, asked), batch.id)
                if piece.lines:
                    batch.pieces.append(piece)
                    last = piece.lines[-1]
                if len(piece.lines) < asked:
                    break
        return batch if batch.pieces else None

    def write(self, batch: Batch) -> None:
        """Step 2: the facts and the batch in one warehouse transaction."""
        at = utc(self._clock.now()).replace(tzinfo=None)
        self._emptied = False
        with self._warehouse.transaction() as transaction:
            for fact_id, parcel in batch.parcels:
                taken = take_in(transaction, parcel, fact_id, at)
                transaction.run(_NOTE, {"batch": fact_id, "rows": taken, "at": at})
            for piece in batch.pieces:
                for name, rows in piece.tables.items():
                    transaction.append(name, rows)
            transaction.run(_NOTE, {"batch": batch.id, "rows": batch.size, "at": at})
        for piece in batch.pieces:
            for name, rows in piece.tables.items():
                _LOADED.labels(name.removeprefix("fact_")).inc(len(rows))

    def empty(self, batch: Batch) -> None:
        """Step 3: keep the ledger, drop the bodies; what could not be decoded becomes a letter."""
        for piece in batch.pieces:
            letters = {letter.row.seq: letter for letter in piece.broken}
            for at in range(0, len(piece.lines), self._stretch):
                self._empty(batch.id, piece.lines[at : at + self._stretch], letters)
        self._emptied = True
        remove(parcel for _, parcel in batch.parcels)

    def _empty(self, batch: UUID, lines: Sequence[int], letters: Mapping[int, Broken]) -> None:
        buried = [letters[line] for line in lines if line in letters] if letters else []
        with self._engine.begin() as connection:
            for letter in buried:
                store.bury(connection, letter.row, letter.reason, letter.detail)
            store.empty(connection, batch, lines)
        for letter in buried:
            DEAD_LETTERS.labels(letter.reason).inc()
            _log.warning("dead letter", fact=str(letter.row.fact_id), detail=letter.detail)

    def _tell(self, batch: UUID) -> None:
        try:
            self._batch_loaded(batch)
        except Exception:
            _log.exception("a batch is loaded, but what is derived from it is behind")
