"""Opens, migrates, writes and reads the DuckDB file.

What can go wrong: another process holds the file (told with what to do), the file is newer than
this program (refused), a statement fails inside a transaction (all of it is undone).
"""

import asyncio
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ringtrail.core.errors import NotConfigured
from ringtrail.core.warehouse.query import Query, Row

_CHUNK = 5_000
_NICE = 10


class Transaction:
    """Statements of one open transaction; `wait` runs each, and returns what it returns."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, wait: Callable[..., Any]) -> None:
        self._cursor = cursor
        self._wait = wait

    def run(self, query: Query, values: Mapping[str, Any] | None = None) -> None:
        self._wait(self._cursor.execute, query.text, dict(values or {}))

    def rows(self, query: Query, values: Mapping[str, Any] | None = None) -> list[Row]:
        found: list[Row] = self._wait(_asked, self._cursor, query, values)
        return found

    def table(self, query: Query, values: Mapping[str, Any] | None = None) -> pa.Table:
        """`rows` as one table: of many, and of what `append` adds to another."""
        found: pa.Table = self._wait(_columns, self._cursor, query, values)
        return found

    def append(self, table: str, rows: pa.Table) -> None:
        """Add `rows` to `table` by column name; `table` is one of ours, never from outside."""
        self._wait(_appended, self._cursor, table, rows)


class Warehouse:
    """The one DuckDB database of this process."""

    def __init__(self, path: Path, *, threads: int = 1, readers: int = 4) -> None:
        self._writer = ThreadPoolExecutor(1, "warehouse-writer", initializer=_stand_back)
        try:
            # DuckDB's workers are started by this thread, and take over its priority.
            self._database = self._wait(_opened, path, threads)
        except duckdb.IOException as error:
            raise NotConfigured(
                f"the warehouse {path} cannot be opened: another program holds it or the disk "
                f"refuses it; stop the other `ringtrail serve` first ({error})"
            ) from error
        self._database.execute("SET TimeZone = 'UTC'")
        self._writing = threading.RLock()
        self._pool = ThreadPoolExecutor(readers, "warehouse-reader")

    def close(self) -> None:
        """Wait for the readers, then close the file."""
        self._pool.shutdown()
        with self._writing:
            self._database.close()
        self._writer.shutdown()

    def migrate(self) -> None:
        """Apply the numbered migrations that the file lacks, each in its own transaction."""
        steps = _migrations()
        self._database.execute("CREATE TABLE IF NOT EXISTS schema_step (name VARCHAR PRIMARY KEY)")
        done = {name for (name,) in self._database.execute("FROM schema_step").fetchall()}
        if unknown := done - set(steps):
            raise NotConfigured(
                f"the warehouse has step {max(unknown)}, newer than this program: upgrade Ringtrail"
            )
        for name, text in steps.items():
            if name not in done:
                with self.transaction() as transaction:
                    transaction.run(Query(name, text))
                    transaction.run(
                        Query("schema_step", "INSERT INTO schema_step VALUES ($name)"),
                        {"name": name},
                    )

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write all or nothing; one at a time in this process."""
        with self._writing, self._database.cursor() as cursor:
            cursor.begin()
            try:
                yield Transaction(cursor, self._wait)
            except BaseException:
                cursor.rollback()
                raise
            self._wait(cursor.commit)

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Several statements on one state of the data; holds no writer up and keeps nothing."""
        with self._database.cursor() as cursor:
            cursor.begin()
            try:
                yield Transaction(cursor, lambda statement, *values: statement(*values))
            finally:
                cursor.rollback()

    def rows(self, query: Query, values: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a query, each a dict by column."""
        with self._database.cursor() as cursor:
            return _asked(cursor, query, values)

    async def read(self, query: Query, values: Mapping[str, Any] | None = None) -> list[Row]:
        """`rows` in a reader's thread, for the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self.rows, query, values)

    async def table(self, query: Query, values: Mapping[str, Any] | None = None) -> pa.Table:
        """`read` as one table: by column, many rows are quicker to work on."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._table, query, values)

    def stream(
        self, query: Query, values: Mapping[str, Any] | None = None
    ) -> Iterator[Sequence[Row]]:
        """The rows of a query in chunks, from one snapshot."""
        with self._database.cursor() as cursor:
            cursor.execute(query.text, dict(values or {}))
            while chunk := cursor.fetchmany(_CHUNK):
                yield _rows(cursor, chunk)

    def _table(self, query: Query, values: Mapping[str, Any] | None) -> pa.Table:
        with self._database.cursor() as cursor:
            return _columns(cursor, query, values)

    def _wait(self, statement: Callable[..., Any], *values: Any) -> Any:
        """What writes runs behind whatever answers visits and readers."""
        return self._writer.submit(statement, *values).result()


def _stand_back() -> None:
    """Let this thread, and those that it starts, run where nothing that answers people wants to.

    On Linux niceness is a thread's own: nice(2), "C library/kernel differences".
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _opened(path: Path, threads: int) -> duckdb.DuckDBPyConnection:
    """The database. By default each statement runs in the thread that asks.

    With a second one the first looks again and again whether it is done, and takes the interpreter
    each time: a statement of 8 ms cost 40, and all the others waited. A checkpoint rewrites the
    rows since the last full group of 122,880; at DuckDB's own 16 MB every second batch of a busy
    site would cause one.
    """
    _without_pandas()
    return duckdb.connect(
        str(path),
        config={"threads": threads, "memory_limit": "2GB", "checkpoint_threshold": "64MB"},
    )


class _Absent(MetaPathFinder):
    """Says at once that there is no pandas."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not installed", name=fullname)


@cache
def _without_pandas() -> None:
    """Let nobody search for pandas where there is none.

    DuckDB's client imports it twice for each value that it binds, and each time Python looks
    through all folders of packages while no other thread can run: a millisecond a statement.
    """
    if importlib.util.find_spec("pandas") is None:
        sys.meta_path.insert(0, _Absent())


def _asked(
    cursor: duckdb.DuckDBPyConnection, query: Query, values: Mapping[str, Any] | None
) -> list[Row]:
    cursor.execute(query.text, dict(values or {}))
    return _rows(cursor, cursor.fetchall())


def _columns(
    cursor: duckdb.DuckDBPyConnection, query: Query, values: Mapping[str, Any] | None
) -> pa.Table:
    return cursor.execute(query.text, dict(values or {})).to_arrow_table()


def _appended(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    # DuckDB finds `rows`, the variable, by its name.
    cursor.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM rows')


def _rows(cursor: duckdb.DuckDBPyConnection, values: list[Any]) -> list[Row]:
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in values]


def _migrations() -> dict[str, str]:
    folder = files("ringtrail.core.warehouse").joinpath("migrations")
    found = {
        entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    }
    return dict(sorted(found.items()))
