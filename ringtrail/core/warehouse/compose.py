"""The only place where a query's text depends on what was asked: order, page and columns.

Column names come from closed lists that the query's owner gives; values stay bound.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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


def gathered(query: Query, keys: Sequence[str], sums: Sequence[str]) -> Query:
    """The rows of `query` added up by `keys`, so that what follows has few rows to work on."""
    columns = [*keys, *(f"sum({name}) AS {name}" for name in sums)]
    text = f"SELECT {', '.join(columns)}\nFROM (\n{_indented(query.text)})\nGROUP BY ALL"
    return Query(query.name, text)


def within(added: Query, query: Query) -> Query:
    """`query` with the rows of `added` in the place of its mark."""
    return Query(query.name, query.text.replace("/* added */", f"(\n{_indented(added.text)})"))


def stored(query: Query, table: str) -> Query:
    """`query` with its rows put into a table of the transaction; `table` is one of ours."""
    return Query(
        f"{query.name} into {table}", f'CREATE OR REPLACE TEMP TABLE "{table}" AS {query.text}'
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """What a report is put together from: names and SQL of closed lists, never of a reader.

    `rows` are stacked by column name as `told`, and `join` adds to them; `dimensions` and `sums`
    (aggregates) are columns of them, `ratios` are of the sums. `levels` are the lists of dimensions
    to group by. Of the `filtered` dimensions only the values bound as `$of_NAME` count, as text; an
    empty one is NULL. `load` is a value read with the figures, from the same snapshot.
    """

    rows: Sequence[Query]
    join: str
    dimensions: Mapping[str, str]
    sums: Mapping[str, str]
    ratios: Mapping[str, str]
    levels: Sequence[Sequence[str]]
    filtered: Mapping[str, str]
    order: str
    shown: Sequence[str]
    load: str


def cut(name: str, parts: Cut) -> Query:
    """The one statement of a report: `shown` columns, `levels_up` and `load_position`, $limit rows.

    `levels_up` has a bit for each dimension that a row is the sum over, the first one highest.
    """
    told = "\n  UNION ALL BY NAME\n".join(_indented(query.text) for query in parts.rows)
    listed = [f"{sql} AS {_quoted(name)}" for name, sql in parts.dimensions.items()]
    if parts.dimensions:
        listed.append(f"grouping_id({', '.join(parts.dimensions.values())}) AS levels_up")
    else:
        listed.append("0 AS levels_up")
    listed += [f"{sql} AS {_quoted(name)}" for name, sql in parts.sums.items()]
    where = "".join(
        f"{' AND' if index else 'WHERE'} list_contains($of_{name}, coalesce(({sql})::VARCHAR, ''))"
        for index, (name, sql) in enumerate(parts.filtered.items())
    )
    sets = ", ".join(
        f"({', '.join(parts.dimensions[name] for name in level)})" for level in parts.levels
    )
    ratios = [f"{sql} AS {_quoted(name)}" for name, sql in parts.ratios.items()]
    text = f"""WITH told AS NOT MATERIALIZED (
{told}),
figures AS (
  SELECT {_listed(listed, "    ")}
  FROM told {parts.join}
  {where}
  GROUP BY GROUPING SETS ({sets}))
SELECT {_listed([*map(_quoted, parts.shown), "levels_up"], "  ")}, ({parts.load}) AS load_position
FROM (SELECT {_listed(["*", *ratios], "  ")} FROM figures)
ORDER BY {parts.order} LIMIT $limit"""
    return Query(name, text)


def _listed(columns: Sequence[str], indent: str) -> str:
    return f",\n{indent}".join(columns)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())


def _quoted(name: str) -> str:
    return f'"{name}"'
