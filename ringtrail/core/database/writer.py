"""Group commit: requests of one few-millisecond window share a transaction.

A durable commit costs one fsync however many requests are in it, so hot intakes hand their work to
this writer and answer only after its commit. Each piece of work runs in a savepoint of its own: one
that fails is undone and told so, the others are committed. When the commit itself fails, everyone
in the window is told.

Work may run more than once and must be safe to: its effects are rows of the connection that it is
given, nothing else. Two processes that touch the same rows collide in two ways:
- They lock them in another order, and the database breaks the deadlock. To undo the one savepoint
  would not do: the locks of the window's earlier work would stay, and with them the deadlock. To
  run the whole window again would not do either: two windows in opposite order would meet again.
  So the window is rolled back and each piece of work runs in a transaction of its own, which locks
  little; one that collides still is run again a few times after growing random pauses.
- Both find a row missing and store it. The second waits for the first and fails by a duplicate; it
  runs once more in its place and sees the row. A second duplicate is its own error.
SQLite gives up when another process writes for too long; then the whole window is run again.

What was handed in is done even when the client has gone: it was received.

Work that does the same for many is joined instead of submitted (`join`): it is called once for all
that a window brought, in one savepoint, for twenty statements that each name twenty rows take a
fraction of the time of four hundred. If it fails, it is called for each of them alone, so that one
item that cannot be done takes no other with it. What is joined is done at the end of the window;
only what is `of` the same, a visit say, is done in the order in which it came.

`immediate` runs one piece of work in the calling thread, for the CLI and for tests.
"""

import queue
import random
import sqlite3
import threading
import time
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ringtrail.core.database.prepared import savepoint

T = TypeVar("T")
Item = TypeVar("Item")
Work = Callable[[Connection], Any]
Many = Callable[[Connection, Sequence[Item]], Sequence[T]]
"""Takes items, returns a result for each, in their order."""
_Outcome = tuple[Any, Exception | None]

PAUSES = (0.02, 0.05, 0.1, 0.2)
"""Seconds before each further run, at most; at random from half of it."""

_DEADLOCK_OR_SERIALIZATION = frozenset({"40P01", "40001"})
_DUPLICATE = "23505"
_log = structlog.get_logger()


class Overtaken(Exception):
    """Another process has stored meanwhile what the work had looked for in vain."""


@dataclass(slots=True)
class _Handed:
    """A piece of work, and the event loop whose future waits for it.

    `of`: what it is about. `many` does the same for this `item` and others; then `work` is for it
    alone.
    """

    work: Work
    done: Future[Any]
    loop: AbstractEventLoop
    of: Hashable = None
    many: Many[Any, Any] | None = None
    item: Any = None
    value: Any = None
    failure: Exception | None = None

    def settle(self) -> None:
        if self.done.done():
            return
        if self.failure is None:
            self.done.set_result(self.value)
        else:
            self.done.set_exception(self.failure)


class Writer:
    """Runs pieces of work on the operational store, many to a transaction."""

    def __init__(
        self, engine: Engine, *, window: int = 200, pause: Callable[[float], object] = time.sleep
    ) -> None:
        self._engine = engine.execution_options(writes=True)
        self._window = window
        self._pause = pause
        self._queue: queue.SimpleQueue[_Handed | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._started = False
        self._stopped = False
        self._door = threading.Lock()

    def after_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener`, from the writer's thread, after each commit; its failure is logged."""
        self._listeners.append(listener)

    def start(self) -> None:
        self._started = True
        self._thread.start()

    def stop(self) -> None:
        """Finish what was handed in, refuse what comes later, then end."""
        with self._door:
            self._stopped = True
            self._queue.put(None)
        if self._started:
            self._thread.join()

    async def submit(self, work: Callable[[Connection], T], of: Hashable = None) -> T:
        """The result of `work`, once it is committed; its own exception if it failed.

        RuntimeError after `stop`. Whoever stops waiting does not stop the work.
        """
        loop = get_running_loop()
        done: Future[T] = loop.create_future()
        self._hand_in(_Handed(work, done, loop, of))
        return await done

    async def join(self, many: Many[Item, T], item: Item, of: Hashable = None) -> T:
        """What `many` returns for `item`, called once with all items that a window brought for it.

        Else like `submit`.
        """
        loop = get_running_loop()
        done: Future[T] = loop.create_future()
        self._hand_in(_Handed(lambda store: many(store, [item])[0], done, loop, of, many, item))
        return await done

    def _hand_in(self, handed: _Handed) -> None:
        with self._door:
            if self._stopped:
                raise RuntimeError("the writer has stopped")
            self._queue.put(handed)

    def immediate(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own, here and now."""
        result = self._transact(work, alone=True)
        self._tell_listeners()
        return result

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            items, more = self._window_from(first)
            self._commit(items)
            if not more:
                return

    def _window_from(self, first: _Handed) -> tuple[list[_Handed], bool]:
        items = [first]
        while len(items) < self._window:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return items, True
            if item is None:
                return items, False
            items.append(item)
        return items, True

    def _commit(self, items: Sequence[_Handed]) -> None:
        alone = len(items) == 1
        try:
            outcomes = self._transact(lambda store: _outcomes(store, items), alone=alone)
        except Exception as error:
            if not alone and _deadlocked(error):
                for item in items:
                    self._commit([item])
                return
            outcomes = [(None, error)] * len(items)
        else:
            self._tell_listeners()
        for item, outcome in zip(items, outcomes, strict=True):
            item.value, item.failure = outcome
        _settle(items)

    def _transact(self, work: Callable[[Connection], T], *, alone: bool) -> T:
        """The result of `work`, committed; run again on a collision that time may resolve."""
        for longest in PAUSES:
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not (_locked_out(error) or (alone and _deadlocked(error))):
                    raise
                _log.warning("store_collision", error=str(error.orig))
            self._pause(random.uniform(longest / 2, longest))
        with self._engine.begin() as connection:
            return work(connection)

    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            try:
                listener()
            except Exception:
                _log.exception("after_commit_failed")


def _settle(items: Sequence[_Handed]) -> None:
    """Wake each event loop once for all who wait in it: to wake it takes as long as a statement."""
    for loop, group in groupby(items, lambda item: item.loop):
        handed = list(group)
        try:
            loop.call_soon_threadsafe(_wake, handed)
        except RuntimeError:
            _log.warning("a loop has ended before its work", pieces=len(handed))


def _wake(handed: Sequence[_Handed]) -> None:
    for item in handed:
        item.settle()


def _outcomes(connection: Connection, items: Sequence[_Handed]) -> list[_Outcome]:
    """What became of each piece of work; those that are joined last, unless order forbids it."""
    outcomes: dict[int, _Outcome] = {}
    waiting: list[int] = []
    about: set[Hashable] = set()
    for place, item in enumerate(items):
        if item.many is not None:
            waiting.append(place)
            about.add(item.of)
            continue
        if item.of is not None and item.of in about:
            outcomes |= _joined(connection, items, waiting)
            waiting, about = [], set()
        outcomes[place] = _in_savepoint(connection, item.work)
    outcomes |= _joined(connection, items, waiting)
    return [outcomes[place] for place in range(len(items))]


def _joined(
    connection: Connection, items: Sequence[_Handed], places: Sequence[int]
) -> dict[int, _Outcome]:
    """What became of those that are joined, by place."""
    groups: dict[Many[Any, Any], list[int]] = {}
    for place in places:
        if (many := items[place].many) is not None:
            groups.setdefault(many, []).append(place)
    outcomes: dict[int, _Outcome] = {}
    for many, group in groups.items():
        if len(group) > 1:
            outcomes |= _together(connection, many, items, group)
    for place in places:
        if place not in outcomes:
            outcomes[place] = _in_savepoint(connection, items[place].work)
    return outcomes


def _together(
    connection: Connection, many: Many[Any, Any], items: Sequence[_Handed], places: Sequence[int]
) -> dict[int, _Outcome]:
    """The outcomes by place; none when it failed, so that each is done alone."""
    several = [items[place].item for place in places]
    values, failure = _in_savepoint(connection, lambda store: many(store, several))
    if failure is not None:
        _log.warning("done_one_by_one", pieces=len(places), error=type(failure).__name__)
        return {}
    return {place: (value, None) for place, value in zip(places, values, strict=True)}


def _in_savepoint(connection: Connection, work: Work) -> _Outcome:
    value, failure = _attempt(connection, work)
    if isinstance(failure, Overtaken) or (failure and _state(failure) == _DUPLICATE):
        value, failure = _attempt(connection, work)
    return value, failure


def _attempt(connection: Connection, work: Work) -> _Outcome:
    """What `work` gives or how it fails; a deadlock or a lost connection concerns the window."""
    savepoint(connection, "SAVEPOINT work")
    try:
        value = work(connection)
    except Exception as failure:
        if connection.invalidated or _deadlocked(failure):
            raise
        savepoint(connection, "ROLLBACK TO SAVEPOINT work")
        savepoint(connection, "RELEASE SAVEPOINT work")
        return None, failure
    savepoint(connection, "RELEASE SAVEPOINT work")
    return value, None


def _deadlocked(error: Exception) -> bool:
    return _state(error) in _DEADLOCK_OR_SERIALIZATION


def _locked_out(error: DBAPIError) -> bool:
    """Whether SQLite waited in vain for another writer."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _state(error: Exception) -> str | None:
    """PostgreSQL's SQLSTATE."""
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
