"""Shapley values: the properties that define them, and the definition itself beside them."""

from collections.abc import Callable, Iterable
from itertools import permutations
from math import factorial
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings

from attribution.models import shapley
from attribution.models.journey import Conversion, Touch
from attribution.models.paths import Paths, from_rows
from attribution.models.rules import RULES, weigh
from attribution.models.shapley import Division
from ringtrail.core.clock import Micros
from tests.attribution.models.drawn_paths import ROWS, Row, rows

Game = Callable[[Paths], Division]
GAMES = pytest.mark.parametrize("game", [shapley.count_game, shapley.rate_game])


def named(paths: Paths, division: Division) -> dict[str, float]:
    return dict(zip(paths.channels, division.conversions.tolist(), strict=True))


def by_definition(rows_: list[Row], worth: Callable[[list[Row]], float]) -> dict[str, float]:
    """The mean over all orders of what each channel adds to those before it."""
    names = list(dict.fromkeys(name for channels, *_ in rows_ for name in channels))
    values = dict.fromkeys(names, 0.0)

    def covered(some: Iterable[str]) -> list[Row]:
        return [row for row in rows_ if set(row[0]) <= set(some)]

    for order in permutations(names):
        for at, name in enumerate(order):
            adds = worth(covered(order[: at + 1])) - worth(covered(order[:at]))
            values[name] += adds / factorial(len(names))
    return values


def count(covered: list[Row]) -> float:
    return sum(conversions for _, conversions, _, _ in covered)


def rate(covered: list[Row]) -> float:
    journeys = sum(conversions + nulls for _, conversions, _, nulls in covered)
    return count(covered) / journeys if journeys else 0


@settings(deadline=None)
@given(drawn=rows(["a", "b", "c", "d"], 4))
def test_both_games_are_what_their_definitions_say(drawn: list[Row]) -> None:
    paths = from_rows(drawn)
    found = named(paths, shapley.count_game(paths))
    assert found == pytest.approx(by_definition(drawn, count), abs=1e-9)
    journeys = float((paths.conversions + paths.nulls).sum())
    wanted = {name: value * journeys for name, value in by_definition(drawn, rate).items()}
    assert named(paths, shapley.rate_game(paths)) == pytest.approx(wanted, abs=1e-9)


@GAMES
@settings(deadline=None)
@given(drawn=ROWS)
def test_symmetry(game: Game, drawn: list[Row]) -> None:
    """Two channels that stand for each other in every path get the same."""
    twin = {"a": "b", "b": "a"}
    mirrored = [([twin.get(name, name) for name in row[0]], *row[1:]) for row in drawn]
    values = named(paths := from_rows([*drawn, *mirrored]), game(paths))
    assert values.get("a", 0) == pytest.approx(values.get("b", 0), abs=1e-9)


@GAMES
@settings(deadline=None)
@given(drawn=ROWS)
def test_a_channel_that_adds_nothing_gets_nothing(game: Game, drawn: list[Row]) -> None:
    """It stands in no path that anybody went."""
    paths = from_rows([*drawn, (["nobody"], 0, 0, 0), (["nobody", "a"], 0, 0, 0)])
    assert named(paths, game(paths))["nobody"] == pytest.approx(0, abs=1e-9)


@GAMES
@settings(deadline=None)
@given(drawn=ROWS)
def test_order_and_repeats_do_not_matter(game: Game, drawn: list[Row]) -> None:
    sets = [(sorted(set(row[0])), *row[1:]) for row in drawn]
    found, wanted = (named(p := from_rows(some), game(p)) for some in (drawn, sets))
    assert found == pytest.approx(wanted, abs=1e-9)


@settings(deadline=None)
@given(drawn=ROWS)
def test_the_count_game_adds_up_journey_by_journey(drawn: list[Row]) -> None:
    paths = from_rows(drawn)
    wanted = dict.fromkeys(paths.channels, 0.0)
    for channels, conversions, _, _ in drawn:
        touches = [Touch(UUID(int=at), Micros(at), name) for at, name in enumerate(channels)]
        weights = weigh(RULES["shapley"], Conversion(UUID(int=0), Micros(99)), touches)
        for name, weight in zip(channels, weights, strict=True):
            wanted[name] += weight * conversions
    assert named(paths, shapley.count_game(paths)) == pytest.approx(wanted, abs=1e-9)


def drawn_shop(channels: int, journeys: int) -> Paths:
    random = np.random.default_rng(5)
    names = [f"c{at}" for at in range(channels)]
    first = [(names, 1.0, 2.0, 0.0)]
    some = [
        ([names[at] for at in random.integers(0, channels, random.integers(1, 6))],
         float(random.integers(0, 3)), float(random.normal()), float(random.integers(0, 9)))
        for _ in range(journeys)
    ]  # fmt: skip
    return from_rows([*first, *some])


def test_drawn_values_lie_about_the_exact_ones_as_their_errors_say() -> None:
    paths = drawn_shop(12, 800)
    exact, drawn = shapley.rate_game(paths), shapley.rate_game(paths, exact=0, pairs=500)
    assert exact.error is None and drawn.error is not None
    for wanted, found, error in zip(
        (exact.conversions, exact.values), (drawn.conversions, drawn.values), drawn.error,
        strict=True,
    ):  # fmt: skip
        assert (error > 0).all()
        off = np.abs(found - wanted) / error
        assert off.max() < 5
        assert 0.2 < off.mean() < 2
        assert found.sum() == pytest.approx(wanted.sum(), abs=1e-9)
    again = shapley.rate_game(paths, exact=0, pairs=500)
    assert np.array_equal(again.conversions, drawn.conversions)


def test_more_channels_than_subsets_can_be_summed() -> None:
    paths = drawn_shop(80, 500)
    found = shapley.rate_game(paths, pairs=50)
    assert found.error is not None
    assert found.conversions.sum() == pytest.approx(paths.conversions.sum(), abs=1e-8)
    assert found.values.sum() == pytest.approx(paths.values.sum(), abs=1e-8)


def test_twenty_channels_are_exact() -> None:
    paths = drawn_shop(20, 500)
    found = shapley.rate_game(paths)
    assert found.error is None
    assert found.conversions.sum() == pytest.approx(paths.conversions.sum(), abs=1e-8)
