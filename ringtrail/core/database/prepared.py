"""Statements of the hot path: compiled once, then run by the driver itself.

Called by what every page view and beat waits for. SQLAlchemy's execution costs a statement fifty
microseconds beside the five that SQLite needs; what it adds there (result objects, a look-up of
what was compiled before) nobody on this path uses. The statement is still written in SQLAlchemy's
language, once for both stores, runs inside the caller's transaction, and is told to whoever listens
to `before_cursor_execute` when the thread turns to that connection.

What can go wrong: the driver's errors come out as SQLAlchemy's, so that the writer knows a deadlock
or a duplicate; a lost connection is marked as lost. Values are converted by the columns' types. A
list is bound by `among`: the length of an `IN` is part of the text.
"""

import threading
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import ref

from sqlalchemy import ColumnElement, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

Convert = Callable[[Any], Any]


@dataclass(slots=True)
class _Compiled:
    """A statement in the words of one store, with how to write its values and read its columns.

    How to read depends on what the driver says of its columns; it is known with the first rows.
    """

    text: str
    positional: bool
    names: Sequence[str]
    writes: Sequence[tuple[int, Convert]]
    fixed: Mapping[str, Any]
    columns: Sequence[ColumnElement[Any]]
    row: Callable[[Sequence[Any]], Any]
    reads: Sequence[tuple[int, Convert]] | None = None

    def bound(self, given: Mapping[str, Any]) -> Any:
        if self.fixed:
            given = {**self.fixed, **given}
        values = [given[name] for name in self.names]
        for at, convert in self.writes:
            values[at] = convert(values[at])
        return tuple(values) if self.positional else dict(zip(self.names, values, strict=True))

    def read(self, cursor: Any, dialect: Dialect) -> list[Any]:
        if self.reads is None:
            kinds = zip(self.columns, cursor.description, strict=True)
            self.reads = [
                (at, convert)
                for at, (column, told) in enumerate(kinds)
                if (convert := _reader(column, dialect, told[1]))
            ]
        rows = []
        for row in cursor.fetchall():
            values = list(row)
            for at, convert in self.reads:
                values[at] = convert(values[at])
            rows.append(self.row(values))
        return rows


class _Last(threading.local):
    """What is behind the connection that a thread used last.

    SQLAlchemy's way there takes as long as a statement; a window goes it once.
    """

    store: "ref[Connection] | None" = None
    driver: Any = None
    listeners: Sequence[Callable[..., object]] = ()

    def cursor(self, store: Connection) -> Any:
        """A cursor of the driver's own connection."""
        if self.store is None or self.store() is not store:
            self.driver = store.connection.driver_connection
            self.listeners = tuple(store.dispatch.before_cursor_execute)
            self.store = ref(store)
        return self.driver.cursor()


_LAST = _Last()


def _reader(column: ColumnElement[Any], dialect: Dialect, kind: object) -> Convert | None:
    return column.type.dialect_impl(dialect).result_processor(dialect, kind)


class Prepared:
    """One statement; an INSERT names the columns that it writes, all of them without defaults."""

    def __init__(
        self, statement: Select[*tuple[Any, ...]] | UpdateBase, columns: Sequence[str] | None = None
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._by_dialect: dict[str, _Compiled] = {}

    def all(self, store: Connection, values: Mapping[str, Any]) -> list[Any]:
        """The rows, as named tuples of the statement's columns."""
        compiled = self._for(store)
        return compiled.read(_execute(store, compiled, compiled.bound(values)), store.dialect)

    def one_or_none(self, store: Connection, values: Mapping[str, Any]) -> Any:
        """The only row or None; for what can be one row at most."""
        found = self.all(store, values)
        return found[0] if found else None

    def run(self, store: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it changed."""
        compiled = self._for(store)
        count: int = _execute(store, compiled, compiled.bound(values)).rowcount
        return count

    def run_each(self, store: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run once for each of `rows`; how many rows that changed in all."""
        if not rows:
            return 0
        compiled = self._for(store)
        bound = [compiled.bound(row) for row in rows]
        count: int = _execute(store, compiled, bound, many=True).rowcount
        return count

    def _for(self, store: Connection) -> _Compiled:
        name = store.dialect.name
        found = self._by_dialect.get(name)
        if found is None:
            found = self._by_dialect[name] = _compile(store, self._statement, self._columns)
        return found


def savepoint(store: Connection, words: str) -> None:
    """SAVEPOINT, RELEASE or ROLLBACK TO, of which each request needs two."""
    _execute(store, _Compiled(words, True, (), (), {}, (), tuple), ())


def _execute(store: Connection, compiled: _Compiled, values: Any, *, many: bool = False) -> Any:
    cursor = _LAST.cursor(store)
    for listener in _LAST.listeners:
        listener(store, cursor, compiled.text, values, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(compiled.text, values)
    except store.dialect.loaded_dbapi.Error as error:
        raise _told(store, compiled.text, error, cursor) from error
    return cursor


def _told(store: Connection, text: str, error: Any, cursor: Any) -> Exception:
    """The driver's error as SQLAlchemy tells it, without the values: they are people's."""
    dialect = store.dialect
    lost = dialect.is_disconnect(error, store.connection.dbapi_connection, cursor)
    if lost:
        store.invalidate(error)
        _LAST.store = None
    told: Exception = DBAPIError.instance(
        text,
        (),
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
    return told


def _compile(
    store: Connection,
    statement: Select[*tuple[Any, ...]] | UpdateBase,
    columns: Sequence[str] | None,
) -> _Compiled:
    dialect = store.dialect
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    parameters = {name: parameter for parameter, name in compiled.bind_names.items()}
    read = list(statement.exported_columns)
    names = list(compiled.positiontup or parameters)
    return _Compiled(
        text=compiled.string,
        positional=compiled.positional,
        names=names,
        writes=[
            (at, convert)
            for at, name in enumerate(names)
            if (convert := parameters[name].type.dialect_impl(dialect).bind_processor(dialect))
        ],
        fixed={
            name: parameter.effective_value
            for name, parameter in parameters.items()
            if not parameter.required
        },
        columns=read,
        row=namedtuple("Row", [str(column.key) for column in read])._make,  # type: ignore[attr-defined]
    )
