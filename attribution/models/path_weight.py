"""The rule models over aggregated paths: what `rules.weigh` does, for all paths at once.

Paths have an order and no times: a model that needs a time, the touch of the lead or a factor of
each channel is refused.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from attribution.models.paths import Floats, Ints, Paths, summed
from attribution.models.rules import Factors, Shares, is_direct
from ringtrail.core.errors import Refused


def divided(paths: Paths, rule: Shares | Factors, wholes: Sequence[Floats]) -> list[Floats]:
    """What each channel gets of `wholes`, each of which has an amount for every path.

    Raises Refused for a rule that needs what paths do not have.
    """
    if isinstance(rule, Shares):
        return list(_by_place(paths, rule, wholes))
    if rule != Factors():
        raise Refused(400, "model", "of paths nothing is known but their order", "model")
    return [_alike(paths, whole / paths.lengths) for whole in wholes]


def _by_place(paths: Paths, rule: Shares, wholes: Sequence[Floats]) -> Iterator[Floats]:
    if rule.lead is not None:
        raise Refused(
            400, "model", "paths do not tell which touch made the lead, which w needs", "model"
        )
    first, last = paths.starts[:-1], paths.starts[1:] - 1
    if rule.passes_direct:
        last = _last_named(paths, last)
    others = paths.lengths - 1 - (first != last)
    total = rule.first + rule.last + np.where(others > 0, rule.others, 0)
    for whole in wholes:
        # Of a path that has nobody whom the rule gives anything, every step gets the same.
        part = np.divide(whole, total, out=np.zeros(len(whole)), where=total > 0)
        rest = np.divide(part * rule.others, others, out=np.zeros(len(whole)), where=others > 0)
        given = summed(paths.steps[first], part * rule.first, len(paths.channels))
        given += summed(paths.steps[last], part * rule.last, len(paths.channels))
        if rule.others:
            spread = np.repeat(rest, paths.lengths)
            spread[first] = spread[last] = 0
            given += summed(paths.steps, spread, len(paths.channels))
        if not rule.first + rule.last:
            given += _alike(paths, np.where(total > 0, 0, whole / paths.lengths))
        yield given


def _alike(paths: Paths, each: Floats) -> Floats:
    """Every step of a path gets the same."""
    return summed(paths.steps, np.repeat(each, paths.lengths), len(paths.channels))


def _last_named(paths: Paths, last: Ints) -> Ints:
    """The last step of each path that is not direct, or else its last."""
    if not len(last):
        return last
    named = ~np.array([is_direct(channel) for channel in paths.channels], bool)[paths.steps]
    place = np.where(named, np.arange(len(paths.steps)), -1)
    found = np.maximum.reduceat(place, paths.starts[:-1])
    return np.where(found < 0, last, found)
