"""Stacked bars by day and channel, with the previous period as a dashed line.

Who: the acquisition page. A plain dict (a plotly object costs milliseconds); the tests validate it
with plotly. What can go wrong: more channels than hues; past five, the smallest become "Other".
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dashboards import wording
from dashboards.figures.palette import LIGHT, REST, colour_class
from dashboards.reading import DayChannel

MOST_SERIES = 5
OTHER = "Other"


def series(days: Sequence[DayChannel], metric: str) -> list[tuple[str, dict[date, int]]]:
    """Channels by size with their counts by day; grey ones and those past five are "Other"."""
    sums: Counter[str] = Counter()
    by_channel: dict[str, Counter[date]] = defaultdict(Counter)
    for row in days:
        name = wording.channel(row.channel)
        amount = row.calls if metric == "calls" else row.visits
        sums[name] += amount
        by_channel[name][row.day] += amount
    ranked = [name for name, total in sums.most_common() if total]
    shown = [name for name in ranked if colour_class(name) != REST][:MOST_SERIES]
    rest: Counter[date] = Counter()
    for name in ranked:
        if name not in shown:
            rest.update(by_channel[name])
    answer = [(name, dict(by_channel[name])) for name in shown]
    return [*answer, (OTHER, dict(rest))] if rest else answer


def figure(
    days: Sequence[DayChannel],
    previous: Sequence[tuple[date, int, int]],
    since: date,
    until: date,
    *,
    metric: str,
    compare: bool,
) -> dict[str, Any]:
    """The figure; every day of the period has its place, counted or not."""
    axis = [since + timedelta(days=i) for i in range((until - since).days + 1)]
    labels = [day.isoformat() for day in axis]
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": name,
            "x": labels,
            "y": [counts.get(day, 0) for day in axis],
            "marker": {
                "color": LIGHT[colour_class(name)],
                "line": {"width": 1, "color": "#ffffff"},
            },
            "hovertemplate": "%{y:,}",
        }
        for name, counts in series(days, metric)
    ]
    if compare and previous:
        before = {day: (visits, calls) for day, visits, calls in previous}
        shift = timedelta(days=len(axis))
        which = 1 if metric == "calls" else 0
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Previous period",
                "x": labels,
                "y": [before.get(day - shift, (0, 0))[which] for day in axis],
                "line": {"dash": "dot", "width": 1.6, "color": "#686e7a"},
                "hovertemplate": "%{y:,}",
            }
        )
    return {"data": traces, "layout": _layout(axis)}


def _layout(axis: Sequence[date]) -> dict[str, Any]:
    step = max(1, -(-len(axis) // 6))
    ticks = axis[::step]
    return {
        "barmode": "stack",
        "bargap": 0.34 if len(axis) < 45 else 0.16,
        "showlegend": False,
        "hovermode": "x unified",
        "margin": {"l": 38, "r": 4, "t": 8, "b": 32},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 12},
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": "#e6e4de", "align": "right"},
        "xaxis": {
            "type": "date",
            "tickvals": [day.isoformat() for day in ticks],
            "ticktext": [f"{day.day} {day:%b}" for day in ticks],
            "hoverformat": "%a %-d %b %Y",
            "showgrid": False,
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": "rgba(0,0,0,0)",
            "showspikes": False,
            "fixedrange": True,
        },
        "yaxis": {"rangemode": "tozero", "nticks": 5, "fixedrange": True, "tickformat": ",d"},
    }
