"""Rows of the acquisition table: channel, then source, then campaign, sums at every level.

Pure. What can go wrong: channels with two keys and one shown name; they are summed by key first
and only named for show, so nothing is counted twice. A model may credit traffic that had neither a
visit nor a call in the period: it gets a row of its own, so that the credits add up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from dashboards import wording
from dashboards.reading import AcquisitionRow, CreditedTraffic, Totals

COUNTS = (
    "visits",
    "calls",
    "answered",
    "missed",
    "first_time",
    "attributed",
    "wait_seconds",
    "talk_seconds",
)


@dataclass(slots=True)
class Branch:
    """One row and the rows that unfold from it; `before` is its calls in the previous period."""

    label: str
    path: str
    totals: Totals
    before: int = 0
    credited: float = 0.0
    children: list["Branch"] = field(default_factory=list)


Sort = tuple[str, bool]
Traffic = tuple[str, str, str, str | None]
USUAL: Sort = ("calls", True)
_VALUES: Mapping[str, Callable[[Branch], float | str | None]] = {
    "channel": lambda b: (wording.channel(b.label) or b.label).casefold(),
    "visits": lambda b: b.totals.visits,
    "calls": lambda b: b.totals.calls,
    "change": lambda b: wording.ratio(b.totals.calls - b.before, b.before),
    "credited": lambda b: b.credited,
    "call_rate": lambda b: wording.ratio(b.totals.calls, b.totals.visits),
    "answered": lambda b: wording.ratio(b.totals.answered, b.totals.calls),
    "missed": lambda b: b.totals.missed,
    "first_time": lambda b: b.totals.first_time,
    "wait": lambda b: wording.ratio(b.totals.wait_seconds, b.totals.calls),
    "talk": lambda b: wording.ratio(b.totals.talk_seconds, b.totals.answered),
}


def order(wanted: Sort | None) -> Sort:
    """The order to use: the one asked for if it names a column of the table."""
    return wanted if wanted is not None and wanted[0] in _VALUES else USUAL


def add(rows: Iterable[Totals]) -> Totals:
    """The sum of these counts."""
    total = Totals()
    for row in rows:
        for name in COUNTS:
            setattr(total, name, getattr(total, name) + getattr(row, name))
    return total


def grow(
    rows: Sequence[AcquisitionRow],
    sort: Sort = USUAL,
    before: Mapping[str, int] | None = None,
    credited: Iterable[CreditedTraffic] = (),
) -> list[Branch]:
    """Channels with their sources with their campaigns, in this order at every level.

    `before` has the calls of the previous period by channel; deeper levels have none to compare.
    """
    gains = {_traffic(one): one.credited for one in credited}
    known = {_traffic(row) for row in rows}
    more = [AcquisitionRow(0, 0, 0, 0, 0, 0, 0, 0, *key) for key in gains if key not in known]
    channels = _level([*rows, *more], 0, "", sort, gains)
    for channel in channels:
        channel.before = (before or {}).get(channel.label, 0)
    return _sorted(channels, sort)


def _traffic(row: AcquisitionRow | CreditedTraffic) -> Traffic:
    return row.channel, row.source, row.medium, row.campaign


def _level(
    rows: Sequence[AcquisitionRow],
    depth: int,
    above: str,
    sort: Sort,
    gains: Mapping[Traffic, float],
) -> list[Branch]:
    groups: dict[str, list[AcquisitionRow]] = {}
    for row in rows:
        groups.setdefault(_name(row, depth), []).append(row)
    branches = []
    for name, members in groups.items():
        path = f"{above}\x1f{name}" if above else name
        named = any(_name(row, depth + 1) for row in members) if depth < 2 else False
        children = _level(members, depth + 1, path, sort, gains) if named else []
        got = fsum(gains.get(_traffic(row), 0.0) for row in members)
        branches.append(Branch(name, path, add(members), credited=got, children=children))
    return _sorted(branches, sort)


def _sorted(branches: list[Branch], sort: Sort) -> list[Branch]:
    """In order, equals by size; what has no value comes last whichever way the order goes."""
    column, descending = sort
    by_size = sorted(
        branches, key=lambda b: (-b.totals.calls, -b.totals.visits, -b.credited, b.label)
    )
    value = _VALUES[column]
    known = [branch for branch in by_size if value(branch) is not None]
    known.sort(key=value, reverse=descending)  # type: ignore[arg-type]  # the Nones are out
    return [*known, *(branch for branch in by_size if value(branch) is None)]


def _name(row: AcquisitionRow, depth: int) -> str:
    if depth == 0:
        return row.channel
    if depth == 1:
        named = wording.source(row.source, row.medium)
        return "" if named == wording.NOTHING else named
    return row.campaign or ""
