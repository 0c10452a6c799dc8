"""Markov chains of paths: what would be lost of the conversions if a channel did not exist.

The chain of order k goes from one run of k channels (the whole path where it is shorter) to the
next and ends in conversion or null. Nothing is simulated: the probability of conversion solves
(I - Q) h = r, and is exactly conversions / (conversions + nulls) for any order. Without channel c,
which leads to null wherever it stood, the probability falls by the removal effect of c; credit goes
by the share of the removal effects.

Method: E. Anderl, I. Becker, F. v. Wangenheim, J. H. Schumann, "Mapping the customer journey"
(2016). With N = (I - Q)^-1, s the start and C the states that hold c:
effect = (s N)_C (N_CC)^-1 h_C / (s h), so one inverse does for all channels. Above `DENSE` states
the chain stays sparse and is solved without each channel in turn. What can go wrong: a high order
on very many long paths has millions of states and takes minutes; an order below 1 (refused).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from attribution.models.paths import Floats, Ints, Paths, Places, summed

DENSE = 1_500
"""States up to which the inverse is made: 18 MB of it."""


@dataclass(frozen=True, slots=True)
class Chain:
    """States that paths go through; nothing that was never gone is in it.

    `start`, `convert`: probabilities to begin in a state, to convert from it. `onward`: from state
    to state. `holds[s, c]`: whether state s holds channel c.
    """

    start: Floats
    onward: sparse.csr_array
    convert: Floats
    holds: sparse.csc_array


def removal_effects(paths: Paths, order: int = 1, *, dense: int = DENSE) -> Floats:
    """Of each channel, which share of the conversions would be lost without it: 0 to 1.

    All 0 where nothing converts. Raises ValueError for an order below 1.
    """
    chain = fit(paths, order)
    if not chain.convert.any():
        return np.zeros(len(paths.channels))
    solve = _closed_form if len(chain.start) <= dense else _one_by_one
    # Rounding may leave an effect of 0 or 1 an ulp outside.
    return np.clip(solve(chain), 0, 1)


def conversion_probability(chain: Chain) -> float:
    """That a journey converts, by the chain."""
    if not len(chain.start):
        return 0.0
    return float(chain.start @ _absorbed(chain.onward, chain.convert))


def fit(paths: Paths, order: int = 1) -> Chain:
    """The chain of that order; paths that nobody went are left out."""
    if order < 1:
        raise ValueError(f"a chain has an order of at least 1, not {order}")
    paths = paths.where(paths.conversions + paths.nulls > 0)
    if not len(paths.steps):
        nothing = sparse.csr_array((0, 0))
        holds = sparse.csc_array((0, len(paths.channels)))
        return Chain(np.zeros(0), nothing, np.zeros(0), holds)
    journeys, lengths = paths.conversions + paths.nulls, paths.lengths
    # A path has a state at each step that ends a whole run, at its last step if it is shorter.
    head = paths.starts[:-1] + np.minimum(lengths, order) - 1
    runs = _runs(paths, order)
    if order > 1:
        runs = runs[np.arange(len(runs)) >= np.repeat(head, lengths)]
    counts = paths.starts[1:] - head
    begins = np.cumsum(counts) - counts
    ends = begins + counts - 1
    first, state = _numbered(runs)
    size = len(first)
    weight = np.repeat(journeys, counts)
    through = summed(state, weight, size)
    weight[ends] = 0
    onward = sparse.csr_array(sparse.diags_array(1 / through) @ _moves(state, weight, size))
    owner = np.searchsorted(begins, first, "right") - 1
    step = head[owner] + first - begins[owner]
    return Chain(
        start=summed(state[begins], journeys, size) / journeys.sum(),
        onward=onward,
        convert=summed(state[ends], paths.conversions, size) / through,
        holds=_holders(paths, step, step - paths.starts[owner], order),
    )


def _moves(state: Ints, weight: Floats, size: int) -> sparse.csr_array:
    """How often each state was followed by which, from the weight of each step onward."""
    pairs = state[:-1] * size + state[1:]
    if not len(pairs):
        return sparse.csr_array((size, size))
    first, pair = _numbered(pairs)
    times, found = summed(pair, weight[:-1], len(first)), pairs[first]
    moved = times > 0
    where = (found[moved] // size, found[moved] % size)
    return sparse.coo_array((times[moved], where), shape=(size, size)).tocsr()


def _runs(paths: Paths, order: int) -> Places:
    """A number for the last `order` channels up to each step of its path."""
    if order == 1:
        return paths.steps
    width = len(paths.channels) + 1
    steps = paths.steps.astype(np.int64)
    runs = steps + 1
    for _ in range(order - 1):
        # Numbered anew in each round, so that they never outgrow an integer.
        before = np.roll(_numbered(runs)[1] + 1, 1)
        before[paths.starts[:-1]] = 0
        runs = before * width + steps + 1
    return runs


def _numbered(keys: Places) -> tuple[Ints, Ints]:
    """Numbers from 0 for the distinct keys: where each number stands first, and the key's numbers.

    Keys that are small beside how many they are need no sort.
    """
    if int(keys.max()) > 4 * len(keys):
        _, first, numbers = np.unique(keys, return_index=True, return_inverse=True)
        return first, numbers
    place = np.full(int(keys.max()) + 1, -1)
    place[keys[::-1]] = np.arange(len(keys))[::-1]  # the last to be written is the first
    there = place >= 0
    numbers = np.cumsum(there) - 1
    return place[there], numbers[keys]


def _holders(paths: Paths, steps: Ints, nth: Ints, order: int) -> sparse.csc_array:
    """Which state holds which channel, from one step of each state and its place in its path."""
    size, width = len(steps), len(paths.channels)
    rows, columns = [], []
    for back in range(min(order, int(nth.max()) + 1)):
        there = np.flatnonzero(nth >= back)
        rows.append(there)
        columns.append(paths.steps[steps[there] - back])
    row, column = np.concatenate(rows), np.concatenate(columns)
    held = sparse.coo_array((np.ones(len(row)), (row, column)), shape=(size, width))
    return held.tocsc()


def _absorbed(onward: sparse.csr_array, convert: Floats) -> Floats:
    """The probability of conversion from each state."""
    system = sparse.eye_array(len(convert), format="csc") - onward.tocsc()
    return np.asarray(splu(system).solve(convert))


def _closed_form(chain: Chain) -> Floats:
    visits = np.linalg.inv(np.eye(len(chain.start)) - chain.onward.toarray())
    expected, chances = chain.start @ visits, visits @ chain.convert
    effects = np.zeros(chain.holds.shape[1])
    for channel in range(len(effects)):
        held = chain.holds.indices[chain.holds.indptr[channel] : chain.holds.indptr[channel + 1]]
        lost = np.linalg.solve(visits[np.ix_(held, held)], chances[held])
        effects[channel] = expected[held] @ lost
    return effects / (chain.start @ chances)


def _one_by_one(chain: Chain) -> Floats:
    whole = conversion_probability(chain)
    effects = np.zeros(chain.holds.shape[1])
    for channel in range(len(effects)):
        held = chain.holds.indices[chain.holds.indptr[channel] : chain.holds.indptr[channel + 1]]
        left = np.setdiff1d(np.arange(len(chain.start)), held)
        rest = Chain(
            chain.start[left], chain.onward[left][:, left], chain.convert[left], chain.holds[left]
        )
        effects[channel] = 1 - conversion_probability(rest) / whole
    return effects
