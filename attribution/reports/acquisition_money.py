"""The money of a period beside the visits: what was spent, what a model credits, what is unknown.

Read by the acquisition page. The levels come from one statement, each computed from the rows below
it, so that no page has to add up figures of which some are unknown. What can go wrong: sites whose
reports are in several currencies; then no amount can be added up, and a problem says so.
"""

from asyncio import gather
from datetime import date
from itertools import islice
from typing import Any

import pyarrow as pa

from attribution.answers import (
    AcquisitionMoney,
    DateBasis,
    Money,
    MoneyGap,
    MoneyProblem,
    MoneyRow,
)
from attribution.credit.keeping import LOOKBACK
from attribution.credit.version import MATCH_FITS, version
from attribution.reports.figures import Asked, statement
from attribution.reports.intervals import intervals, needed
from ringtrail.core.auth import Scoped
from ringtrail.core.warehouse import Query, Row, Warehouse

_GAPS = Query.load("attribution", "money/gaps.sql")
_PROBLEMS = Query.load("attribution", "money/problems.sql")
_DEAL_PROBLEMS = Query.load("attribution", "reports/sources/deal_problems.sql")
_LEVELS = ((), ("channel",), ("channel", "source", "medium"),
           ("channel", "source", "medium", "campaign"))  # fmt: skip
_NAMES = _LEVELS[-1]
# A channel is one level, a source with its medium the next, a campaign the last.
_LEVEL = {0b0111: 0, 0b0001: 1, 0b0000: 2}
_FIGURES = ("credited", "leads", "deals", "cost", "cost_unknown", "revenue", "margin", "cpl",
            "romi_revenue", "romi_margin")  # fmt: skip
_UNSURE = ("cpl", "romi_revenue", "romi_margin")
_BEHIND = tuple(name for name in needed(_UNSURE) if name not in _FIGURES)
"""What intervals are computed from and no page shows: numbers, never None."""
_READ = (*_FIGURES, *_BEHIND, "currency")


async def acquisition_money(
    warehouse: Warehouse, scope: Scoped, since: date, until: date, model: str, basis: DateBasis
) -> AcquisitionMoney:
    """The period's money; Refused for a model that is no rule model."""
    asked = Asked(
        "acquisition money", ("costs", "credits", "deals"), since, until, _READ, _LEVELS, model,
        basis,
    )  # fmt: skip
    told = statement(scope, asked)
    period = {name: told.values[name] for name in ("account", "sites", "since", "until")}
    whose = {name: period[name] for name in ("account", "sites")}

    async def levels() -> tuple[str | None, Money, list[MoneyRow]]:
        return _levels(await warehouse.table(told.query, told.values))

    (currency, totals, rows), of_spend, of_deals, gaps, fits = await gather(
        levels(),
        warehouse.read(_PROBLEMS, period),
        warehouse.read(_DEAL_PROBLEMS, period),
        warehouse.read(_GAPS, period),
        warehouse.read(MATCH_FITS, whose),
    )
    problems = [*map(_of_spend, of_spend), *map(_of_deals, of_deals)]
    if currency is not None and "," in currency:
        problems.append(MoneyProblem("currencies", "spend", None, currency, since, until, None))
    return AcquisitionMoney(
        model=model,
        basis=basis,
        version=version(model, LOOKBACK, {}, fits[0]["match_fit"]),
        currency=None if problems and problems[-1].problem == "currencies" else currency,
        totals=totals,
        rows=rows,
        problems=problems,
        gaps=[_gap(row) for row in gaps],
    )


def _levels(found: pa.Table) -> tuple[str | None, Money, list[MoneyRow]]:
    """Currency and totals, which come first, and the rows; by column, since there are thousands."""
    columns: dict[str, Any] = {name: found[name].to_pylist() for name in _FIGURES}
    columns["cost_unknown"] = [unknown > 0 for unknown in columns["cost_unknown"]]
    behind = {name: found[name].to_numpy() for name in _BEHIND}
    figures = [*columns.values(), intervals(columns | behind, _UNSURE)]
    level = [_LEVEL.get(up or 0) for up in found["levels_up"].to_pylist()]
    names = (found[name].to_pylist() for name in _NAMES)
    totals = Money(*(column[0] for column in figures))
    rows = islice(zip(*figures, level, *names, strict=True), 1, None)
    return found["currency"][0].as_py(), totals, [MoneyRow(*row) for row in rows]


def _of_spend(row: Row) -> MoneyProblem:
    return MoneyProblem(
        row["problem"], "spend", row["source"], row["currency"], row["since"], row["until"],
        row["cost"],
    )  # fmt: skip


def _of_deals(row: Row) -> MoneyProblem:
    return MoneyProblem(row["problem"], "deals", None, None, row["since"], row["until"], None)


def _gap(row: Row) -> MoneyGap:
    return MoneyGap(
        row["gap"], row["channel"], row["source"], row["medium"], row["campaign"], row["visits"],
        row["reporting_cost"], row["cost"], row["currency"],
    )  # fmt: skip
