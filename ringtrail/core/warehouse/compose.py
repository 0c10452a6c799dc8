"""The only place where a query's text depends on what was asked: order, page and columns.

Column names come from closed lists that the query's owner gives; values stay bound.
"""

from collections.abc import Collection, Mapping

from ringtrail.core.errors import Refused
from ringtrail.core.warehouse.query import Query


def paged(
    query: Query, sortable: Collection[str], sort: tuple[str, bool] | None, default: str
) -> Query:
    """`query` in the order of `sort` (column, descending), rows [$start, $stop).

    `default` is an ORDER BY list that makes the order complete, so that pages never overlap.
    """
    order = default
    if sort is not None:
        column, descending = sort
        if column not in sortable:
            raise Refused(400, "sort", f"{column!r} is not a column to sort by", "sort")
        order = f'"{column}" {"DESC" if descending else "ASC"} NULLS LAST, {default}'
    text = f"FROM ({query.text}) ORDER BY {order} LIMIT $stop - $start OFFSET $start"
    return Query(f"{query.name} by {order}", text)


def filled(query: Query, columns: Mapping[str, Mapping[str, str]]) -> Query:
    """`query` with the columns (name: expression) of each of its marks, such as /* weights */.

    A mark stands behind a column, and may stay empty.
    """
    text = query.text
    for mark, expressions in columns.items():
        listed = "".join(f", {expression} AS {name}" for name, expression in expressions.items())
        text = text.replace(f"/* {mark} */", listed)
    return Query(query.name, text)


def stored(query: Query, table: str) -> Query:
    """`query` with its rows put into a table of the transaction; `table` is one of ours."""
    return Query(
        f"{query.name} into {table}", f'CREATE OR REPLACE TEMP TABLE "{table}" AS {query.text}'
    )
