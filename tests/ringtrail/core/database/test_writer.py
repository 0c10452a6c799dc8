"""What the group-committing writer promises, on both operational stores."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from ringtrail.core.database import Writer
from ringtrail.core.database.writer import PAUSES, Many

Work = Callable[[Connection], Any]

SCHEMA = """
CREATE TABLE counter (id INTEGER PRIMARY KEY, total INTEGER NOT NULL);
CREATE TABLE mention (
    counter INTEGER NOT NULL REFERENCES counter (id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO counter VALUES (1, 0), (2, 0), (3, 0)
"""


@pytest.fixture
def tables(engine: Engine) -> Engine:
    """Three counters at nought, and mentions whose counter must exist by the commit."""
    with engine.begin() as connection:
        for statement in SCHEMA.split(";"):
            connection.execute(text(statement))
    return engine


@pytest.fixture
def commits(tables: Engine) -> list[Connection]:
    """Grows by one with each commit."""
    seen: list[Connection] = []
    event.listen(tables, "commit", seen.append)
    return seen


@pytest.fixture
def writer(tables: Engine) -> Iterator[Writer]:
    """Not started yet, so that a test can fill the first window."""
    writer = Writer(tables)
    yield writer
    writer.stop()


def add(counter: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        query = "UPDATE counter SET total = total + 1 WHERE id = :id RETURNING total"
        total: int = connection.execute(text(query), {"id": counter}).scalar_one()
        return total

    return work


def mention(counter: int) -> Work:
    query = text("INSERT INTO mention VALUES (:id)")
    return lambda connection: connection.execute(query, {"id": counter}).rowcount


def new_counter(connection: Connection) -> None:
    connection.execute(text("INSERT INTO counter VALUES (1, 0)"))


def totals(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT total FROM counter ORDER BY id")))


async def window(writer: Writer, *works: Work) -> list[Any]:
    """Hand all in before the writer starts, so that they share a transaction."""
    waiting = asyncio.gather(*map(writer.submit, works), return_exceptions=True)
    asyncio.get_running_loop().call_soon(writer.start)
    return await waiting


async def test_a_window_shares_one_commit(
    writer: Writer, tables: Engine, commits: list[Connection]
) -> None:
    assert await window(writer, *[add(1)] * 50) == list(range(1, 51))
    assert len(commits) == 1
    assert await writer.submit(add(2)) == 1
    assert (len(commits), totals(tables)) == (2, [50, 1, 0])


async def joined(writer: Writer, many: Many[int, int], *items: int) -> list[Any]:
    """Hand the items in for `many` before the writer starts."""
    waiting = asyncio.gather(*(writer.join(many, item) for item in items), return_exceptions=True)
    asyncio.get_running_loop().call_soon(writer.start)
    return await waiting


async def test_what_is_joined_is_done_at_once_and_beside_other_work(
    writer: Writer, tables: Engine, commits: list[Connection]
) -> None:
    calls: list[list[int]] = []

    def raise_each(connection: Connection, counters: Sequence[int]) -> list[int]:
        calls.append(list(counters))
        return [counter * 10 + add(counter)(connection) for counter in counters]

    submitted = asyncio.ensure_future(writer.submit(add(3)))
    assert await joined(writer, raise_each, 2, 1, 2) == [21, 11, 22]
    assert (await submitted, totals(tables)) == (1, [1, 2, 1])
    assert (calls, len(commits)) == ([[2, 1, 2]], 1)
    assert await writer.join(raise_each, 1) == 12


async def test_what_is_of_the_same_is_done_in_its_order(writer: Writer, tables: Engine) -> None:
    calls: list[list[str]] = []

    def join(_connection: Connection, items: Sequence[str]) -> Sequence[str]:
        calls.append(list(items))
        return items

    def submit(name: str) -> Callable[[Connection], None]:
        return lambda _connection: calls.append([name])

    waiting = asyncio.gather(
        writer.submit(submit("leaves a"), "a"),
        writer.join(join, "a", "a"),
        writer.submit(submit("a call")),
        writer.join(join, "b", "b"),
        writer.join(join, "new"),
        writer.submit(submit("leaves c"), "c"),
        writer.submit(submit("leaves b"), "b"),
        writer.join(join, "c", "c"),
    )
    asyncio.get_running_loop().call_soon(writer.start)
    await waiting
    assert calls == [
        ["leaves a"], ["a call"], ["leaves c"], ["a", "b", "new"], ["leaves b"], ["c"]
    ]  # fmt: skip


async def test_an_item_that_cannot_be_done_takes_no_other_with_it(
    writer: Writer, tables: Engine, commits: list[Connection]
) -> None:
    def raise_each(connection: Connection, counters: Sequence[int]) -> list[int]:
        totals = [add(counter)(connection) for counter in counters]
        if 3 in counters:
            raise LookupError("no such site")
        return totals

    first, failure, last = await joined(writer, raise_each, 1, 3, 1)
    assert (first, last, totals(tables), len(commits)) == (1, 2, [2, 0, 0], 1)
    assert isinstance(failure, LookupError)


async def test_a_full_window_is_committed_before_the_next(
    tables: Engine, commits: list[Connection]
) -> None:
    writer = Writer(tables, window=2)
    assert await window(writer, *[add(1)] * 5) == [1, 2, 3, 4, 5]
    writer.stop()
    assert len(commits) == 3


async def test_one_that_fails_leaves_the_others_alone(writer: Writer, tables: Engine) -> None:
    def refuse(connection: Connection) -> None:
        add(2)(connection)
        raise LookupError("no such site")

    first, refused, broken, last = await window(writer, add(1), refuse, new_counter, add(3))
    assert (first, last, totals(tables)) == (1, 1, [1, 0, 1])
    assert isinstance(refused, LookupError)
    assert isinstance(broken, IntegrityError)


async def test_a_failed_commit_is_told_to_all_and_the_next_succeeds(
    writer: Writer, tables: Engine
) -> None:
    told: list[None] = []
    writer.after_commit(lambda: told.append(None))
    failures = await window(writer, add(1), mention(99), add(2))
    assert [type(failure) for failure in failures] == [IntegrityError] * 3
    assert (told, totals(tables)) == ([], [0, 0, 0])
    assert await writer.submit(mention(1)) == 1
    assert told == [None]


async def test_work_is_done_though_nobody_waits_for_it_any_more(
    writer: Writer, tables: Engine
) -> None:
    waiting, gone, under_way = (
        asyncio.create_task(writer.submit(work)) for work in (add(1), add(2), add(3))
    )
    await asyncio.wait([waiting], timeout=0)  # all three are handed in now
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    writer.start()
    assert await waiting == 1
    under_way.cancel()
    assert await writer.submit(add(1)) == 2
    assert totals(tables) == [2, 1, 1]


async def test_a_failing_listener_stops_nothing(writer: Writer) -> None:
    told: list[str] = []

    def fail() -> None:
        told.append("failing")
        raise RuntimeError("a listener's own bug")

    writer.after_commit(fail)
    writer.after_commit(lambda: told.append("next"))
    assert await window(writer, add(1)) == [1]
    assert await writer.submit(add(1)) == 2
    assert writer.immediate(add(1)) == 3
    assert told == ["failing", "next"] * 3


async def test_stop_finishes_what_was_handed_in_and_refuses_the_rest(
    writer: Writer, tables: Engine
) -> None:
    entered, go_on = Event(), Event()

    def wait(connection: Connection) -> int:
        entered.set()
        assert go_on.wait(30)
        return add(1)(connection)

    first = asyncio.create_task(writer.submit(wait))
    asyncio.get_running_loop().call_soon(writer.start)
    await asyncio.to_thread(entered.wait, 30)
    others = asyncio.gather(*[writer.submit(add(2)) for _ in range(5)])
    await asyncio.wait([others], timeout=0)
    stopping = asyncio.create_task(asyncio.to_thread(writer.stop))
    go_on.set()
    await stopping
    assert (await first, await others) == (1, [1, 2, 3, 4, 5])
    assert totals(tables) == [1, 5, 0]
    with pytest.raises(RuntimeError, match="stopped"):
        await writer.submit(add(3))


async def test_a_deadlock_of_two_writers_is_run_again(postgresql: Engine) -> None:
    """Each adds to the counter that the other adds to next; one of them must give way."""
    tables = _prepare(postgresql)
    writers = [Writer(tables) for _ in range(2)]
    both = Barrier(2)
    runs: list[int] = []

    def cross(first: int, second: int) -> Work:
        def work(connection: Connection) -> tuple[int, int]:
            runs.append(first)
            mine = add(first)(connection)
            if runs.count(first) == 1:
                both.wait(30)
            return mine, add(second)(connection)

        return work

    first, second = await asyncio.gather(
        window(writers[0], add(3), cross(1, 2)), window(writers[1], cross(2, 1), mention(1))
    )
    for writer in writers:
        writer.stop()
    assert totals(tables) == [2, 2, 1]
    assert (first[0], second[1]) == (1, 1)
    assert {first[1], second[0]} == {(1, 1), (2, 2)}
    assert len(runs) > 2
    with tables.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM mention")) == 1


async def test_an_endless_collision_is_told_to_the_one_that_has_it(
    postgresql: Engine,
) -> None:
    tables = _prepare(postgresql)
    pauses: list[float] = []
    writer = Writer(tables, pause=pauses.append)
    runs: list[None] = []

    def collide(connection: Connection) -> None:
        runs.append(None)
        connection.execute(text("DO $$ BEGIN RAISE serialization_failure; END $$"))

    added, failure = await window(writer, add(1), collide)
    assert added == 1
    assert isinstance(failure, OperationalError)
    assert len(runs) == 1 + len(PAUSES) + 1  # in the window, then alone
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, PAUSES, strict=True))
    assert await writer.submit(add(1)) == 2
    writer.stop()


async def test_work_that_still_collides_alone_is_run_again(postgresql: Engine) -> None:
    writer = Writer(_prepare(postgresql), pause=lambda _: None)
    runs: list[None] = []

    def collide(connection: Connection) -> int:
        runs.append(None)
        if len(runs) < 4:
            connection.execute(text("DO $$ BEGIN RAISE deadlock_detected; END $$"))
        return add(1)(connection)

    assert await window(writer, add(1), collide, add(1)) == [1, 2, 3]
    writer.stop()


async def test_the_second_to_store_a_row_sees_the_first(postgresql: Engine) -> None:
    """Both find counter 9 missing before either stores it."""
    tables = _prepare(postgresql)
    writers = [Writer(tables) for _ in range(2)]
    both = Barrier(2)
    runs: list[None] = []

    def ensure(connection: Connection) -> str:
        runs.append(None)
        found = connection.execute(text("SELECT 1 FROM counter WHERE id = 9")).one_or_none()
        if len(runs) <= 2:
            both.wait(30)
        if found:
            return "found"
        connection.execute(text("INSERT INTO counter VALUES (9, 0)"))
        return "stored"

    answers = await asyncio.gather(*(window(writer, ensure) for writer in writers))
    for writer in writers:
        writer.stop()
    assert sorted(answers) == [["found"], ["stored"]]


async def test_a_locked_sqlite_file_is_tried_again(sqlite: Engine) -> None:
    event.listen(sqlite, "connect", _do_not_wait)
    tables = _prepare(sqlite)
    other = tables.execution_options(writes=True).connect()
    holding = other.begin()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            holding.commit()

    writer = Writer(tables, pause=pause)
    assert await window(writer, add(1), add(2)) == [1, 1]
    writer.stop()
    other.close()
    assert (len(pauses), totals(tables)) == (2, [1, 1, 0])


def test_work_in_the_calling_thread_is_run_again_too(sqlite: Engine) -> None:
    event.listen(sqlite, "connect", _do_not_wait)
    tables = _prepare(sqlite)
    other = tables.execution_options(writes=True).connect()
    other.begin()
    writer = Writer(tables, pause=lambda _: other.commit())
    assert writer.immediate(add(1)) == 1
    other.close()
    with pytest.raises(IntegrityError):
        writer.immediate(new_counter)


def _do_not_wait(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=0").close()


def _prepare(engine: Engine) -> Engine:
    with engine.begin() as connection:
        for statement in SCHEMA.split(";"):
            connection.execute(text(statement))
    return engine
