"""Puts a report's one statement together from the registry, and binds what it asks for.

Called by `attribution.reports` for the pages and by `attribution.reports.asking` for programs. What
can go wrong: a name that is in no registry is a KeyError here; whoever takes names from outside
checks them first and says which there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from attribution.answers import DateBasis
from attribution.models.rules import RULES
from attribution.reports.registry import DIMENSIONS, FIGURES, SOURCES
from ringtrail.core.auth import Scoped
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Query
from ringtrail.core.warehouse.compose import Cut, cut, filled, gathered, within

MODEL = "last_non_direct"
_ALL = 2**40
TRAFFIC = ("channel", "source", "medium", "campaign")
_DAY = {"touch": "touch_day", "lead": "coalesce(lead_day, day)", "sale": "day"}
_JOIN = "JOIN mart_traffic AS t ON t.account = $account AND t.traffic = told.traffic"
_LOAD = "SELECT load FROM mart_position"
_OF_WEEKS = frozenset({"site", "traffic", "kind"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Figures `metrics` by the dimensions of each of `levels`; () is the level of the totals.

    Days are the site's local days, both included. `filters`: of these dimensions only the rows
    with one of these values, as text, "" for none.
    """

    name: str
    sources: Sequence[str]
    since: date
    until: date
    metrics: Sequence[str]
    levels: Sequence[Sequence[str]]
    model: str = MODEL
    basis: DateBasis = "sale"
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""
    limit: int = _ALL


@dataclass(frozen=True, slots=True)
class Statement:
    """The text of a report with everything that is bound to it."""

    query: Query
    values: dict[str, Any]


def statement(scope: Scoped, asked: Asked) -> Statement:
    """The statement for this reader; Refused for a model that is no rule model."""
    if asked.model not in RULES:
        raise Refused(
            400, "model", f"{asked.model!r} is no model: choose from {', '.join(RULES)}", "model"
        )
    dimensions = list(dict.fromkeys(name for level in asked.levels for name in level))
    needed = dict.fromkeys(part for name in asked.metrics for part in (FIGURES[name].of or (name,)))
    read = [name for name in asked.sources if any(name in FIGURES[m].sources for m in needed)]
    keys = [DIMENSIONS[name].of for name in (*dimensions, *asked.filters)]
    weeks = _weeks(asked, keys) if any(SOURCES[name].weeks for name in read) else {}
    parts = Cut(
        rows=[_source(name, asked, keys, by_week=bool(weeks)) for name in read],
        join=_JOIN if {*dimensions, *asked.filters} & set(TRAFFIC) else "",
        dimensions={name: DIMENSIONS[name].sql for name in dimensions},
        sums={name: FIGURES[name].sql for name in needed},
        ratios={name: FIGURES[name].sql for name in asked.metrics if FIGURES[name].of},
        levels=asked.levels,
        filtered={name: DIMENSIONS[name].sql for name in asked.filters},
        order=asked.order or _order(dimensions, asked.metrics),
        shown=[*dimensions, *asked.metrics],
        load=_LOAD,
    )
    values = {
        "account": scope.account, "sites": list(scope.sites), "since": asked.since,
        "until": asked.until, "limit": asked.limit,
    } | weeks | {f"of_{name}": list(told) for name, told in asked.filters.items()}  # fmt: skip
    return Statement(cut(f"report {asked.name}", parts), values)


def _weeks(asked: Asked, keys: Sequence[str]) -> dict[str, Any]:
    """What is bound for the whole weeks of the period; empty if there is none, or days are asked.

    `keys` are the columns of the sources that the dimensions need.
    """
    monday = asked.since + timedelta(days=-asked.since.weekday() % 7)
    sunday = asked.until - timedelta(days=(asked.until.weekday() + 1) % 7)
    if sunday < monday or not _OF_WEEKS.issuperset(keys):
        return {}
    return {"monday": monday, "sunday": sunday, "basis": asked.basis}


def _source(name: str, asked: Asked, keys: Sequence[str], *, by_week: bool) -> Query:
    source = SOURCES[name]
    marks = {
        "columns": {"weight": f"weight_{asked.model}", "counted_on": _DAY[asked.basis]},
        "parts": {"part": f"part_{asked.model}"},
    }
    file = source.weeks if by_week and source.weeks else source.file
    query = filled(Query.load("attribution", file), marks)
    if not source.sums:
        return query
    added = gathered(query, list(dict.fromkeys((*keys, *source.always))), source.sums)
    return within(added, Query.load("attribution", source.more)) if source.more else added


def _order(dimensions: Sequence[str], metrics: Sequence[str]) -> str:
    """Totals first; then by time where that comes first, else the largest first."""
    named = [f'"{name}" NULLS FIRST' for name in dimensions]
    timed = bool(dimensions) and dimensions[0] in ("day", "week", "month", "hour")
    largest = [] if timed else [f'"{metrics[0]}" DESC NULLS LAST']
    return ", ".join(["levels_up DESC", *largest, *named])
