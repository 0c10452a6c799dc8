"""Two models side by side over the same conversions: who wins and who loses by the choice.

Called by `ringtrail attribution compare` and by its route. Rule models are sums of mart_credit;
models of a chain or a game are computed from the ways that visitors went. What can go wrong: a
model that is not known (refused).
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta

from attribution.credit.keeping import LOOKBACK
from attribution.credit.version import MATCH_FITS, version
from attribution.models import credit, paths
from attribution.models.rules import RULES
from attribution.reports.figures import MODEL, TRAFFIC, statement
from attribution.reports.figures import Asked as Figures
from ringtrail.core.auth import Scoped
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Query, Warehouse

By = Literal["channel", "source", "campaign"]
MODELS = (*RULES, "markov", "shapley_rate")

_JOURNEYS = Query.load("attribution", "reports/journeys.sql")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which conversions, by what, and for a chain of which order; days of the conversion."""

    models: tuple[str, ...]
    by: By
    since: date
    until: date
    order: Annotated[int, Meta(ge=1, le=4)] = 1


@dataclass(frozen=True, slots=True)
class Side:
    """A model with the name of what decides its figures."""

    model: str
    version: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one label gets by each of the models, in conversions."""

    label: str
    credits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`conversions` of the period, which each model divides whole; the widest gap comes first."""

    by: By
    since: date
    until: date
    lookback_seconds: float
    conversions: float
    sides: tuple[Side, ...]
    lines: tuple[Line, ...]


def compare(warehouse: Warehouse, scope: Scoped, asked: Asked) -> Comparison:
    """Divide the period's conversions by each model; Refused for a model that is not known."""
    for model in asked.models:
        if model not in MODELS:
            raise Refused(
                400, "model", f"{model!r} is no model: choose from {', '.join(MODELS)}", "model"
            )
    found = [_credits(warehouse, scope, asked, model) for model in asked.models]
    labels = set().union(*found)
    lines = [Line(label, tuple(one.get(label, 0.0) for one in found)) for label in labels]
    whose = {"account": scope.account, "sites": list(scope.sites)}
    fit = warehouse.rows(MATCH_FITS, whose)[0]["match_fit"]
    lines.sort(key=lambda line: (-max(_gaps(line)), -line.credits[0], line.label))
    return Comparison(
        by=asked.by,
        since=asked.since,
        until=asked.until,
        lookback_seconds=LOOKBACK,
        conversions=sum(found[0].values()),
        sides=tuple(Side(model, _version(model, asked, fit)) for model in asked.models),
        lines=tuple(lines),
    )


def _gaps(line: Line) -> list[float]:
    return [abs(one - line.credits[0]) for one in line.credits]


def _version(model: str, asked: Asked, match_fit: str) -> str:
    options = {"order": asked.order} if model == "markov" else {}
    return version(model, LOOKBACK, options, match_fit)


def _credits(warehouse: Warehouse, scope: Scoped, asked: Asked, model: str) -> dict[str, float]:
    ruled = model in RULES
    figure = "credited" if ruled else "untouched"
    told = statement(
        scope,
        Figures(
            "comparison", ("credits",), asked.since, asked.until, (figure,), (TRAFFIC,),
            model if ruled else MODEL,
        ),
    )  # fmt: skip
    credited: dict[str, float] = {}
    for row in warehouse.rows(told.query, told.values):
        if row[figure]:
            label = _label(row, asked.by)
            credited[label] = credited.get(label, 0.0) + row[figure]
    if ruled:
        return credited
    values: dict[str, Any] = {
        "account": scope.account, "sites": list(scope.sites),
        "since": asked.since, "until": asked.until,
    }  # fmt: skip
    ways = warehouse.rows(_JOURNEYS, values | {"lookback_seconds": LOOKBACK, "by": asked.by})
    gone = paths.from_rows((row["path"], row["conversions"], 0.0, row["nulls"]) for row in ways)
    for one in credit.credit(gone, model, order=asked.order):
        if one.conversions:
            credited[one.channel] = credited.get(one.channel, 0.0) + one.conversions
    return credited


def _label(row: dict[str, Any], by: By) -> str:
    if by == "channel":
        return str(row["channel"])
    if by == "source":
        return f"{row['source']} / {row['medium']}"
    return row["campaign"] or "(none)"
