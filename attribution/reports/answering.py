"""Answers a report by name: its figures, the statement behind them, the way to the rows below.

Called by GET /api/v1/reports/{report}. What can go wrong: the question (refused with what there
is); a role that may not see phones gets them masked, as on the pages.
"""

from collections.abc import Sequence
from typing import Any

from attribution.answers import Column, Interval, ReportAnswer, Versions
from attribution.credit.keeping import LOOKBACK
from attribution.credit.version import MATCH_FITS, version
from attribution.reports.asking import Question, Told, question
from attribution.reports.drill import Drill
from attribution.reports.figures import statement
from attribution.reports.intervals import intervals
from attribution.reports.registry import DIMENSIONS, METRICS
from ringtrail.core import phone
from ringtrail.core.auth import Scoped
from ringtrail.core.warehouse import Row, Warehouse
from tracking.restate import rules_version

_UNHIDDEN = frozenset({"number"})
"""Phones that are nobody's: the business's own."""


def answer(warehouse: Warehouse, scope: Scoped, name: str, told: Told) -> ReportAnswer:
    """The report for this reader; Refused for what does not exist or may not be seen."""
    asking = question(scope, name, told)
    stated = statement(asking.scope, asking.asked)
    found = warehouse.rows(stated.query, stated.values)
    totals, rows, chances = found[0], found[1:], _intervals(asking, found)
    whose = {"account": scope.account, "sites": list(asking.scope.sites)}
    fit = warehouse.rows(MATCH_FITS, whose)[0]["match_fit"]
    limit, drill = asking.asked.limit - 2, Drill(asking)
    asked = asking.asked
    return ReportAnswer(
        report=name,
        title=asking.report.title,
        since=asked.since,
        until=asked.until,
        sites=asking.scope.sites,
        by=asking.by,
        model=asked.model,
        basis=asked.basis,
        columns=[*map(_dimension, asking.by), *map(_metric, asking.metrics)],
        rows=[
            _row(asking, drill, row, chance)
            for row, chance in zip(rows[:limit], chances[1:], strict=False)
        ],
        totals=_figures(asking, totals, chances[0]),
        more=len(rows) > limit,
        sql=stated.query.text,
        parameters=stated.values,
        versions=Versions(
            model=version(asked.model, LOOKBACK, {}, fit),
            channel_rules=rules_version(),
            match_fit=fit,
            load=totals["load_position"],
        ),
    )


def _dimension(name: str) -> Column:
    one = DIMENSIONS[name]
    return Column(name, one.title, "dimension", one.format)


def _metric(name: str) -> Column:
    one = METRICS[name]
    return Column(name, one.title, "metric", one.format, one.good, one.rolls_up, one.dated)


def _intervals(asking: Question, rows: Sequence[Row]) -> Sequence[dict[str, Interval] | None]:
    """Of each row; None where nobody asked for them."""
    if not asking.intervals:
        return [None] * len(rows)
    return intervals({name: [row[name] for row in rows] for name in rows[0]}, asking.metrics)


def _row(
    asking: Question, drill: Drill, row: Row, chances: dict[str, Interval] | None
) -> dict[str, Any]:
    shown = {name: row[name] for name in asking.by}
    for name in asking.by:
        hidden = asking.scope.masked and DIMENSIONS[name].format == "phone"
        if hidden and name not in _UNHIDDEN and shown[name]:
            shown[name] = phone.mask(shown[name])
    return shown | _figures(asking, row, chances) | {"drill": drill.of(row)}


def _figures(asking: Question, row: Row, chances: dict[str, Interval] | None) -> dict[str, Any]:
    figures = {name: row[name] for name in asking.metrics}
    return figures if chances is None else figures | {"intervals": chances}
