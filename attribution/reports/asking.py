"""Reads what a program asks of a report: names are checked, values are kept to be bound.

Pure; called by the route. What can go wrong: a name that does not exist; the refusal lists those
that do, so that the next request can be right.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from attribution.answers import DateBasis
from attribution.models.rules import RULES
from attribution.reports.catalogue import REPORTS, Report
from attribution.reports.figures import MODEL, Asked
from attribution.reports.intervals import needed
from attribution.reports.registry import DIMENSIONS
from ringtrail.core.auth import Scoped
from ringtrail.core.errors import Refused

USUAL, MOST = 1_000, 10_000
"""Rows of an answer."""
_BASES: tuple[DateBasis, ...] = get_args(DateBasis)
_OWN = ("since", "until", "site", "by", "metrics", "model", "basis", "limit", "format",
        "intervals")  # fmt: skip
Told = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A report, the reader narrowed to the sites asked for, and what is asked of it."""

    report: Report
    scope: Scoped
    by: tuple[str, ...]
    metrics: tuple[str, ...]
    filters: dict[str, tuple[str, ...]]
    intervals: bool
    asked: Asked


def question(scope: Scoped, name: str, told: Told) -> Question:
    """What `told` (names and values, a name more than once) asks of the report; or Refused."""
    report = REPORTS.get(name)
    if report is None:
        raise Refused(404, "report", f"no report {name!r}: choose from {', '.join(REPORTS)}")
    values = {key: value for key, value in told if key in _OWN}
    filters = _filters(report, told)
    by = _names(values.get("by"), report.by, report.dimensions, "by")
    metrics = _names(values.get("metrics"), report.metrics, report.known, "metrics")
    if not metrics:
        raise Refused(400, "metrics", f"choose from {', '.join(report.known)}", "metrics")
    if scope.masked and "caller" in filters:
        raise Refused(403, "masked", "your role may not look for a caller's number", "caller")
    since, until = _day(values, "since"), _day(values, "until")
    if since > until:
        raise Refused(400, "period", "`since` must not be after `until`", "since")
    _one_of(values.get("format", "json"), ("json",), "format")
    limit = _limit(values.get("limit"))
    unsure = _one_of(values.get("intervals", "false"), ("true", "false"), "intervals") == "true"
    model = values.get("model", MODEL)
    if model not in RULES:
        raise Refused(400, "model", f"no model {model!r}: choose from {', '.join(RULES)}", "model")
    basis = _one_of(values.get("basis", "sale"), _BASES, "basis")
    read = tuple(dict.fromkeys((*metrics, *needed(metrics)))) if unsure else metrics
    asked = Asked(
        report.name, report.sources, since, until, read, ((), by) if by else ((),), model,
        next(one for one in _BASES if one == basis), filters,
        # One for the totals, and one that tells that there are more.
        limit=limit + 2,
    )  # fmt: skip
    return Question(
        report, _narrowed(scope, values.get("site")), by, metrics, filters, unsure, asked
    )


def _filters(report: Report, told: Told) -> dict[str, tuple[str, ...]]:
    filters: dict[str, tuple[str, ...]] = {}
    for name, value in told:
        if name in _OWN:
            continue
        if name not in report.dimensions:
            known = (*_OWN, *(one for one in report.dimensions if one != "site"))
            raise Refused(400, "malformed", f"no {name!r} here: there are {', '.join(known)}", name)
        is_time = value and DIMENSIONS[name].format == "time"
        filters[name] = (*filters.get(name, ()), _moment(name, value) if is_time else value)
    return filters


def _moment(name: str, told: str) -> str:
    """As the warehouse writes it: seconds with as few places as they need."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        told = f"`{name}` must be a time of the site like 2026-11-23T09:30:00"
        raise Refused(400, "malformed", told, name)
    whole, _, part = moment.isoformat(" ").partition(".")
    return f"{whole}.{part.rstrip('0')}" if part else whole


def _names(
    told: str | None, usual: tuple[str, ...], known: Collection[str], field: str
) -> tuple[str, ...]:
    if told is None:
        return usual
    names = tuple(dict.fromkeys(name for name in told.split(",") if name))
    for name in names:
        _one_of(name, known, field)
    return names


def _one_of(told: str, known: Collection[str], field: str) -> str:
    if told not in known:
        raise Refused(400, "malformed", f"no {told!r}: choose from {', '.join(known)}", field)
    return told


def _day(values: dict[str, str], name: str) -> date:
    try:
        return date.fromisoformat(values.get(name, ""))
    except ValueError as error:
        raise Refused(400, "period", f"`{name}` must be a day like 2026-11-23", name) from error


def _limit(told: str | None) -> int:
    if told is None:
        return USUAL
    if not (told.isascii() and told.isdecimal() and 1 <= int(told[:9]) <= MOST):
        raise Refused(400, "malformed", f"`limit` must be from 1 to {MOST}", "limit")
    return int(told)


def _narrowed(scope: Scoped, told: str | None) -> Scoped:
    """The reader with the sites asked for; those of others are as if there were none."""
    if told is None:
        return scope
    names = {str(site): site for site in scope.sites}
    wanted = [site for site in told.split(",") if site]
    if not wanted or any(site not in names for site in wanted):
        raise Refused(
            404, "site", f"no such site: choose from {', '.join(names) or 'none'}", "site"
        )
    return Scoped(scope.account, tuple(names[site] for site in wanted), scope.role)
