"""The simulator against theory, and against what can be counted by hand."""

import random
import sys
from collections.abc import Iterator
from math import sqrt
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numbers_pool.sizing.erlang import blocking, late_fifo, late_random
from numbers_pool.sizing.simulate import POLICIES, Arrival, Outcome, Policy, Pool, grid, replay

COOLDOWN = 600.0
STAY = 180.0
LOAD = 28.24
RATE = LOAD / (STAY + COOLDOWN)
SIZES = (30, 35, 40, 45)
SEEDS = range(10)
VISITS, WARM_UP = 150_000, 2_000
DELAYS = (60.0, 180.0, 600.0)


def visits(seed: int) -> Iterator[Arrival]:
    """A Poisson process of visits with lognormal stays, each told to have ended."""
    rng = random.Random(seed)
    at = 0.0
    for _ in range(VISITS + WARM_UP):
        at += rng.expovariate(RATE)
        # The mean of exp(N(m, s)) is exp(m + s * s / 2).
        yield Arrival(at, STAY * rng.lognormvariate(-0.5, 1.0), left=True)


def say(line: str) -> None:
    """For whoever runs the tests with -s."""
    sys.stdout.write(f"\n{line}")


def late_theory(numbers: int, policy: Policy, delay: float) -> float:
    theory = late_fifo if policy == "fifo" else late_random
    return theory(LOAD, numbers, RATE, delay)


@pytest.fixture(scope="module")
def simulated() -> dict[tuple[int, Policy], list[Outcome]]:
    """Outcomes by size and policy, one a seed."""
    outcomes: dict[tuple[int, Policy], list[Outcome]] = {}
    for seed in SEEDS:
        told = list(visits(seed))
        for numbers in SIZES:
            for policy in POLICIES:
                pool = Pool(numbers, 0, COOLDOWN, policy)
                outcome = replay(told, pool, warm_up=WARM_UP, seed=seed)
                outcomes.setdefault((numbers, policy), []).append(outcome)
    return outcomes


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_blocking_is_erlangs(simulated: dict[tuple[int, Policy], list[Outcome]]) -> None:
    for numbers in SIZES:
        shares = [outcome.blocking for outcome in simulated[numbers, "fifo"]]
        error = stdev(shares) / sqrt(len(shares))
        theory, found = blocking(LOAD, numbers), mean(shares)
        z = (found - theory) / error
        say(f"{numbers} numbers: Erlang B {theory:.5f}, simulated {found:.5f}, z {z:+.2f}")
        assert abs(z) <= 3


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("policy", POLICIES)
def test_late_calls_are_misread_as_often_as_theory_says(
    simulated: dict[tuple[int, Policy], list[Outcome]], policy: Policy
) -> None:
    for numbers in SIZES:
        shares = [
            mean(outcome.late(delay) for delay in DELAYS) for outcome in simulated[numbers, policy]
        ]
        theory = mean(late_theory(numbers, policy, delay) for delay in DELAYS)
        apart = mean(shares) / theory - 1
        say(f"{numbers} {policy}: theory {theory:.5f}, simulated {mean(shares):.5f} ({apart:+.2%})")
        assert abs(apart) <= 0.01


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_both_policies_block_alike(simulated: dict[tuple[int, Policy], list[Outcome]]) -> None:
    for numbers in SIZES:
        first, second = (
            [outcome.blocked for outcome in simulated[numbers, policy]] for policy in POLICIES
        )
        assert first == second


def told(*visits: tuple[float, float]) -> list[Arrival]:
    return [Arrival(at, stay, left=True) for at, stay in visits]


def test_a_visit_goes_without_when_all_numbers_are_kept() -> None:
    outcome = replay(told((0, 10), (5, 10), (14, 10), (15, 10)), Pool(1, 0, 5))
    assert (outcome.visits, outcome.blocked, outcome.peak) == (4, 2, 1)
    assert outcome.blocking == 0.5
    assert outcome.rests == (0.0,), "released at 15 and taken at 15"


def test_the_hold_comes_before_the_cooldown_only_when_no_end_was_told() -> None:
    pool = Pool(1, 100, 10)
    silent = [Arrival(0, 5, left=False), Arrival(114, 5, left=True), Arrival(115, 5, left=True)]
    assert replay(silent, pool).blocked == 1
    assert replay(told((0, 5), (14, 5), (15, 5)), pool).blocked == 1


def test_the_longest_free_number_goes_first() -> None:
    # Two numbers, released at 1 and 2; the visit at 10 gets the first, that at 11 the second.
    outcome = replay(told((0, 1), (0.5, 1.5), (10, 1), (11, 1)), Pool(2, 0, 0))
    assert outcome.rests == (9, 9)


def test_late_calls_are_counted_where_their_fate_was_seen() -> None:
    outcome = replay(told((0, 1), (10, 1), (20, 1), (40, 100)), Pool(1, 0, 0))
    assert outcome.rests == (9, 9, 19)
    assert [outcome.late(delay) for delay in (5, 10, 30)] == [0, 2 / 3, 1]
    # One number is released at 1 and never taken again: at 40 its fate is known for 39 seconds.
    idle = replay(told((0, 1), (0, 0.5), (40, 1)), Pool(2, 0, 0))
    assert (idle.rests, idle.unused) == ((39.5,), (39,))
    assert (idle.late(30), idle.late(39.2), idle.late(50)) == (0, 0, 1)


def test_the_warm_up_is_not_counted() -> None:
    arrivals = told((0, 10), (1, 10), (2, 10), (20, 1), (30, 1))
    outcome = replay(arrivals, Pool(1, 0, 0), warm_up=3)
    assert (outcome.visits, outcome.blocked) == (2, 0)


def test_no_numbers_and_no_visits() -> None:
    assert replay(told((0, 1)), Pool(0, 0, 0)).blocking == 1
    nothing = replay([], Pool(3, 0, 0))
    assert (nothing.visits, nothing.peak) == (0, 0)
    assert nothing.blocking != nothing.blocking and nothing.late(1) != nothing.late(1)


def test_visits_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        replay(told((5, 1), (4, 1)), Pool(1, 0, 0))


ARRIVALS = st.lists(
    st.builds(Arrival, st.floats(0, 1e4), st.floats(0, 900), st.booleans()), max_size=80
).map(sorted)


@given(ARRIVALS, st.integers(0, 12), st.sampled_from(POLICIES))
def test_enough_numbers_block_nobody_and_a_lost_number_never_helps(
    arrivals: list[Arrival], numbers: int, policy: Policy
) -> None:
    outcome = replay(arrivals, Pool(numbers, 60, 30, policy))
    assert outcome.visits == len(arrivals)
    assert outcome.peak <= numbers
    enough = replay(arrivals, Pool(len(arrivals), 60, 30, policy))
    assert enough.blocked == 0
    assert replay(arrivals, Pool(enough.peak, 60, 30, policy)).blocked == 0
    if outcome.blocked:
        assert outcome.peak == numbers < enough.peak


def test_the_grid_tries_every_combination() -> None:
    arrivals = told((0, 1), (1, 1))
    tried = grid(arrivals, [1, 2], [0, 60], [10])
    assert [pool for pool, _ in tried] == [
        Pool(numbers, hold, 10, policy)
        for numbers in (1, 2)
        for hold in (0, 60)
        for policy in POLICIES
    ]
    assert all(outcome == replay(arrivals, pool) for pool, outcome in tried)
