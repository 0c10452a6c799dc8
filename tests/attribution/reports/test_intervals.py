"""Intervals against printed tables, by their properties, and by how often they hold the truth."""

from decimal import Decimal
from math import hypot
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attribution.answers import Interval
from attribution.reports.intervals import FEW, counted, intervals, needed, price, rate, share
from attribution.reports.registry import FIGURES, METRICS
from tests.attribution.reports.one_sum import Sum, earned, gained, returned

COUNTS = st.floats(0.001, 1e6)
COSTS = st.decimals(0, 10**9, places=4)


def wide(interval: Interval) -> float:
    assert interval.high is not None
    return float(interval.high) - float(interval.low)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # E. S. Pearson, H. O. Hartley, Biometrika Tables for Statisticians I (1966), table 40.
    [(0, 0, 3.69), (1, 0.0253, 5.57), (2, 0.242, 7.22), (5, 1.62, 11.67), (10, 4.80, 18.39),
     (20, 12.22, 30.89), (30, 20.24, 42.83), (50, 37.11, 65.92)],
)  # fmt: skip
def test_a_count_has_the_limits_of_the_printed_table(count: int, low: float, high: float) -> None:
    assert counted(count) == pytest.approx((low, high), abs=6e-3)


def test_a_price_divides_the_cost_by_them() -> None:
    found = price(Decimal(100), 2)
    assert found is not None and found.small
    assert float(found.low) == pytest.approx(100 / 7.2247, abs=1e-3)
    assert float(found.high or 0) == pytest.approx(100 / 0.24221, abs=1e-2)
    assert price(Decimal(0), 3) == Interval(Decimal(0), Decimal(0), small=True)
    # What was paid back for 20 clicks: -5 each.
    back = price(Decimal(-100), 20)
    assert back is not None and back.low < -5 < (back.high or 0) < 0


def test_a_price_of_next_to_nothing_has_no_upper_end() -> None:
    found = price(Decimal(100), 0.002)
    assert found is not None
    assert (found.high, found.small) == (None, True)
    assert found.low > 0


def test_two_deals_that_bring_400_percent_may_be_anything() -> None:
    found = gained(Sum(Decimal(500), 2 * 250.0**2), 2.0, Decimal(100))
    assert found is not None and found.small
    # 250 each by the table's 0.242 and 7.22 of them.
    assert found.low == pytest.approx(0.605 - 1, abs=1e-3)
    assert found.high == pytest.approx(18.06 - 1, abs=1e-2)
    brought = returned(Sum(Decimal(500), 2 * 250.0**2), 2.0, Decimal(100))
    assert brought is not None and brought.high is not None
    assert float(brought.low) == pytest.approx(float(found.low) + 1)
    assert float(brought.high) == pytest.approx(float(found.high or 0) + 1)


def test_many_deals_have_the_interval_of_the_normal_curve() -> None:
    assert earned(Sum(1e4, 1e4)) == pytest.approx((1e4 - 196, 1e4 + 196), rel=1e-3)


def test_money_that_went_back_may_carry_the_sum_below_nothing() -> None:
    # Three deals of 100 and a refund of 50: by the table 0.62 to 8.77 deals, 0.025 to 5.57 refunds.
    low, high = earned(Sum(250.0, 3 * 100.0**2 + 50.0**2, -50.0, 50.0**2))
    assert high is not None
    assert low == pytest.approx(250 - hypot(300 - 61.9, 278.6 - 50), abs=0.2)
    assert high == pytest.approx(250 + hypot(876.7 - 300, 50 - 1.3), abs=0.2)
    assert low < -50
    # In the long run nobody is paid back more than they paid: revenue stays above that.
    paid = Sum(250.0, 3 * 100.0**2 + 50.0**2, -50.0, 50.0**2, paid=True)
    assert earned(paid) == (0.0, high)
    assert earned(Sum(-100.0, 1e4, -100.0, 1e4, paid=True)) == (-100.0, None)


def test_without_a_deal_nobody_knows_what_one_would_have_brought() -> None:
    assert gained(Sum(0.0, 0.0), 0.0, Decimal(100)) == Interval(-1.0, None, small=True)
    # A refund of what was sold before the period.
    found = gained(Sum(-100.0, 1e4, -100.0, 1e4), 0.0, Decimal(100))
    assert found is not None
    assert found.high is None and float(found.low) == pytest.approx(-6.57, abs=0.01)


@pytest.mark.parametrize("cost", [Decimal(0), Decimal(-5)])
def test_what_is_unknown_has_no_interval(cost: Decimal) -> None:
    assert gained(Sum(500.0, 1.0), 2.0, cost) is None
    assert price(None, 3) is None and price(Decimal(5), 0) is None
    assert share(3, 0) is None and share(4, 3) is None
    assert rate(3, 0) is None


@given(COUNTS, st.floats(0, 1))
def test_a_share_is_held_and_stays_one(whole: float, part: float) -> None:
    assume(part * whole <= whole)
    found = share(part * whole, whole)
    assert found is not None and found.high is not None
    assert 0 <= found.low <= part + 1e-9 and part - 1e-9 <= found.high <= 1
    assert found.small == (whole < FEW)


@given(COSTS, COUNTS)
def test_a_price_is_held(cost: Decimal, count: float) -> None:
    found = price(cost, count)
    assert found is not None
    assert found.low <= cost / Decimal(count)
    assert found.high is None or cost / Decimal(count) <= found.high
    assert found.small == (count < FEW)


@given(COUNTS, st.floats(1, 1e4), COSTS.filter(bool))
def test_a_return_is_held(deals: float, each: float, cost: Decimal) -> None:
    amount = Decimal(str(deals * each))
    found = gained(Sum(amount, deals * each**2), deals, cost)
    assert found is not None and found.high is not None
    value = float((amount - cost) / cost)
    loose = abs(value) * 1e-9 + 1e-9
    assert -1 <= found.low <= value + loose and value - loose <= found.high


@given(st.floats(0.5, 1e5), st.floats(1.1, 100))
def test_more_of_the_same_narrows(count: float, times: float) -> None:
    fewer, more = counted(count), counted(count * times)
    assert more[1] / more[0] < fewer[1] / fewer[0]
    one, other = share(count / 3, count), share(count * times / 3, count * times)
    assert one and other and wide(other) < wide(one)


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=30), st.floats(0.05, 1))
def test_amounts_of_other_sizes_only_widen(amounts: list[float], part: float) -> None:
    total = part * sum(amounts)
    squares = part * sum(amount**2 for amount in amounts)
    low, high = earned(Sum(total, squares))
    assert high is not None
    least, most = (one * total for one in counted(part * len(amounts)))
    least, most = least / (part * len(amounts)), most / (part * len(amounts))
    assert low <= least + 1e-9 * total and most - 1e-9 * total <= high


@pytest.mark.parametrize("mean", [1, 3, 10, 40])
@pytest.mark.parametrize(
    ("spread", "least"),
    # Deals of one size; of sizes that differ by a factor of 1.6 up or down (two of three); of 2.7.
    [(0.0, 0.945), (0.5, 0.93), (1.0, 0.85)],
)  # fmt: skip
def test_how_often_the_truth_is_held(mean: float, spread: float, least: float) -> None:
    drawn = np.random.default_rng([int(mean), int(10 * spread)])
    months = []
    for deals in drawn.poisson(mean, 4000):
        amounts = np.exp(drawn.normal(-(spread**2) / 2, spread, deals))
        months.append((float(amounts.sum()), float((amounts**2).sum())))
    held = []
    for amount, squares in months:
        low, high = earned(Sum(amount, squares))
        held.append(low <= mean and (high is None or mean <= high))
    assert least <= np.mean(held) <= 0.995


@pytest.mark.parametrize("mean", [3, 10, 40])
def test_how_often_the_truth_is_held_when_a_fifth_goes_back(mean: float) -> None:
    drawn = np.random.default_rng(int(mean))
    held = []
    for deals in drawn.poisson(mean, 4000):
        back = int(drawn.binomial(deals, 0.2))
        low, high = earned(Sum(float(deals - back), float(deals + back), -float(back), float(back)))
        held.append(low <= 0.8 * mean and (high is None or 0.8 * mean <= high))
    assert 0.95 <= np.mean(held) <= 0.999


@pytest.mark.parametrize("mean", [1, 3, 10, 40])
def test_how_often_a_count_and_a_share_are_held(mean: float) -> None:
    drawn = np.random.default_rng(int(mean))
    counts = drawn.poisson(mean, 4000)
    limits = {count: counted(count) for count in set(counts.tolist())}
    held = [limits[count][0] <= mean <= limits[count][1] for count in counts.tolist()]
    assert 0.945 <= np.mean(held) <= 0.99
    whole, true = int(mean * 4), 0.25
    parts = drawn.binomial(whole, true, 4000).tolist()
    shares = {part: share(part, whole) for part in set(parts)}
    held = [bool((one := shares[part]) and one.low <= true <= (one.high or 0)) for part in parts]
    # Wilson's holds 95 % on average, not at each share.
    assert 0.90 <= np.mean(held) <= 0.99


def test_each_metric_that_has_an_interval_names_what_it_is_computed_from() -> None:
    of = {name for name, metric in METRICS.items() if metric.chance}
    assert {"answer_rate", "cpl", "cost_per_call", "cpo", "romi_revenue", "romi_margin"} <= of
    assert needed(["romi_margin", "visits", "cpl"]) == [
        "margin", "margin_squares", "margin_back", "margin_back_squares", "deals", "cost", "leads",
    ]  # fmt: skip
    assert set(needed(METRICS)) <= set(FIGURES)
    assert not {name for name in FIGURES if name.endswith(("_squares", "_back"))} & set(METRICS)


def test_each_row_tells_the_intervals_of_what_it_knows() -> None:
    columns: dict[str, list[Any]] = {
        "calls": [8, 0], "answered": [5, 0], "answer_rate": [0.625, None],
        "cost": [Decimal(80), Decimal(-60)], "leads": [4.0, 30.0],
        "cpl": [Decimal(20), Decimal(-2)], "cost_per_call": [None, None],
        "margin": [None, Decimal(5)], "margin_squares": [0.0, 25.0], "margin_back": [0.0, 0.0],
        "margin_back_squares": [0.0, 0.0], "deals": [0.0, 1.0], "romi_margin": [None, None],
    }  # fmt: skip
    metrics = ("calls", "answer_rate", "cpl", "cost_per_call", "romi_margin")
    assert intervals(columns, metrics) == [
        {"answer_rate": share(5, 8), "cpl": price(Decimal(80), 4.0)},
        {"cpl": price(Decimal(-60), 30.0)},
    ]
    assert intervals({name: [] for name in columns}, metrics) == []


AMOUNTS = st.tuples(
    COSTS, st.just(0.0) | st.floats(0.001, 100), st.floats(0, 1e4), st.floats(0, 1e3)
)


@given(st.lists(AMOUNTS, max_size=9))
def test_many_rows_have_what_each_has_alone(
    rows: list[tuple[Decimal, float, float, float]],
) -> None:
    columns: dict[str, list[Any]] = {
        "cost": [cost for cost, *_ in rows],
        "deals": [deals for _, deals, *_ in rows],
        "revenue": [came - gone for *_, came, gone in rows],
        "revenue_squares": [came**2 + gone**2 for *_, came, gone in rows],
        "revenue_back": [-gone for *_, gone in rows],
        "revenue_back_squares": [gone**2 for *_, gone in rows],
        "roas": [1.0 if cost else None for cost, *_ in rows],
        "cpo": [Decimal(1) if deals else None for _, deals, *_ in rows],
    }
    found = intervals(columns, ("roas", "cpo"))
    assert len(found) == len(rows)
    for told, (cost, deals, came, gone) in zip(found, rows, strict=True):
        whole = Sum(came - gone, came**2 + gone**2, -gone, gone**2, paid=True)
        alone = {"roas": returned(whole, deals, cost), "cpo": price(cost, deals)}
        assert told == {name: interval for name, interval in alone.items() if interval}
