"""The only place where a query's text depends on what was asked: order and page of rows.

Column names come from closed lists that the query's owner gives; values stay bound.
"""

from collections.abc import Collection

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
