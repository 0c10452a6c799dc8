"""Shapley values of channels: what each adds, on average over all orders in which they may join.

Two games. *Count*: a set of channels is worth the conversions of the paths that it covers; the
value is known in closed form, each path's conversions divided by its distinct channels. *Rate*: a
set is worth the conversion rate of the paths that it covers (0 where there are none), times all
journeys; a channel that lowers the rate gets less than 0. It is exact up to `EXACT` channels, by
sums over all subsets; above, permutations are drawn in pairs, each with its reverse, and every
figure has a standard error. All values sum to the conversions (efficiency).

Source: L. Shapley, "A value for n-person games" (1953); for the pairs R. Mitchell, J. Cooper,
E. Frank, G. Holmes, "Sampling permutations for Shapley value estimation" (2022).
"""

from dataclasses import dataclass
from math import factorial

import numpy as np

from attribution.models.paths import Floats, Ints, Paths, summed

EXACT = 20
"""Channels up to which all subsets are summed: 2^20 of them."""
PAIRS = 2_000
"""Permutations drawn above that, each with its reverse."""


@dataclass(frozen=True, slots=True)
class Division:
    """What each channel gets, of conversions and of value.

    `error`: the standard error of `conversions` and of `values` where they were drawn.
    """

    conversions: Floats
    values: Floats
    error: tuple[Floats, Floats] | None = None


def count_game(paths: Paths) -> Division:
    """Each path's conversions and value, divided alike by its distinct channels."""
    times = paths.sets()
    size = np.diff(times.indptr)
    conversions, values = (
        summed(times.indices.astype(np.int64), np.repeat(whole / size, size), len(paths.channels))
        for whole in (paths.conversions, paths.values)
    )
    return Division(conversions, values)


def rate_game(paths: Paths, *, exact: int = EXACT, pairs: int = PAIRS, seed: int = 1) -> Division:
    """What each channel adds to the conversion rate, times the number of journeys.

    `exact`: channels up to which nothing is drawn; `seed` decides the draws, so that the same paths
    always get the same figures.
    """
    if not (paths.conversions + paths.nulls).sum() > 0:
        nothing = np.zeros(len(paths.channels))
        return Division(nothing, nothing)
    if len(paths.channels) <= exact:
        return _over_subsets(paths)
    return _drawn(paths, pairs, np.random.default_rng(seed))


def _totals(paths: Paths) -> Floats:
    """Of each path: conversions, value, journeys."""
    return np.stack([paths.conversions, paths.values, paths.conversions + paths.nulls])


def _worth(totals: Floats, journeys: float) -> Floats:
    """What sets are worth in conversions and in value, from the `_totals` of what they cover."""
    covered = totals[2]
    rates = np.zeros((2, *covered.shape))
    np.divide(totals[:2], covered, out=rates, where=covered > 0)
    return rates * journeys


def _over_subsets(paths: Paths) -> Division:
    """Exactly: the worth of each subset, then what a channel adds to those without it."""
    count, times = len(paths.channels), paths.sets()
    subset = np.add.reduceat(1 << times.indices.astype(np.int64), times.indptr[:-1])
    totals = np.stack([summed(subset, one, 1 << count) for one in _totals(paths)])
    for channel in range(count):
        covered = totals.reshape(3, -1, 2, 1 << channel)
        covered[:, :, 1] += covered[:, :, 0]
    worth = _worth(totals, totals[2, -1])
    orders = [factorial(size) * factorial(count - size - 1) / factorial(count)
              for size in range(count)]  # fmt: skip
    share = np.array(orders)[np.bitwise_count(np.arange(1 << (count - 1)))]
    values = np.zeros((2, count))
    for channel in range(count):
        halves = worth.reshape(2, -1, 2, 1 << channel)
        adds = (halves[:, :, 1] - halves[:, :, 0]).reshape(2, -1)
        values[:, channel] = adds @ share
    return Division(*values)


def _drawn(paths: Paths, pairs: int, random: np.random.Generator) -> Division:
    """The mean over drawn orders. A path is covered once the last of its channels has joined."""
    members, starts, totals = _distinct_sets(paths)
    count, journeys = len(paths.channels), totals[2].sum()
    adds = np.empty((pairs, 2, count))
    for pair in range(pairs):
        order = random.permutation(count)
        rank = np.argsort(order)[members]
        forth = np.maximum.reduceat(rank, starts)
        back = count - 1 - np.minimum.reduceat(rank, starts)
        adds[pair][:, order] = _added(totals, forth, count, journeys)
        adds[pair][:, order[::-1]] += _added(totals, back, count, journeys)
    adds /= 2
    error = adds.std(axis=0, ddof=1) / np.sqrt(pairs)
    conversions, values = adds.mean(axis=0)
    return Division(conversions, values, (error[0], error[1]))


def _added(totals: Floats, joined: Ints, count: int, journeys: float) -> Floats:
    """What each place of an order adds, from the place at which each set is covered."""
    covered = np.stack([summed(joined, one, count) for one in totals]).cumsum(axis=1)
    return np.diff(_worth(covered, journeys), axis=1, prepend=0)


def _distinct_sets(paths: Paths) -> tuple[Ints, Ints, Floats]:
    """The channels of all distinct sets in a row, where each begins, and what its paths total."""
    times = paths.sets()
    numbers: dict[bytes, int] = {}
    ends = zip(times.indptr[:-1], times.indptr[1:], strict=True)
    which = [numbers.setdefault(times.indices[a:b].tobytes(), len(numbers)) for a, b in ends]
    listed = [np.frombuffer(one, times.indices.dtype) for one in numbers]
    starts = np.cumsum([0, *(len(one) for one in listed)])[:-1]
    totals = np.stack([summed(np.array(which), one, len(numbers)) for one in _totals(paths)])
    return np.concatenate(listed).astype(np.int64), starts.astype(np.int64), totals
