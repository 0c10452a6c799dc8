"""Is 0.9 right nine times in ten? Measured on calls whose truth is known and that made no rate.

The calls of audited visits and the calls that no visit made are each put where they could as well
have been (`scene.sql`): on a number that is passed on. There the rates that were fitted without
their fold name the likeliest answer. Answers are sorted into ten bins by their probability; the
expected calibration error (ECE) is the mean distance between probability and share of right ones.

What it measures are the rates alone: known phones and clicks take no part in it. Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt

import msgspec
import numpy as np

from attribution.match.labels import Labels, State
from attribution.match.rates import (
    APART,
    background,
    belonging,
    fitted,
    place_of,
    rate_of,
    time_at_risk,
    vector,
)
from numbers_pool.posterior import Rates

BINS = 10
ENOUGH_LABELS = 200
ENOUGH_BACKGROUND = 20
ENOUGH_PHONES = 100
"""With fewer, a number that is passed on to every twentieth caller could go unseen."""
LARGEST_ECE = 0.05


class Bin(msgspec.Struct, frozen=True):
    """Answers with a probability from `start` up to `stop`; `calls` is their effective number."""

    start: float
    stop: float
    calls: float
    probability: float
    right: float
    low: float
    high: float


class Reliability(msgspec.Struct, frozen=True):
    """`chance`: the ECE that as many calls would show if every probability were exactly right.

    `labels`: calls to audit leases as far as they are the audited visits'; `background`: calls
    that no visit made; `phones`: calls whose caller's phone is known to be a visitor's, which alone
    show whether people ring the number that they were shown.
    """

    bins: tuple[Bin, ...]
    ece: float
    chance: float
    accuracy: float
    low: float
    high: float
    labels: float
    background: int
    phones: int

    @property
    def verdict(self) -> str:
        """`calibrated`, `not calibrated`, or `too few labels` to tell."""
        enough = self.labels >= ENOUGH_LABELS and self.background >= ENOUGH_BACKGROUND
        if not enough or self.phones < ENOUGH_PHONES:
            return "too few labels"
        return "calibrated" if self.ece <= LARGEST_ECE else "not calibrated"


def wilson(right: float, calls: float, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share (E. B. Wilson, JASA 22, 1927); (0, 1) without calls."""
    if calls <= 0:
        return 0.0, 1.0
    right = min(max(right, 0.0), calls)
    middle, whole = right + z * z / 2, calls + z * z
    half = z * sqrt(right * (calls - right) / calls + z * z / 4)
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def tried(labels: Labels, prior: Rates) -> Reliability:
    """Rates are fitted once for each fold, without it, and tried on it."""
    by_fold = {fold: fitted(labels, prior, without=(fold,)) for fold in range(labels.folds)}
    return _measured(labels, by_fold)


def assessed(labels: Labels, rates: Rates) -> Reliability:
    """How rates that were fitted elsewhere or before do on these labels."""
    return _measured(labels, dict.fromkeys(range(labels.folds), rates))


def _measured(labels: Labels, rates: Mapping[int, Rates]) -> Reliability:
    binned: list[list[_Answer]] = [[] for _ in range(BINS)]
    for scene in _weighed(labels, rates):
        if scene.weight > 0:
            probability, named = answer(scene.own, scene.rivals, rates[scene.fold])
            right = named == ("own" if scene.own is not None else "nobody")
            given = _Answer(scene.weight, scene.spread, probability, right)
            binned[min(int(probability * BINS), BINS - 1)].append(given)
    whole = sum(one.weight for found in binned for one in found)
    bins, ece, chance = [], 0.0, 0.0
    for number, found in enumerate(binned):
        if found:
            one = _bin(number, found)
            share = sum(each.weight for each in found) / whole
            bins.append(one)
            ece += share * abs(one.probability - one.right)
            chance += share * sqrt(2 / pi * one.probability * (1 - one.probability) / one.calls)
    all_of_them = _bin(0, [one for found in binned for one in found])
    judged = rates[0]
    return Reliability(
        bins=tuple(bins),
        ece=ece,
        chance=chance,
        accuracy=all_of_them.right,
        low=all_of_them.low,
        high=all_of_them.high,
        labels=sum(belonging(call, judged) for call in labels.audit_calls),
        background=len({scene.call for scene in labels.scenes if scene.lease is None}),
        phones=_known(labels),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    weight: float
    spread: float
    probability: float
    right: bool


def _bin(number: int, found: Sequence[_Answer]) -> Bin:
    weight = sum(one.weight for one in found)
    if not weight:
        return Bin(number / BINS, (number + 1) / BINS, 0.0, 0.0, 0.0, 0.0, 1.0)
    calls = weight**2 / sum(one.spread for one in found)
    probability = sum(one.weight * one.probability for one in found) / weight
    right = sum(one.weight for one in found if one.right) / weight
    low, high = wilson(right * calls, calls)
    return Bin(number / BINS, (number + 1) / BINS, calls, probability, right, low, high)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A scene: the fold that judges it, the state of who called, for how many calls it stands.

    `spread` is the variance of that: a call that stands for twenty is one call, and one that is the
    visitor's with a chance of a tenth was counted to take the other nine tenths off.
    """

    fold: int
    own: State | None
    rivals: tuple[State, ...]
    weight: float
    spread: float


def _weighed(labels: Labels, rates: Mapping[int, Rates]) -> list[_Weighed]:
    """Each scene with its weight.

    A call to an audit lease stands for as many as leases stand behind it, as far as it is that
    visit's by the rates that labels alone tell; a stranger's for the background of all numbers; a
    stray's for all who strayed without having told their phone.
    """
    audits = {(call.call, call.lease): call for call in labels.audit_calls}
    copies = Counter((scene.call, scene.lease) for scene in labels.scenes)
    strangers = sum(lease is None for _, lease in copies)
    by_labels = fitted(labels, rates[0], everybody=False, lean=1.0)
    theirs = {key: call.weight * belonging(call, by_labels) for key, call in audits.items()}
    each_stray = _each_stray(labels, sum(theirs.values()))
    true = _true_share(labels, by_labels, each_stray)
    found = []
    for scene in labels.scenes:
        share = 1 / copies[scene.call, scene.lease]
        if scene.lease is None:
            each = background(labels, rates[scene.fold]) * labels.pool.seconds / strangers
            found.append(_Weighed(scene.fold, None, scene.rivals, each * share, each**2 * share))
        elif call := audits.get((scene.call, scene.lease)):
            weight = theirs[scene.call, scene.lease] * true[place_of(call.state)] * share
            rivals = (*call.rivals, *scene.rivals)
            found.append(_Weighed(call.fold, call.state, rivals, weight, call.weight**2 * share))
    for scene in labels.strays:
        found.append(_Weighed(scene.fold, None, scene.rivals, each_stray, each_stray**2))
    return found


def _each_stray(labels: Labels, calls: float) -> float:
    """For how many of the visitors' `calls` a stray stands: as few told their phone."""
    known = _known(labels)
    return max(1.0, calls / known) if known else 1.0


def _known(labels: Labels) -> int:
    """Calls whose caller's phone is known to be a visitor's, of the number that rang or not."""
    told = sum(row.calls for row in labels.marked if row.kind in ("form", "identify", "deal"))
    return told + len(labels.strays)


def _true_share(labels: Labels, by_labels: Rates, each_stray: float) -> list[float]:
    """Of the calls that seem an audited visit's, by its step: the share that no stray made."""
    strayed = np.zeros(len(vector(by_labels)))
    for scene in labels.strays:
        for rival in scene.rivals:
            strayed[place_of(rival)] += each_stray
    _, whole = time_at_risk(labels, range(labels.folds))
    expected = vector(by_labels) * whole
    share = np.divide(strayed, expected, out=np.zeros(len(strayed)), where=expected > 0)
    return [float(kept) for kept in np.clip(1 - share, 0.0, 1.0)]


def answer(own: State | None, rivals: Sequence[State], rates: Rates) -> tuple[float, str]:
    """The largest probability among `own`, the rivals and nobody, and whose it is."""
    mine = rate_of(rates, own) if own is not None else -1.0
    others = [rate_of(rates, rival) for rival in rivals]
    total = max(mine, 0.0) + sum(others) + rates.background
    if total <= 0:
        return 1.0, "nobody"
    largest = max(mine, rates.background, *others)
    named = "own" if largest == mine else "rival" if largest in others else "nobody"
    return largest / total, named


class Bias(msgspec.Struct, frozen=True):
    """Do calls with a mark come late as often as all calls do? Shares of calls after the visit."""

    kind: str
    calls: int
    late: float
    expected: float
    z: float

    @property
    def biased(self) -> bool:
        return abs(self.z) > APART


def biases(labels: Labels, rates: Rates) -> tuple[Bias, ...]:
    """Each kind of mark against audit calls; without those, against what `rates` expect.

    A two-sample test of shares. A kind that has fewer than 10 calls is passed over.
    """
    shares = [(belonging(call, rates), not call.state.on_site) for call in labels.audit_calls]
    audited = sum(share for share, _ in shares)
    if audited >= 1:
        expected = sum(share for share, late in shares if late) / audited
    else:
        expected, audited = _expected_late(labels, rates), float("inf")
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in labels.marked:
        counted[row.kind][0] += row.calls
        counted[row.kind][1] += 0 if row.on_site else row.calls
    found = []
    for kind, (calls, late) in sorted(counted.items()):
        if calls >= 10:
            known = calls / (1 + calls / audited)
            both = (late + expected * audited) / (calls + audited) if audited < 1e18 else expected
            spread = sqrt(max(both * (1 - both), 1e-4) / known)
            z = (late / calls - expected) / spread
            found.append(Bias(kind, calls, late / calls, expected, z))
    return tuple(found)


def _expected_late(labels: Labels, rates: Rates) -> float:
    late = whole = 0.0
    for row in labels.exposure:
        calls = row.seconds * (rates.on_site if row.on_site else rates.after).rates[row.step]
        whole += calls
        late += 0 if row.on_site else calls
    return late / whole if whole else 0.0
