"""Two threads beside the requests: one reads Asterisk's journal, one keeps its routes as ours.

Started and stopped by `ringtrail.platform`. The reader hands each chunk to the group-committing
writer and goes on only after its commit; what fails is logged and tried again after a pause that
grows, from where the store says that reading had come to. The routes have a thread of their own, so
that a PBX whose manager is down or slow does not hold the journal up.
"""

import asyncio
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from prometheus_client import Counter, Gauge, Histogram

from ringtrail.core.clock import SECOND, Clock, Micros
from ringtrail.core.database import Engine, Writer
from telephony_bridge.asterisk import astdb, intake, store
from telephony_bridge.asterisk.journal import CHUNK, Chunk, Position, Tail
from telephony_bridge.asterisk.row import Unreadable

POLL = 0.02
"""Seconds between two looks at a journal that says nothing new."""
_ROUTES_POLL = 5.0

_CALLS = Counter("ringtrail_calls", "Calls of the PBX that have ended", ["outcome"])
_SCRAPS = Counter("ringtrail_journal_scraps", "Journal lines that could not be read", ["reason"])
_GAPS = Counter("ringtrail_journal_gaps", "Times that the journal was gone before it was read")
_LAG = Gauge("ringtrail_journal_lag_seconds", "Age of the oldest journal line not yet stored")
_RING = Histogram(
    "ringtrail_ring_seconds",
    "From a ring's line read to its live call committed",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pbx:
    """An Asterisk: its call journal, its manager's host:port, the secret for that."""

    journal: Path
    manager: str
    secret: str = field(repr=False)

    @property
    def name(self) -> str:
        """What its journal is called in the operational store."""
        return str(self.journal)


@dataclass(frozen=True, slots=True)
class JournalState:
    """How reading does. `found`: a journal is there; `routes`: Asterisk has the newest ones."""

    reading: bool
    found: bool
    behind_bytes: int
    behind_seconds: float
    routes: bool


class Bridge:
    """Reads one PBX's journal for as long as the process lives."""

    def __init__(
        self,
        pbx: Pbx,
        engine: Engine,
        writer: Writer,
        clock: Clock,
        *,
        chunk: int = CHUNK,
        pauses: tuple[float, ...] = (0.5, 1, 2, 5, 10),
    ) -> None:
        self._pbx = pbx
        self._engine = engine
        self._writer = writer
        self._clock = clock
        self._tail = Tail(pbx.journal, chunk)
        self._pauses = pauses
        self._ending = threading.Event()
        self._route = threading.Event()
        self._failing = False
        self._routed = False
        self._unstored = 0
        self._oldest: Micros | None = None
        self._threads = [
            threading.Thread(target=self._read, name="journal", daemon=True),
            threading.Thread(target=self._keep_routes, name="pbx-routes", daemon=True),
        ]
        self.ring_samples: deque[float] = deque(maxlen=100_000)
        """Seconds of each ring that the histogram has counted, the newest last; for benches."""

    def start(self) -> None:
        """Go on where the last process stopped; the writer must be running."""
        _LAG.set_function(self._lag)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the chunk in hand and end; before the writer does."""
        self._ending.set()
        self._route.set()
        for thread in self._threads:
            thread.join()

    def state(self) -> JournalState:
        return JournalState(
            reading=self._threads[0].is_alive() and not self._failing,
            found=self._pbx.journal.exists(),
            behind_bytes=self._unstored,
            behind_seconds=self._lag(),
            routes=self._routed,
        )

    def _read(self) -> None:
        failures = 0
        with asyncio.Runner() as runner:
            while not self._ending.is_set():
                try:
                    self._read_on(runner)
                except Exception:
                    failures = failures + 1 if self._failing else 0
                    self._failing = True
                    _log.exception("journal_not_stored", journal=self._pbx.name)
                    self._ending.wait(self._pause(failures))

    def _pause(self, failures: int) -> float:
        return self._pauses[min(failures, len(self._pauses) - 1)]

    def _read_on(self, runner: asyncio.Runner) -> None:
        """Store what the journal says, from the stored position, until something fails."""
        at = runner.run(self._writer.submit(lambda c: store.position(c, self._pbx.name)))
        while not self._ending.is_set():
            chunk = self._tail.read(at)
            if chunk.position == at:
                self._unstored, self._oldest = chunk.unread, None
                self._failing = False
                self._ending.wait(POLL)
                continue
            self._store(runner, at, chunk)
            at = chunk.position
            self._failing = False

    def _store(self, runner: asyncio.Runner, at: Position | None, chunk: Chunk) -> None:
        read_at = time.perf_counter()
        told = intake.readings(chunk.lines)
        now = self._clock.now()
        rows = [row for _, row in told if not isinstance(row, Unreadable)]
        self._unstored = chunk.unread + sum(len(line) + 1 for line in chunk.lines)
        self._oldest = min((row.at for row in rows), default=None)
        if chunk.gap:
            _log.error("journal_gap", journal=self._pbx.name, was=at)
        taken = runner.run(
            self._writer.submit(lambda c: intake.take(c, self._pbx.name, at, chunk, told, now))
        )
        took = time.perf_counter() - read_at
        self._unstored = chunk.unread
        if not chunk.unread:
            self._oldest = None
        self._count(chunk, taken, took)

    def _count(self, chunk: Chunk, taken: intake.Taken, took: float) -> None:
        for _ in range(taken.opened):
            self.ring_samples.append(took)
            _RING.observe(took)
        for outcome, count in taken.outcomes.items():
            _CALLS.labels(outcome).inc(count)
        for reason, count in taken.scraps.items():
            _SCRAPS.labels(reason).inc(count)
            _log.warning("journal_scraps", journal=self._pbx.name, reason=reason, lines=count)
        if chunk.gap:
            _GAPS.inc()
        if taken.booted:
            self._routed = False
            self._route.set()

    def _lag(self) -> float:
        """The age, in seconds, of the oldest line that is read and not stored."""
        oldest = self._oldest
        return 0.0 if oldest is None else max(self._clock.now() - oldest, 0) / SECOND

    def _keep_routes(self) -> None:
        pushed: dict[str, str] | None = None
        failures = 0
        while not self._ending.is_set():
            asked = self._route.is_set()
            self._route.clear()
            wait = _ROUTES_POLL
            try:
                with self._engine.connect() as connection:
                    routes = store.routes(connection)
                if asked or routes != pushed:
                    changed = astdb.push(self._pbx.manager, self._pbx.secret, routes)
                    _log.info("routes_pushed", put=changed.put, deleted=changed.deleted)
                pushed, failures, self._routed = routes, 0, True
            except Exception as error:
                pushed, wait, self._routed = None, self._pause(failures), False
                failures += 1
                _log.warning("routes_not_pushed", pbx=self._pbx.manager, error=repr(error))
            self._route.wait(wait)
