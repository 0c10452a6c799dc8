"""A condition on a whole list, bound as one value however long it is.

For `Prepared` statements that ask for all page views of a window at once. SQLite is given the list
as JSON, PostgreSQL as an array.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Boolean, ColumnElement, Dialect, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine, UserDefinedType


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column's value is one of the list that is bound to `name`."""
    return _Among(column, listed(name, column.type))


def listed(name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    """A bound list of values of that type."""
    return bindparam(name, type_=_Listed(kind))


class _Listed(UserDefinedType[Sequence[Any]]):
    """Values of one type, each written as that type is."""

    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        self.kind = kind

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        convert = self.kind.dialect_impl(dialect).bind_processor(dialect)
        whole = _as_json if dialect.name == "sqlite" else list
        if convert is None:
            return whole
        return lambda values: whole([convert(value) for value in values])


class _Among(ColumnElement[bool]):
    inherit_cache = False
    type = Boolean()
    # Else SQLite is asked whether it equals 1, and looks at every row.
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], values: BindParameter[Any]) -> None:
        self.column = column
        self.values = values


@compiles(_Among, "sqlite")
def _in_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    values = compiler.process(element.values, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(_Among, "postgresql")
def _in_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return f"{column} = ANY({compiler.process(element.values, **options)})"


def _as_json(values: Sequence[Any]) -> str:
    return msgspec.json.encode(values).decode()
