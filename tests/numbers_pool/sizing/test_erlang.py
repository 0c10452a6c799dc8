"""The formulas against direct sums, and what must hold of them for any traffic."""

from math import exp, factorial, inf, isclose, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numbers_pool.sizing.erlang import blocking, late_fifo, late_random, numbers_needed, rest

LOADS = st.floats(0, 500)
SMALL = st.integers(0, 60)
RATES = st.floats(1e-4, 10)
DELAYS = st.floats(0, 1e5)


@pytest.mark.parametrize(
    ("load", "numbers", "share"),
    # The first three stand in every table of the formula.
    [(1, 1, 0.5), (2, 2, 0.4), (10, 10, 0.21458), (28.24, 30, 0.10213), (28.24, 40, 0.00732)],
)
def test_known_values(load: float, numbers: int, share: float) -> None:
    assert blocking(load, numbers) == pytest.approx(share, abs=5e-6)


@given(st.floats(0.01, 60), SMALL)
def test_blocking_is_the_share_of_the_full_state(load: float, numbers: int) -> None:
    terms = [load**k / factorial(k) for k in range(numbers + 1)]
    assert isclose(blocking(load, numbers), terms[-1] / sum(terms), rel_tol=1e-9)


@given(LOADS, SMALL, st.floats(0, 100))
def test_more_numbers_block_less_and_more_visits_block_more(
    load: float, numbers: int, more: float
) -> None:
    assert 0 <= blocking(load, numbers + 1) <= blocking(load, numbers) <= 1
    assert blocking(load + more, numbers) >= blocking(load, numbers) * (1 - 1e-12)


@given(LOADS, st.floats(1e-9, 1))
def test_the_numbers_needed_are_the_fewest(load: float, goal: float) -> None:
    numbers = numbers_needed(load, goal)
    assert blocking(load, numbers) <= goal
    assert numbers == 0 or blocking(load, numbers - 1) > goal


def test_thousands_of_numbers() -> None:
    assert 0.007 < blocking(10_000, 10_000) < 0.009  # about sqrt(2 / (pi * load))
    assert blocking(10_000, 20_000) < 1e-300
    assert 10_000 < numbers_needed(10_000, 0.001) < 10_400
    assert late_fifo(10_000, 10_500, 12.0, 60) == pytest.approx(0.75, abs=0.25)
    assert late_fifo(10_000, 10_500, 12.0, 3600) == 1
    assert late_random(1e18, 3, 1e15, 60) == 1


@given(st.floats(0.01, 40), st.integers(1, 40), st.floats(0, 40))
def test_a_late_call_is_misread_as_the_direct_sum_says(
    load: float, numbers: int, begun: float
) -> None:
    weights = [load**j / factorial(j) for j in range(numbers)]
    direct = 0.0
    for j, weight in enumerate(weights):
        fewer = sum(exp(-begun) * begun**n / factorial(n) for n in range(numbers - j))
        direct += weight / sum(weights) * (1 - fewer)
    assert isclose(late_fifo(load, numbers, begun, 1.0), direct, rel_tol=1e-6, abs_tol=1e-12)


@given(LOADS, st.integers(1, 60), RATES, DELAYS, DELAYS)
@settings(max_examples=40, deadline=None)
def test_late_calls_are_misread_less_with_more_numbers_and_more_with_time(
    load: float, numbers: int, rate: float, delay: float, more: float
) -> None:
    # Where one way of reckoning gives over to the other, the random one may step by a little.
    for late, step in ((late_fifo, 1e-9), (late_random, 0.02)):
        share = late(load, numbers, rate, delay)
        assert 0 <= share <= 1
        assert late(load, numbers + 1, rate, delay) <= share + step
        assert late(load, numbers, rate, delay + more) >= share - step
    assert late_fifo(load + 1, numbers, rate, delay) >= late_fifo(load, numbers, rate, delay) - 1e-9


def test_the_longest_free_first_protects_late_callers_more() -> None:
    """Those who call soon; a long time later at random it may still rest."""
    for numbers in (30, 40, 50, 70):
        assert late_fifo(28.24, numbers, 0.04, 120) < late_random(28.24, numbers, 0.04, 120)


@given(st.floats(0.01, 60), st.integers(1, 40), RATES)
@settings(max_examples=20, deadline=None)
def test_a_number_rests_for_the_mean_of_its_law(load: float, numbers: int, rate: float) -> None:
    """The integral of P(not yet taken again) over all delays."""
    whole = rest(load, numbers, rate)
    step = whole / 100
    summed = step * sum(1 - late_fifo(load, numbers, rate, (n + 0.5) * step) for n in range(1_000))
    assert 0 < whole <= numbers / rate * (1 + 1e-9)
    assert summed == pytest.approx(whole, rel=0.02)
    assert rest(load, numbers + 1, rate) > whole


def test_a_pool_of_none_and_a_site_without_visits() -> None:
    assert (blocking(3, 0), blocking(0, 0), blocking(0, 5)) == (1, 1, 0)
    assert numbers_needed(0, 0.01) == 1
    assert (late_fifo(3, 0, 1, 9), late_random(3, 0, 1, 9)) == (0, 0)
    assert (late_fifo(0, 5, 0, 9), late_random(0, 5, 0, 9), rest(0, 5, 0)) == (0, 0, inf)


@pytest.mark.parametrize("load", [-1, nan, inf])
def test_a_load_that_is_none_is_refused(load: float) -> None:
    with pytest.raises(ValueError, match="erlangs"):
        blocking(load, 3)
    with pytest.raises(ValueError, match="erlangs"):
        numbers_needed(load, 0.01)


@pytest.mark.parametrize("goal", [0, -0.1, 1.1, nan])
def test_a_goal_that_cannot_be_reached_is_refused(goal: float) -> None:
    with pytest.raises(ValueError, match="goal"):
        numbers_needed(3, goal)


def test_fewer_than_no_numbers_and_times_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 numbers"):
        blocking(3, -1)
    with pytest.raises(ValueError, match="delay"):
        late_fifo(3, 4, 1, -1)
