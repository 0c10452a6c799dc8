"""The rule models over aggregated paths: what `rules.weigh` does, for all steps at once.

Paths have an order and no times: a model that needs a time or the touch of the lead is refused.
"""

import numpy as np

from attribution.models.paths import Floats, Ints, Paths
from attribution.models.rules import Factors, Shares, is_direct
from ringtrail.core.errors import Refused


def weights(paths: Paths, rule: Shares | Factors) -> Floats:
    """What each step gets of its path; they sum to 1 over each path.

    Raises Refused for a rule that needs what paths do not have.
    """
    if isinstance(rule, Shares):
        raw = _by_place(paths, rule)
    else:
        if rule.half_life is not None:
            raise Refused(400, "model", "paths have no times, which time decay needs", "model")
        raw = np.array([rule.of(channel) for channel in paths.channels], np.float64)[paths.steps]
    if not len(raw):
        return raw
    total = np.repeat(np.add.reduceat(raw, paths.starts[:-1]), paths.lengths)
    alike = 1 / np.repeat(paths.lengths, paths.lengths)
    np.divide(raw, total, out=alike, where=total > 0)
    return alike


def _by_place(paths: Paths, rule: Shares) -> Floats:
    if rule.lead is not None:
        raise Refused(
            400, "model", "paths do not tell which touch made the lead, which w needs", "model"
        )
    first, last, lengths = paths.starts[:-1], paths.starts[1:] - 1, paths.lengths
    if rule.passes_direct:
        last = _last_named(paths, last)
    others = lengths - 1 - (first != last)
    alike = np.divide(rule.others, others, out=np.zeros(len(lengths)), where=others > 0)
    raw = np.repeat(alike, lengths)
    raw[first] = raw[last] = 0
    raw[first] += rule.first
    raw[last] += rule.last
    return raw


def _last_named(paths: Paths, last: Ints) -> Ints:
    """The last step of each path that is not direct, or else its last."""
    if not len(last):
        return last
    named = ~np.array([is_direct(channel) for channel in paths.channels], bool)[paths.steps]
    place = np.where(named, np.arange(len(paths.steps)), -1)
    found = np.maximum.reduceat(place, paths.starts[:-1])
    return np.where(found < 0, last, found)
