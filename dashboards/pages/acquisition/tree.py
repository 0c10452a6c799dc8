"""Rows of the acquisition table: channel, then source, then campaign, sums at every level.

Pure. What can go wrong: channels with two keys and one shown name; they are summed by key first
and only named for show, so nothing is counted twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dashboards.reading import AcquisitionRow, Totals

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
    """One row and the rows that unfold from it."""

    label: str
    path: str
    totals: Totals
    children: list["Branch"] = field(default_factory=list)


def add(rows: Iterable[Totals]) -> Totals:
    """The sum of these counts."""
    total = Totals()
    for row in rows:
        for name in COUNTS:
            setattr(total, name, getattr(total, name) + getattr(row, name))
    return total


def grow(rows: Sequence[AcquisitionRow]) -> list[Branch]:
    """Channels with their sources with their campaigns, the most calls first."""
    return _level(rows, 0, "")


def _level(rows: Sequence[AcquisitionRow], depth: int, above: str) -> list[Branch]:
    groups: dict[str, list[AcquisitionRow]] = {}
    for row in rows:
        groups.setdefault(_name(row, depth), []).append(row)
    branches = []
    for name, members in groups.items():
        path = f"{above}\x1f{name}" if above else name
        named = any(_name(row, depth + 1) for row in members) if depth < 2 else False
        children = _level(members, depth + 1, path) if named else []
        branches.append(Branch(name, path, add(members), children))
    return sorted(branches, key=lambda b: (-b.totals.calls, -b.totals.visits, b.label))


def _name(row: AcquisitionRow, depth: int) -> str:
    if depth == 0:
        return row.channel
    if depth == 1:
        return " / ".join(part for part in (row.source, row.medium) if part)
    return row.campaign or ""
