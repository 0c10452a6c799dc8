"""Group commit: requests of one few-millisecond window share a transaction.

A durable commit costs one fsync however many requests are in it, so hot intakes hand their work to
this writer and answer only after its commit. Each piece of work runs in a savepoint of its own: one
that fails is undone and told so, the others are committed. When the commit itself fails, everyone
in the window is told.

`immediate` runs one piece of work in the calling thread, for the CLI and for tests.
"""

import queue
import threading
from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
Work = Callable[[Connection], Any]
_Item = tuple[Work, "Future[Any]"]


class Writer:
    """Runs pieces of work on the operational store, many to a transaction."""

    def __init__(self, engine: Engine, *, window: int = 200) -> None:
        self._engine = engine.execution_options(writes=True)
        self._window = window
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._started = False

    def after_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener`, from the writer's thread, after each commit."""
        self._listeners.append(listener)

    def start(self) -> None:
        self._started = True
        self._thread.start()

    def stop(self) -> None:
        """Finish what was handed in, then end."""
        if self._started:
            self._queue.put(None)
            self._thread.join()

    async def submit(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, once it is committed; its own exception if it failed."""
        done: Future[T] = Future()
        self._queue.put((work, done))
        return await wrap_future(done)

    def immediate(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own, here and now."""
        with self._engine.begin() as connection:
            result = work(connection)
        self._tell_listeners()
        return result

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            items, more = self._window_from(first)
            self._commit(items)
            if not more:
                return

    def _window_from(self, first: _Item) -> tuple[list[_Item], bool]:
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

    def _commit(self, items: list[_Item]) -> None:
        results: list[tuple[Future[Any], Any, Exception | None]] = []
        try:
            with self._engine.begin() as connection:
                for work, done in items:
                    results.append((done, *_in_savepoint(connection, work)))
        except Exception as error:
            for _, done in items:
                done.set_exception(error)
            return
        self._tell_listeners()
        for done, value, failure in results:
            if failure is None:
                done.set_result(value)
            else:
                done.set_exception(failure)

    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            listener()


def _in_savepoint(connection: Connection, work: Work) -> tuple[Any, Exception | None]:
    savepoint = connection.begin_nested()
    try:
        value = work(connection)
    except Exception as failure:
        savepoint.rollback()
        return None, failure
    savepoint.commit()
    return value, None
