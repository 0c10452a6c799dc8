"""Chains of paths: what must hold of any of them, beside solving without each channel by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.models import markov
from attribution.models.paths import Paths, from_rows
from tests.attribution.models.drawn_paths import ROWS, Row

ORDERS = st.integers(1, 5)


@settings(deadline=None)
@given(rows=ROWS, order=ORDERS)
def test_the_chain_converts_as_often_as_the_paths_did(rows: list[Row], order: int) -> None:
    paths = from_rows(rows)
    journeys = float((paths.conversions + paths.nulls).sum())
    wanted = float(paths.conversions.sum()) / journeys if journeys else 0
    found = markov.conversion_probability(markov.fit(paths, order))
    assert found == pytest.approx(wanted, abs=1e-12)


@settings(deadline=None)
@given(rows=ROWS, order=ORDERS)
def test_removal_effects_are_shares(rows: list[Row], order: int) -> None:
    paths = from_rows(rows)
    effects = markov.removal_effects(paths, order)
    assert len(effects) == len(paths.channels)
    assert ((effects >= 0) & (effects <= 1)).all()
    assert effects.any() == (paths.conversions.sum() > 0)


@settings(deadline=None)
@given(rows=ROWS, order=ORDERS)
def test_the_closed_form_is_what_solving_without_each_channel_gives(
    rows: list[Row], order: int
) -> None:
    paths = from_rows(rows)
    sparse = markov.removal_effects(paths, order, dense=0)
    assert markov.removal_effects(paths, order) == pytest.approx(sparse, abs=1e-10)


def by_hand(rows: list[Row], order: int) -> dict[str, float]:
    """Removal effects by following probabilities step by step, as far as they matter."""

    def states(channels: list[str]) -> list[tuple[str, ...]]:
        size = min(order, len(channels))
        return [tuple(channels[at - size : at]) for at in range(size, len(channels) + 1)]

    moves: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    for channels, conversions, _, nulls in rows:
        gone = [("start",), *states(channels)]
        for here, there in zip(gone, gone[1:], strict=False):
            of = moves.setdefault(here, {})
            of[there] = of.get(there, 0) + conversions + nulls
        of = moves.setdefault(gone[-1], {})
        of["conversion",] = of.get(("conversion",), 0) + conversions
        of["null",] = of.get(("null",), 0) + nulls

    def converted(without: str | None) -> float:
        at: dict[tuple[str, ...], float] = {("start",): 1.0}
        done = 0.0
        for _ in range(3_000):
            further: dict[tuple[str, ...], float] = {}
            for here, chance in at.items():
                whole = sum(moves[here].values())
                for there, times in moves[here].items():
                    if times and there == ("conversion",):
                        done += chance * times / whole
                    elif times and there != ("null",) and without not in there:
                        further[there] = further.get(there, 0) + chance * times / whole
            at = {state: chance for state, chance in further.items() if chance > 1e-18}
        return done

    whole = converted(None)
    names = {name for channels, *_ in rows for name in channels}
    return {name: 1 - converted(name) / whole for name in names}


SHOP: list[Row] = [
    (["a", "b", "a"], 3, 30, 5), (["a"], 1, 5, 9), (["b", "b", "c"], 2, -4, 0),
    (["c", "a", "b", "a", "b"], 1, 1, 1), (["d"], 0, 0, 3), (["b", "d"], 0, 0, 2),
]  # fmt: skip


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_effects_by_hand(order: int) -> None:
    paths = from_rows(SHOP)
    found = dict(zip(paths.channels, markov.removal_effects(paths, order), strict=True))
    assert found == pytest.approx(by_hand(SHOP, order), abs=1e-12)


def collapsed(rows: list[Row]) -> Paths:
    """The same paths with each run of one channel as a single step."""
    return from_rows(
        ([name for at, name in enumerate(row[0]) if at == 0 or row[0][at - 1] != name], *row[1:])
        for row in rows
    )


@settings(deadline=None)
@given(rows=ROWS)
def test_repeats_do_not_matter_to_order_one(rows: list[Row]) -> None:
    paths = from_rows(rows)
    effects = markov.removal_effects(paths)
    assert effects == pytest.approx(markov.removal_effects(collapsed(rows)), abs=1e-9)


@settings(deadline=None)
@given(rows=ROWS)
def test_a_channel_of_nulls_alone_has_no_effect(rows: list[Row]) -> None:
    paths = from_rows([*rows, (["nobody"], 0, 0, 4), (["nobody", "a"], 0, 0, 0)])
    effects = dict(zip(paths.channels, markov.removal_effects(paths), strict=True))
    assert effects["nobody"] == pytest.approx(0, abs=1e-12)


def test_paths_that_nobody_went_are_no_states() -> None:
    chain = markov.fit(from_rows([(["a", "b"], 1, 1, 0), (["c"], 0, 0, 0)]))
    assert len(chain.start) == 2


def test_a_path_shorter_than_the_order_is_one_state() -> None:
    rows: list[Row] = [
        (["b"], 1, 1, 0),
        (["a"], 1, 1, 0),
        (["a", "b", "a"], 1, 1, 0),
        (["a"], 0, 0, 2),
    ]
    chain = markov.fit(from_rows(rows), 2)
    assert len(chain.start) == len([("b",), ("a",), ("a", "b"), ("b", "a")])


def test_chains_of_hundreds_of_states_are_the_same_both_ways() -> None:
    random = np.random.default_rng(7)
    drawn = random.integers(0, 25, (1_200, 6))
    rows: list[Row] = [([f"c{at}" for at in steps], float(n % 3), 0, 1.0)
                       for n, steps in enumerate(drawn.tolist())]  # fmt: skip
    paths = from_rows(rows)
    chain = markov.fit(paths, 2)
    assert len(chain.start) == 625
    wanted = paths.conversions.sum() / (paths.conversions + paths.nulls).sum()
    assert markov.conversion_probability(chain) == pytest.approx(wanted, abs=1e-12)
    effects = markov.removal_effects(paths, 2)
    assert effects == pytest.approx(markov.removal_effects(paths, 2, dense=624), abs=1e-10)


def test_an_order_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="order of at least 1"):
        markov.fit(from_rows(SHOP), 0)
