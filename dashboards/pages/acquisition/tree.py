"""Rows of the acquisition table: channel, then source, then campaign, sums at every level.

Pure. Counts are added up here; money comes with a figure for each level, since a sum with an
unknown part is unknown. What can go wrong: channels with two keys and one shown name; they are
grouped by key first and only named for show, so nothing is counted twice. Traffic may have money
and neither a visit nor a call in the period: it gets a row of its own, so that the amounts add up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashboards import wording
from dashboards.reading import AcquisitionRow, Money, MoneyRow, Totals

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
    money: Money
    before: int = 0
    children: list["Branch"] = field(default_factory=list)


Sort = tuple[str, bool]
Key = tuple[str | None, ...]
"""The channel; that and source and medium; those and the campaign."""
USUAL: Sort = ("calls", True)
VALUES: Mapping[str, Callable[[Branch], float | str | None]] = {
    "channel": lambda b: (wording.channel(b.label) or b.label).casefold(),
    "visits": lambda b: b.totals.visits,
    "calls": lambda b: b.totals.calls,
    "change": lambda b: wording.ratio(b.totals.calls - b.before, b.before),
    "credited": lambda b: b.money.credited,
    "call_rate": lambda b: wording.ratio(b.totals.calls, b.totals.visits),
    "answered": lambda b: wording.ratio(b.totals.answered, b.totals.calls),
    "missed": lambda b: b.totals.missed,
    "first_time": lambda b: b.totals.first_time,
    "known": lambda b: wording.ratio(b.totals.attributed, b.totals.calls),
    "wait": lambda b: wording.ratio(b.totals.wait_seconds, b.totals.calls),
    "talk": lambda b: wording.ratio(b.totals.talk_seconds, b.totals.answered),
    "leads": lambda b: b.money.leads,
    "cost": lambda b: _number(b.money.cost),
    "call_cost": lambda b: call_cost(b.money, b.totals),
    "cpl": lambda b: _number(b.money.cpl),
    "revenue": lambda b: _number(b.money.revenue),
    "margin": lambda b: _number(b.money.margin),
    "romi_revenue": lambda b: b.money.romi_revenue,
    "romi_margin": lambda b: b.money.romi_margin,
}


def call_cost(money: Money, totals: Totals) -> float | None:
    """What a call cost; None where the cost is not known or nobody called."""
    return None if money.cost is None else wording.ratio(float(money.cost), totals.calls)


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
    money: Iterable[MoneyRow] = (),
) -> list[Branch]:
    """Channels with their sources with their campaigns, in this order at every level.

    `before` has the calls of the previous period by channel; deeper levels have none to compare.
    """
    told = {_of(row)[: (1, 3, 4)[row.level]]: row for row in money}
    known = {_of(row) for row in rows}
    more = [AcquisitionRow(0, 0, 0, 0, 0, 0, 0, 0, *_of(row)) for key, row in told.items()  # type: ignore[arg-type]
            if len(key) == 4 and key not in known]  # fmt: skip
    channels = _level([*rows, *more], 0, "", sort, told)
    for channel in channels:
        channel.before = (before or {}).get(channel.label, 0)
    return _sorted(channels, sort)


def _of(row: AcquisitionRow | MoneyRow) -> Key:
    return row.channel, row.source, row.medium, row.campaign


def _level(
    rows: Sequence[AcquisitionRow], depth: int, above: str, sort: Sort, told: Mapping[Key, Money]
) -> list[Branch]:
    groups: dict[Key, list[AcquisitionRow]] = {}
    for row in rows:
        groups.setdefault(_of(row)[: (1, 3, 4)[depth]], []).append(row)
    branches = []
    for key, members in groups.items():
        path = "\x1f".join(filter(None, (above, "\x1e".join(part or "" for part in key))))
        named = depth < 2 and any(_name(row, depth + 1) for row in members)
        children = _level(members, depth + 1, path, sort, told) if named else []
        name, money = _name(members[0], depth), told.get(key, Money())
        branches.append(Branch(name, path, add(members), money, children=children))
    return _sorted(branches, sort)


def _sorted(branches: list[Branch], sort: Sort) -> list[Branch]:
    """In order, equals by size; what has no value comes last whichever way the order goes."""
    column, descending = sort
    by_size = sorted(branches, key=_size)
    value = VALUES[column]
    known = [branch for branch in by_size if value(branch) is not None]
    known.sort(key=value, reverse=descending)  # type: ignore[arg-type]  # the Nones are out
    return [*known, *(branch for branch in by_size if value(branch) is None)]


def _size(branch: Branch) -> tuple[float | str, ...]:
    spent = float(branch.money.cost or 0)
    totals = branch.totals
    return -totals.calls, -totals.visits, -spent, -branch.money.credited, branch.label, branch.path


def _name(row: AcquisitionRow, depth: int) -> str:
    if depth == 0:
        return row.channel
    if depth == 1:
        named = wording.source(row.source, row.medium)
        return "" if named == wording.NOTHING else named
    return row.campaign or ""


def _number(amount: object) -> float | None:
    return None if amount is None else float(amount)  # type: ignore[arg-type]
