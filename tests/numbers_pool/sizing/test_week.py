"""A site's week as the formulas take it, and when it says too little."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numbers_pool.sizing import week
from numbers_pool.sizing.erlang import blocking, late_fifo, numbers_needed
from numbers_pool.sizing.week import HourSeen, Traffic
from ringtrail.core.errors import RingtrailError

MONDAY = date(2026, 11, 2)
UNTIL = MONDAY + timedelta(days=13)


def seen(first: date, days: int, visits: int = 10, busy: int = 60) -> Iterator[HourSeen]:
    """From 9 to 18 o'clock, Tuesdays at 12 busier; a visit stays 100 s, is held 700 s."""
    for offset in range(days):
        day = first + timedelta(days=offset)
        for hour in range(9, 18):
            n = busy if (day.weekday(), hour) == (1, 12) else visits
            yield HourSeen(day, hour, n + 1, 1, n, 100.0 * n, 700.0 * n)


def test_the_mean_week_is_that_of_whole_days() -> None:
    traffic = week.measured(list(seen(MONDAY - timedelta(days=1), 15)), MONDAY, UNTIL)
    assert (traffic.since, traffic.until) == (MONDAY, UNTIL)
    assert (traffic.stay, traffic.held) == (100, 700)
    assert traffic.busiest == 24 + 12
    assert (traffic.rates[36], traffic.rates[9], traffic.rates[8]) == (61, 11, 0)
    assert set(traffic.seen) == {2}
    assert traffic.visits == 14 * 9 * 11 + 2 * 50
    assert traffic.overflows == 14 * 9
    assert traffic.load(traffic.peak) == pytest.approx(61 * 700 / 3600)
    assert traffic.careful_peak == pytest.approx(61 + 2 * sqrt(61 / 2))


def test_a_day_that_was_not_watched_from_its_beginning_is_left_out() -> None:
    traffic = week.measured(list(seen(MONDAY + timedelta(days=2), 12)), MONDAY, UNTIL)
    assert traffic.since == MONDAY + timedelta(days=3)
    assert traffic.seen[2 * 24] == 1, "of two Wednesdays the first was the first day"
    assert traffic.rates[2 * 24 + 9] == 11


def test_days_without_a_visit_count_as_quiet() -> None:
    hours = [hour for hour in seen(MONDAY - timedelta(days=1), 15) if hour.day != MONDAY]
    assert week.measured(hours, MONDAY, UNTIL).rates[9] == 11 / 2


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ([], "0 finished visits on 0 whole days"),
        (list(seen(UNTIL - timedelta(days=6), 7)), "590 finished visits on 6 whole days"),
        (list(seen(MONDAY, 14, visits=2)), "350 finished visits on 13 whole days"),
    ],
)
def test_too_little_says_nothing(hours: list[HourSeen], told: str) -> None:
    with pytest.raises(RingtrailError, match=told):
        week.measured(hours, MONDAY, UNTIL)


@given(st.floats(0, 500), st.floats(0, 600), st.floats(0, 900), st.floats(1e-4, 0.5))
def test_what_is_given_is_one_hour(rate: float, stay: float, hold: float, goal: float) -> None:
    traffic = week.given(rate, stay, hold)
    load = rate * (stay + hold) / 3600
    (hour,) = week.by_hour(traffic, goal)
    assert hour.numbers == numbers_needed(hour.load, goal)
    assert hour.load == pytest.approx(load)
    assert traffic.careful_peak == traffic.peak == rate
    (point,) = week.curve(traffic, [12], 60)
    assert point.blocking == blocking(hour.load, 12)
    assert point.blocking_week == pytest.approx(point.blocking if rate else 0)


def test_less_than_nothing_is_refused() -> None:
    for values in ((-1, 0, 0), (0, -1, 0), (0, 0, -1)):
        with pytest.raises(RingtrailError, match="below 0"):
            week.given(*values)


def test_the_week_counts_every_visit_alike() -> None:
    traffic = Traffic((30.0, 10.0, 0.0), (1, 1, 1), 100, 700)
    loads = [rate * 700 / 3600 for rate in traffic.rates]
    (point,) = week.curve(traffic, [5], 60)
    assert point.blocking == blocking(loads[0], 5)
    assert point.blocking_week == pytest.approx(
        (30 * blocking(loads[0], 5) + 10 * blocking(loads[1], 5)) / 40
    )
    assert point.late_week == pytest.approx(
        (30 * late_fifo(loads[0], 5, 30 / 3600, 60) + 10 * late_fifo(loads[1], 5, 10 / 3600, 60))
        / 40
    )
    assert [hour.numbers for hour in week.by_hour(traffic, 0.01)] == [
        numbers_needed(load, 0.01) for load in loads
    ]


def test_the_sizes_shown_reach_around_the_load() -> None:
    assert week.sizes_to_show(10, 18, 48) == [6, 8, 10, 12, 14, 17, 18, 20, 25, 30, 48]
    assert week.sizes_to_show(0, 0) == []
