"""The chart holds every count exactly once and is a figure plotly accepts."""

from datetime import date, timedelta

import plotly.graph_objects as go

from dashboards.figures import by_day, sparkline
from dashboards.reading import DayChannel

SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 4)
CHANNELS = (
    "paid_search", "organic_search", "direct", "maps", "paid_social", "email", "referral", "x"
)  # fmt: skip
DAYS = [
    DayChannel(SINCE + timedelta(days=i), name, 10 * k + i, k + i)
    for i in range(3)
    for k, name in enumerate(CHANNELS)
]
BEFORE = [(date(2026, 10, 28), 9, 2)]


def test_bars_add_up_and_days_without_counts_stand() -> None:
    for metric in ("calls", "visits"):
        drawn = by_day.figure(DAYS, BEFORE, SINCE, UNTIL, metric=metric, compare=True)
        bars = [trace for trace in drawn["data"] if trace["type"] == "bar"]
        assert len(bars) == by_day.MOST_SERIES + 1
        assert sum(sum(bar["y"]) for bar in bars) == sum(getattr(day, metric) for day in DAYS)
        assert all(len(bar["x"]) == 4 for bar in bars)
        go.Figure(drawn)


def test_the_previous_period_lies_under_the_same_days() -> None:
    drawn = by_day.figure(DAYS, BEFORE, SINCE, UNTIL, metric="calls", compare=True)
    assert drawn["data"][-1]["y"] == [2, 0, 0, 0]
    without = by_day.figure(DAYS, BEFORE, SINCE, UNTIL, metric="calls", compare=False)
    assert all(trace["type"] == "bar" for trace in without["data"])


def test_no_days_no_bars() -> None:
    assert by_day.figure([], [], SINCE, UNTIL, metric="calls", compare=True)["data"] == []


def test_a_sparkline_is_a_css_address() -> None:
    assert sparkline.mask([1.0]) is None
    drawn = sparkline.mask([0, 0, 0])
    assert drawn
    assert drawn.startswith('url("data:image/svg+xml,')
    assert "<" not in drawn
